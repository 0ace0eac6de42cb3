import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FlacFormat } from '../../../media/record/flac.ts';
import { sineTone } from '../../support/tone.ts';

const RATE_HZ = 16_000;

let path: string;
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'carillon-flac-'));
  path = join(folder, 'sound.flac');
});

afterAll(() => rmSync(folder, { recursive: true }));

/** Written by the second, as recordings are. */
function encode(samples: Int16Array, isComplete = true): Buffer {
  const format = new FlacFormat(RATE_HZ);
  const pieces: Uint8Array[] = [];
  for (let start = 0; start < samples.length; start += RATE_HZ) {
    pieces.push(format.encode(samples.subarray(start, start + RATE_HZ)).slice());
  }
  return Buffer.concat([format.header(isComplete), ...pieces]);
}

function decode(file: Uint8Array): { samples: Int16Array; errors: string } {
  writeFileSync(path, file);
  const parameters = ['-v', 'error', '-i', path, '-f', 's16le', '-'];
  const { stdout, stderr } = spawnSync('ffmpeg', parameters, { maxBuffer: 2 ** 28 });
  return { samples: new Int16Array(Uint8Array.from(stdout).buffer), errors: stderr.toString() };
}

/** What libFLAC says of the last file that was decoded: every checksum, and that of all samples. */
function testByFlac(): string {
  const { status, stderr } = spawnSync('flac', ['--test', '--silent', '--warnings-as-errors', path]);
  return `${status} ${stderr.toString()}`;
}

let seed = 1;
const noise = (): number => {
  seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
  return Math.floor((seed / 2 ** 31) * 65_536) - 32_768;
};

describe('FLAC of ours, decoded by ffmpeg and libFLAC', () => {
  it.each([
    ['a tone', sineTone(440, RATE_HZ, 2 * RATE_HZ)],
    ['silence', new Int16Array(RATE_HZ)],
    ['noise that nothing predicts', Int16Array.from({ length: RATE_HZ }, noise)],
    ['the loudest there is', Int16Array.from({ length: 8000 }, (_, index) => (index % 2 ? 32_767 : -32_768))],
    ['a soft click in silence', Int16Array.from({ length: 4000 }, (_, index) => (index === 1234 ? -1 : 0))],
    ['a loud click in silence', Int16Array.from({ length: 4000 }, (_, index) => (index === 0 ? 32_767 : 0))],
    ['an odd end', sineTone(440, RATE_HZ, 4321)],
    ['three samples', Int16Array.of(7, -9, 11)],
    ['one sample', Int16Array.of(-5)],
  ])('%s is the same, sample for sample', (_name, samples) => {
    const { samples: heard, errors } = decode(encode(samples));
    expect(errors).toBe('');
    expect(heard).toEqual(samples);
    expect(testByFlac()).toBe('0 ');
  });

  it('numbers its frames right for ten minutes and more', () => {
    const samples = new Int16Array(2100 * 4000).fill(42);
    const { samples: heard, errors } = decode(encode(samples));
    expect([heard.length, errors]).toEqual([samples.length, '']);
    expect(testByFlac()).toBe('0 ');
  });

  it('takes little more than half the room of a WAV file for something like speech', () => {
    const speech = Int16Array.from({ length: 4 * RATE_HZ }, (_, index) => {
      const second = index / RATE_HZ;
      const envelope = 0.5 + 0.5 * Math.sin(2 * Math.PI * 4 * second);
      return Math.round(4000 * envelope * Math.sin(2 * Math.PI * 150 * second) + noise() / 500);
    });
    expect(encode(speech).length).toBeLessThan(0.6 * speech.byteLength);
  });

  it('left by a crash is whole, whether the last lengths were written or not', () => {
    const samples = sineTone(440, RATE_HZ, 3 * RATE_HZ);
    const whole = encode(samples, false);
    const earlier = encode(samples.subarray(0, 2 * RATE_HZ), false);
    const behind = Buffer.concat([earlier.subarray(0, 42), whole.subarray(42)]);
    for (const file of [whole, behind]) {
      const { samples: heard, errors } = decode(file);
      expect(errors).toBe('');
      expect(heard).toEqual(samples);
      expect(spawnSync('flac', ['--test', '--silent', path]).status).toBe(0);
    }
  });

  it('does not go on after a block that was shorter', () => {
    const format = new FlacFormat(RATE_HZ);
    format.encode(new Int16Array(4001));
    expect(() => format.encode(new Int16Array(4000))).toThrow('after its last block');
  });
});
