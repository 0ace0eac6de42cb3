import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppendFailure, AppendFile } from '../../../metrics/sink/append-file.ts';
import { FakeDisk } from '../../support/fake-disk.ts';

async function failureOf(promise: Promise<void>): Promise<AppendFailure> {
  const failure = await promise.then(
    () => null,
    (error: unknown) => error,
  );
  expect(failure).toBeInstanceOf(AppendFailure);
  return failure as AppendFailure;
}

describe('appending lines', () => {
  it('finishes what the system takes in pieces', async () => {
    const disk = new FakeDisk('', 1000, 3);
    const file = await AppendFile.from(disk.handle);
    await file.append('{"a":1}\n{"b":2}\n');
    expect(disk.text).toBe('{"a":1}\n{"b":2}\n');
  });

  it.each([
    ['an empty file', '', '{"n":1}\n'],
    ['a file of whole lines', '{"o":0}\n', '{"o":0}\n{"n":1}\n'],
    ['a line that a crash has torn', '{"o":0}\n{"to', '{"o":0}\n{"to\n{"n":1}\n'],
  ])('after %s begins a new line', async (_, before, after) => {
    const disk = new FakeDisk(before, 1000);
    const file = await AppendFile.from(disk.handle);
    await file.append('{"n":1}\n');
    expect(disk.text).toBe(after);
    await file.append('{"m":2}\n');
    expect(disk.text).toBe(`${after}{"m":2}\n`);
  });

  it('on a full disk keeps whole lines only, and says how many', async () => {
    const disk = new FakeDisk('{"o":0}\n', 20);
    const failure = await failureOf(
      (await AppendFile.from(disk.handle)).append('{"a":1}\n{"b":2}\n{"c":3}\n'),
    );
    expect(failure).toMatchObject({ wholeLines: 1, cause: { code: 'ENOSPC' } });
    expect(disk.text).toBe('{"o":0}\n{"a":1}\n');
  });

  it('does not count the newline that mends a torn line as a line', async () => {
    const disk = new FakeDisk('{"to', 14);
    const failure = await failureOf((await AppendFile.from(disk.handle)).append('{"a":1}\n{"b":2}\n'));
    expect(failure.wholeLines).toBe(1);
    expect(disk.text).toBe('{"to\n{"a":1}\n');
  });

  it('where a torn line cannot be cut either, the next opening mends it', async () => {
    const disk = new FakeDisk('', 10);
    disk.canTruncate = false;
    const failure = await failureOf((await AppendFile.from(disk.handle)).append('{"a":1}\n{"b":2}\n'));
    expect(failure.wholeLines).toBe(1);
    disk.room = 1000;
    await (await AppendFile.from(disk.handle)).append('{"b":2}\n');
    expect(disk.text).toBe('{"a":1}\n{"\n{"b":2}\n');
  });

  it('loses and doubles nothing, wherever the disk is full and however it was left', async () => {
    const situation = fc.record({
      before: fc.constantFrom('', 'old\n', 'old\ntor'),
      lines: fc.array(fc.stringMatching(/^[a-zé]{1,8}$/), { minLength: 1, maxLength: 8 }),
      room: fc.nat(60),
      pieceBytes: fc.integer({ min: 1, max: 20 }),
    });
    await fc.assert(
      fc.asyncProperty(situation, async ({ before, lines, room, pieceBytes }) => {
        const disk = new FakeDisk(before, room, pieceBytes);
        let rest = lines;
        try {
          await (await AppendFile.from(disk.handle)).append(`${lines.join('\n')}\n`);
          rest = [];
        } catch (error) {
          rest = lines.slice((error as AppendFailure).wholeLines);
        }
        disk.room = 1000;
        if (rest.length > 0) await (await AppendFile.from(disk.handle)).append(`${rest.join('\n')}\n`);
        const mended = before === 'old\ntor' ? 'old\ntor\n' : before;
        expect(disk.text).toBe(`${mended}${lines.join('\n')}\n`);
      }),
    );
  });
});
