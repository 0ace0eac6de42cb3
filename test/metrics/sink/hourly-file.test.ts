import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppendFile } from '../../../metrics/sink/append-file.ts';
import { HourlyFile, type LineBudget } from '../../../metrics/sink/hourly-file.ts';
import { FakeDisk } from '../../support/fake-disk.ts';

const AT_MS = Date.UTC(2026, 10, 23, 4, 0, 0);

function createFile(disk: FakeDisk) {
  const told: string[] = [];
  const budget: LineBudget = {
    maxPendingCharacters: 10_000,
    pendingCharacters: 0,
    linesWritten: 0,
    linesDropped: 0,
  };
  const listener = {
    onFailing: (place: string, error: unknown) => told.push(`failing ${place} ${String(error)}`),
    onRecovered: (place: string) => told.push(`recovered ${place}`),
  };
  const file = new HourlyFile('folder', budget, listener, () => AppendFile.from(disk.handle));
  return { file, budget, told };
}

describe('a file on a disk that fills up', () => {
  it('writes the rest of a batch when there is room again, no line twice', async () => {
    const disk = new FakeDisk('', 10);
    const { file, budget, told } = createFile(disk);
    for (const line of ['{"a":1}', '{"b":2}', '{"c":3}']) file.push(line, AT_MS);
    await file.flush();
    expect(disk.text).toBe('{"a":1}\n');
    expect(budget).toMatchObject({ linesWritten: 1, linesDropped: 0, pendingCharacters: 14 });
    disk.room = 1000;
    await file.flush();
    expect(disk.text).toBe('{"a":1}\n{"b":2}\n{"c":3}\n');
    expect(budget).toMatchObject({ linesWritten: 3, linesDropped: 0, pendingCharacters: 0 });
    expect(told).toEqual([
      'failing folder/2026-11-23-04.jsonl Error: no space left on device',
      'recovered folder/2026-11-23-04.jsonl',
    ]);
  });

  it('loses and doubles nothing, however often it fills up, and accounts for every character', async () => {
    const rounds = fc.array(
      fc.record({ lines: fc.array(fc.stringMatching(/^[a-z]{1,9}$/)), room: fc.nat(20) }),
      {
        maxLength: 12,
      },
    );
    await fc.assert(
      fc.asyncProperty(rounds, async (steps) => {
        const disk = new FakeDisk('', 0);
        const { file, budget } = createFile(disk);
        for (const { lines, room } of steps) {
          for (const line of lines) file.push(line, AT_MS);
          disk.room = disk.content.length + room;
          await file.flush();
        }
        disk.room = 100_000;
        await file.stop();
        const all = steps.flatMap(({ lines }) => lines);
        expect(disk.text).toBe(all.map((line) => `${line}\n`).join(''));
        expect(budget).toMatchObject({ linesWritten: all.length, linesDropped: 0, pendingCharacters: 0 });
      }),
    );
  });
});
