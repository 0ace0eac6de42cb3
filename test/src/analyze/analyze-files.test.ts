import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { analyzeFiles } from '../../../src/analyze/analyze-files.ts';
import { startThreads } from '../../../src/analyze/analyze-threads.ts';
import { captureOf, fromBob, rtpFrames } from '../../support/media-frames.ts';

const folder = mkdtempSync(join(tmpdir(), 'carillon-analyze-files-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, bytes: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

const good = captureOf(rtpFrames(3000), rtpFrames(200, { synchronizationSource: 5 }).map(fromBob));
const paths = [
  file('one.pcap', good),
  file('two.pcap', captureOf(rtpFrames(6000).filter((_, index) => index % 9 !== 4))),
  file('broken.pcap', good.subarray(0, 100_000)),
  join(folder, 'missing.pcap'),
];

describe('several captures', () => {
  it('read at once give what they give in turn', async () => {
    const { signal } = new AbortController();
    const options = { signal, onProgress: () => undefined };
    const inTurn = await analyzeFiles(paths, {}, options);
    const threads = startThreads(2);
    const atOnce = await analyzeFiles(paths, {}, { ...options, threads });
    for (const thread of threads) thread.close();
    expect(inTurn.map(({ path }) => path)).toEqual(paths);
    expect(inTurn.map(({ error }) => error?.byteOffset)).toEqual([
      undefined,
      undefined,
      expect.any(Number),
      null,
    ]);
    expect(atOnce).toEqual(inTurn);
    expect(atOnce.map(({ streams }) => [...streams])).toEqual(inTurn.map(({ streams }) => [...streams]));
  });

  it('have the documents that they have in turn, whoever writes them', async () => {
    const { signal } = new AbortController();
    const options = { signal, onProgress: () => undefined };
    const wanted = { document: 'minutes' as const };
    const inTurn = await analyzeFiles(paths, wanted, options);
    const [thread, ...others] = startThreads(2);
    if (thread === undefined) throw new Error('no thread was started');
    const atOnce = await analyzeFiles(paths, wanted, { ...options, threads: [thread, ...others] });
    expect(atOnce.map(({ document }) => document)).toEqual(inTurn.map(({ document }) => document));
    const idle = new Int32Array(new SharedArrayBuffer(4));
    const order = { path: paths[0] ?? '', options: wanted, idle };
    expect((await thread.read(order, () => undefined, signal)).document).toEqual(inTurn[0]?.document);
    idle[0] = 1;
    expect((await thread.read(order, () => undefined, signal)).document).toBeNull();
    expect(idle[0]).toBe(0);
    for (const each of [thread, ...others]) each.close();
  });

  it('stop when told to', async () => {
    const stop = new AbortController();
    stop.abort();
    const threads = startThreads(1);
    const options = { signal: stop.signal, onProgress: () => undefined, threads };
    expect(await analyzeFiles(paths, {}, options)).toEqual([]);
    for (const thread of threads) thread.close();
  });
});

describe('a file of more than 4 GB', () => {
  it('that holds zeros says from where, and what came before', async () => {
    const path = file('sparse.pcap', good);
    truncateSync(path, 5_000_000_000);
    const options = { signal: new AbortController().signal, onProgress: () => undefined };
    const [analysis] = await analyzeFiles([path], {}, options);
    expect(analysis).toMatchObject({ rtpPackets: 3200, error: { byteOffset: good.length } });
    expect(analysis?.error?.sentence).toMatch(/nothing but zeros/);
  });
});

describe('a thread', () => {
  it('that was closed reads no more, and says so', async () => {
    const [thread] = startThreads(1);
    thread?.close();
    const { signal } = new AbortController();
    const read = thread?.read(
      { path: paths[0] ?? '', options: {}, idle: new Int32Array(1) },
      () => undefined,
      signal,
    );
    await expect(read).rejects.toThrow('a thread that reads captures ended');
  });
});
