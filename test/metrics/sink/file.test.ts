import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FileSink } from '../../../metrics/sink/file.ts';
import { destinationFolder, hourName, type SinkTrouble } from '../../../metrics/sink/sink.ts';

const AT_MS = Date.UTC(2026, 10, 23, 4, 59, 59, 999);
const METRICS = { kind: 'metrics' } as const;
const METRICS_FILE = 'metrics/AWS_ChimeVoiceConnector/2026-11-23-04.jsonl';

let directory: string;
let troubles: SinkTrouble[];
let sink: FileSink;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'carillon-sink-'));
  troubles = [];
  sink = new FileSink({ directory, onTrouble: (trouble) => troubles.push(trouble) });
});

afterEach(async () => {
  await sink.stop();
  rmSync(directory, { recursive: true, force: true });
});

const read = (path: string) => readFileSync(join(directory, path), 'utf8');
const place = (path: string): string => {
  const full = join(directory, path);
  mkdirSync(dirname(full), { recursive: true });
  return full;
};

describe('where lines go', () => {
  it.each([
    [{ kind: 'media-quality-log', voiceConnectorId: 'abc' }, 'logs/aws/ChimeVoiceConnectorLogs/abc'],
    [{ kind: 'sip-message-log', voiceConnectorId: 'abc' }, 'logs/aws/ChimeVoiceConnectorSipMessages/abc'],
    [METRICS, 'metrics/AWS_ChimeVoiceConnector'],
    [{ kind: 'events' }, 'events'],
    [
      { kind: 'sip-message-log', voiceConnectorId: '../../etc' },
      'logs/aws/ChimeVoiceConnectorSipMessages/______etc',
    ],
  ] as const)('%j stands under %s', (destination, folder) => {
    expect(destinationFolder(destination)).toBe(folder);
  });

  it('names a file by the UTC hour', () => {
    expect(hourName(AT_MS)).toBe('2026-11-23-04');
    expect(hourName(AT_MS + 1)).toBe('2026-11-23-05');
  });

  it('puts each line into the file of its own hour, also out of turn', async () => {
    sink.write(METRICS, '{"n":1}', AT_MS);
    sink.write(METRICS, '{"n":2}', AT_MS + 1);
    sink.write(METRICS, '{"n":3}', AT_MS);
    await sink.flush();
    sink.write(METRICS, '{"n":4}', AT_MS + 1);
    await sink.flush();
    expect(read(METRICS_FILE)).toBe('{"n":1}\n{"n":3}\n');
    expect(read('metrics/AWS_ChimeVoiceConnector/2026-11-23-05.jsonl')).toBe('{"n":2}\n{"n":4}\n');
    expect(sink.counters).toEqual({ linesWritten: 4, linesDropped: 0, outages: 0 });
  });

  it('keeps files from strangers', async () => {
    sink.write(METRICS, '{}', AT_MS);
    await sink.flush();
    expect(statSync(join(directory, METRICS_FILE)).mode & 0o007).toBe(0);
  });
});

describe('writing', () => {
  it('does not touch the disk before a flush', async () => {
    sink.write(METRICS, '{}', AT_MS);
    expect(existsSync(join(directory, 'metrics'))).toBe(false);
    await sink.flush();
    expect(read(METRICS_FILE)).toBe('{}\n');
  });

  it('writes by itself at 64 KB', async () => {
    const line = JSON.stringify({ text: 'x'.repeat(70_000) });
    sink.write(METRICS, line, AT_MS);
    while (sink.counters.linesWritten === 0) await new Promise(setImmediate);
    expect(read(METRICS_FILE)).toBe(`${line}\n`);
  });

  it('stop writes what waits, also what came during a flush', async () => {
    sink.write(METRICS, '{"n":1}', AT_MS);
    const flushing = sink.flush();
    sink.write(METRICS, '{"n":2}', AT_MS);
    const stopping = sink.stop();
    await Promise.all([flushing, stopping]);
    expect(read(METRICS_FILE)).toBe('{"n":1}\n{"n":2}\n');
  });

  it('begins on a new line after one that a crash has torn', async () => {
    writeFileSync(place(METRICS_FILE), '{"n":1}\n{"n":2,"tor');
    sink.write(METRICS, '{"n":3}', AT_MS);
    await sink.flush();
    expect(read(METRICS_FILE)).toBe('{"n":1}\n{"n":2,"tor\n{"n":3}\n');
  });

  it('makes the file again when somebody has deleted it', async () => {
    sink.write(METRICS, '{"n":1}', AT_MS);
    await sink.flush();
    rmSync(join(directory, 'metrics'), { recursive: true });
    sink.write(METRICS, '{"n":2}', AT_MS);
    await sink.flush();
    expect(read(METRICS_FILE)).toBe('{"n":2}\n');
  });

  it.runIf(existsSync('/proc/self/fd'))('holds no descriptor for a destination at rest', async () => {
    const openHere = () =>
      readdirSync('/proc/self/fd').filter((fd) => descriptorTarget(fd).startsWith(directory)).length;
    sink.write(METRICS, '{}', AT_MS);
    await sink.flush();
    expect(openHere()).toBe(1);
    await sink.flush();
    expect(openHere()).toBe(0);
  });
});

