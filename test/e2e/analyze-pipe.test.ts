import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { captureOf, rtpFrames } from '../support/media-frames.ts';

const MAIN = fileURLToPath(new URL('../../src/carillon.js', import.meta.url));
const capture = captureOf(rtpFrames(5000));

function analyze(command: string, input: Buffer) {
  const child = spawnSync('bash', ['-c', command, 'analyze', process.execPath, MAIN], { input });
  return { exitCode: child.status, printed: child.stdout.toString() };
}

const ALONE = '"$1" "$2" analyze -';
const IN_PIPE = 'cat | "$1" "$2" analyze -';

describe('carillon analyze -', () => {
  it.each([
    ['a socket', ALONE, capture],
    ['a pipe', IN_PIPE, capture],
    ['a pipe, packed', IN_PIPE, gzipSync(capture)],
  ])('reads %s', (_, command, input) => {
    const { exitCode, printed } = analyze(command, input);
    expect(printed).toMatch(/^-: 5,000 packets, 5,000 RTP/);
    expect(exitCode).toBe(0);
  });

  it.each([
    [
      'breaks off',
      capture.subarray(0, 500_000),
      /Standard input ends in the middle of a packet \(at byte 4\d+\)/,
    ],
    ['never begins', Buffer.alloc(0), /Standard input is empty \(at byte 0\)/],
  ])('says that the pipe %s', (_, input, sentence) => {
    const { exitCode, printed } = analyze(IN_PIPE, input);
    expect(printed).toMatch(sentence);
    expect(exitCode).toBe(1);
  });
});
