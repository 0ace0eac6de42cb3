import { describe, expect, it } from 'vitest';
import { formatProgress, ProgressBar } from '../../../src/cli/progress-bar.ts';
import { RecordedSurroundings } from './recorded-surroundings.ts';

describe('formatProgress', () => {
  it.each([
    [0, 100e6, 0, `${'·'.repeat(24)}  0 %  0 MB/s`],
    [25e6, 100e6, 500, `${'█'.repeat(6)}${'·'.repeat(18)}  25 %  50 MB/s  2 s left`],
    [100e6, 100e6, 1000, `${'█'.repeat(24)}  100 %  100 MB/s  0 s left`],
    [25e6, null, 500, '25 MB  50 MB/s'],
  ])('%d of %d bytes', (bytes, total, elapsedMs, text) => {
    expect(formatProgress(bytes, total, elapsedMs)).toBe(text);
  });
});

describe('ProgressBar', () => {
  it('writes at most ten times a second, and cleans up', () => {
    const { errorOutput } = new RecordedSurroundings({}, true);
    const written: string[] = [];
    const bar = new ProgressBar(
      { ...errorOutput, write: (text) => void written.push(text) },
      'a.pcap',
      100,
      0,
    );
    for (let nowMs = 0; nowMs < 1000; nowMs += 10) bar.show(nowMs / 10, nowMs);
    bar.clear();
    expect(written).toHaveLength(11);
    expect(written.at(-1)).toBe('\r\u001b[2K');
  });

  it('writes nothing into a pipe', () => {
    const surroundings = new RecordedSurroundings();
    const bar = new ProgressBar(surroundings.errorOutput, 'a.pcap', 100, 0);
    bar.show(50, 0);
    bar.clear();
    expect(surroundings.complained).toBe('');
  });
});