function descriptorTarget(descriptor: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${descriptor}`);
  } catch {
    return '';
  }
}

describe('a place that cannot be written', () => {
  it('is told once, loses nothing, and is told again when it recovers', async () => {
    mkdirSync(place(METRICS_FILE), { recursive: true });
    sink.write(METRICS, '{"n":1}', AT_MS);
    await sink.flush();
    sink.write(METRICS, '{"n":2}', AT_MS);
    await sink.flush();
    expect(troubles).toEqual([
      expect.objectContaining({
        sink: 'file',
        kind: 'failing',
        place: join(directory, METRICS_FILE),
        code: 'EISDIR',
      }),
    ]);
    rmSync(join(directory, METRICS_FILE), { recursive: true });
    await sink.flush();
    expect(read(METRICS_FILE)).toBe('{"n":1}\n{"n":2}\n');
    expect(troubles.map(({ kind }) => kind)).toEqual(['failing', 'recovered']);
    expect(sink.counters).toEqual({ linesWritten: 2, linesDropped: 0, outages: 1 });
  });

  it.runIf(existsSync('/dev/full'))('is a full disk too', async () => {
    symlinkSync('/dev/full', place(METRICS_FILE));
    sink.write(METRICS, '{"n":1}', AT_MS);
    await sink.flush();
    expect(troubles).toMatchObject([{ kind: 'failing', code: 'ENOSPC' }]);
    rmSync(join(directory, METRICS_FILE));
    await sink.flush();
    expect(read(METRICS_FILE)).toBe('{"n":1}\n');
  });

  it('does not stop the others', async () => {
    mkdirSync(place(METRICS_FILE), { recursive: true });
    sink.write(METRICS, '{}', AT_MS);
    sink.write({ kind: 'events' }, '{"e":1}', AT_MS);
    await sink.flush();
    expect(read('events/2026-11-23-04.jsonl')).toBe('{"e":1}\n');
  });

  it('is a folder that cannot be made too', async () => {
    writeFileSync(join(directory, 'metrics'), 'in the way');
    sink.write(METRICS, '{}', AT_MS);
    await sink.flush();
    expect(troubles).toMatchObject([{ kind: 'failing', code: expect.stringMatching(/^(ENOTDIR|EEXIST)$/) }]);
  });

  it('costs no more memory than agreed: the oldest lines go, and are counted', async () => {
    const small = new FileSink({ directory, maxPendingCharacters: 21 });
    mkdirSync(place(METRICS_FILE), { recursive: true });
    for (let n = 1; n <= 5; n++) {
      small.write(METRICS, `{"n":${n}}`, AT_MS);
      await small.flush();
    }
    expect(small.counters).toEqual({ linesWritten: 0, linesDropped: 2, outages: 1 });
    rmSync(join(directory, METRICS_FILE), { recursive: true });
    await small.stop();
    expect(read(METRICS_FILE)).toBe('{"n":3}\n{"n":4}\n{"n":5}\n');
  });

  it('counts as dropped what is left at the end', async () => {
    mkdirSync(place(METRICS_FILE), { recursive: true });
    sink.write(METRICS, '{}', AT_MS);
    sink.write(METRICS, '{}', AT_MS);
    await sink.stop();
    expect(sink.counters).toEqual({ linesWritten: 0, linesDropped: 2, outages: 1 });
  });
});
