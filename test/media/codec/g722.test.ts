import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { G722, G722Decoder, G722Encoder } from '../../../media/codec/g722.ts';
import { seededRandom } from '../../../media/impairment/random.ts';
import { sineTone } from '../../support/tone.ts';

const RATE_HZ = G722.sampleRateHz;
/** Samples that encoder and decoder together delay by: twice 11, by the filters. */
const DELAY = 22;

function noise(samples: number, amplitude: number, seed: number): Int16Array {
  const random = seededRandom(seed);
  return Int16Array.from({ length: samples }, () => Math.round((random() * 2 - 1) * amplitude));
}

/** From 50 Hz to 7.5 kHz within two seconds. */
function chirp(): Int16Array {
  return Int16Array.from({ length: 2 * RATE_HZ }, (_, index) => {
    const seconds = index / RATE_HZ;
    return Math.round(12_000 * Math.sin(2 * Math.PI * (50 * seconds + (7450 / 4) * seconds ** 2)));
  });
}

/** Silence, a whisper, full scale, and silence again: scale factors run from end to end. */
function extremes(): Int16Array {
  const square = Int16Array.from({ length: 4000 }, (_, index) => (index % 40 < 20 ? 32_767 : -32_768));
  const parts = [
    new Int16Array(2000),
    noise(4000, 12, 1),
    noise(8000, 32_767, 2),
    square,
    new Int16Array(4000),
  ];
  return Int16Array.from(parts.flatMap((part) => [...part]));
}

const SOUNDS = [
  { name: 'a chirp', sound: chirp(), digest: '9ce86ff5716ecc446daf66c80476ea1e' },
  { name: 'noise', sound: noise(RATE_HZ, 6000, 7), digest: '3a413a8c17aaa0957b8fa5e51cb97c13' },
  { name: 'the extremes', sound: extremes(), digest: '4a614d77ae5d6e5ee6218ddd7d5e7240' },
];

function encode(sound: Int16Array): Uint8Array {
  const octets = new Uint8Array(sound.length / 2);
  new G722Encoder().encode(sound, 0, octets, 0, octets.length);
  return octets;
}

function decode(octets: Uint8Array): Int16Array {
  const sound = new Int16Array(octets.length * 2);
  new G722Decoder().decode(octets, 0, sound, 0, octets.length);
  return sound;
}

function bytesOf(sound: Int16Array): Buffer {
  return Buffer.from(sound.buffer, sound.byteOffset, sound.byteLength);
}

function ffmpeg(parameters: readonly string[], input: Uint8Array): Buffer {
  const { status, stdout, stderr } = spawnSync('ffmpeg', ['-v', 'error', '-nostdin', ...parameters], {
    input,
    maxBuffer: 2 ** 24,
  });
  if (status !== 0) throw new Error(`ffmpeg failed: ${stderr}`);
  return stdout;
}

function signalToNoiseDb(sound: Int16Array, decoded: Int16Array): number {
  let signal = 0;
  let error = 0;
  for (let index = 400; index < sound.length - DELAY; index++) {
    signal += sound[index]! ** 2;
    error += (sound[index]! - decoded[index + DELAY]!) ** 2;
  }
  return 10 * Math.log10(signal / error);
}

describe('G.722', () => {
  it('counts half its samples in RTP timestamps (RFC 3551 §4.5.2)', () => {
    expect(G722).toEqual({ encodingName: 'G722', payloadType: 9, clockRateHz: 8000, sampleRateHz: 16_000 });
  });

  it.each(SOUNDS)('encodes and decodes $name as ffmpeg 5.1 does, by digest', ({ sound, digest }) => {
    const octets = encode(sound);
    const made = createHash('sha256')
      .update(octets)
      .update(bytesOf(decode(octets)))
      .digest('hex');
    expect(made.slice(0, 32)).toBe(digest);
  });

  describe('beside ffmpeg', () => {
    it.each(SOUNDS)('encodes $name to the same octets', ({ sound }) => {
      const input = ['-f', 's16le', '-ar', '16000', '-ac', '1', '-i', 'pipe:0', '-f', 'g722', 'pipe:1'];
      expect(Buffer.from(encode(sound)).equals(ffmpeg(input, bytesOf(sound)))).toBe(true);
    });

    const decoding = ['-f', 'g722', '-i', 'pipe:0', '-f', 's16le', 'pipe:1'];

    it.each(SOUNDS)('decodes $name to the same samples', ({ sound }) => {
      const octets = encode(sound);
      expect(bytesOf(decode(octets)).equals(ffmpeg(decoding, octets))).toBe(true);
    });

    it('decodes octets that no encoder made to the same samples', () => {
      const random = seededRandom(3);
      const octets = Uint8Array.from({ length: 20_000 }, () => random() * 256);
      expect(bytesOf(decode(octets)).equals(ffmpeg(decoding, octets))).toBe(true);
    });
  });

  it.each([
    [300, 0.1, 35],
    [1000, 0.1, 35],
    [3000, 0.1, 30],
    [1000, 0.005, 25],
    [5000, 0.1, 12],
    [6500, 0.1, 12],
  ])('keeps a tone of %i Hz at %d of full scale %i dB above its noise', (frequencyHz, amplitude, boundDb) => {
    const tone = sineTone(frequencyHz, RATE_HZ, RATE_HZ, amplitude);
    expect(signalToNoiseDb(tone, decode(encode(tone)))).toBeGreaterThan(boundDb);
  });

  it('does not care how a stream is cut into frames', () => {
    const sound = noise(3200, 8000, 5);
    const whole = encode(sound);
    const wholeSound = decode(whole);
    const encoder = new G722Encoder();
    const decoder = new G722Decoder();
    const octets = new Uint8Array(1600 + 2);
    const decoded = new Int16Array(3200 + 3);
    for (let at = 0, count = 1; at < 1600; at += count, count = Math.min(count * 2, 1600 - at)) {
      encoder.encode(sound, at * 2, octets, 2 + at, count);
      decoder.decode(octets, 2 + at, decoded, 3 + at * 2, count);
    }
    expect(octets.subarray(2)).toEqual(whole);
    expect(decoded.subarray(3)).toEqual(wholeSound);
  });
});
