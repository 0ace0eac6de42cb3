import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PCMU } from '../../../media/codec/g711.ts';
import { createWavHeader, parseWav, WavError } from '../../../media/record/wav.ts';

/** A file of one format chunk and one data chunk, with a chunk between them that nobody needs. */
function wav(
  format: number,
  bits: number,
  channels: number,
  data: Uint8Array,
  dataLength = data.length,
): Buffer {
  const head = Buffer.alloc(58);
  head.write('RIFF', 0);
  head.write('WAVEfmt ', 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(format, 20);
  head.writeUInt16LE(channels, 22);
  head.writeUInt32LE(16_000, 24);
  head.writeUInt16LE(bits, 34);
  head.write('LIST', 36);
  head.writeUInt32LE(5, 40);
  head.write('data', 50);
  head.writeUInt32LE(dataLength, 54);
  return Buffer.concat([head, data]);
}

describe('a WAV file', () => {
  it('of ours is read as it was written', () => {
    fc.assert(
      fc.property(fc.int16Array(), fc.constantFrom(8000, 16_000, 44_100), (samples, sampleRateHz) => {
        const data = new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
        const file = Buffer.concat([createWavHeader(sampleRateHz, data.length), data]);
        expect(parseWav(file)).toEqual({ sampleRateHz, samples });
      }),
    );
  });

  it.each([
    ['8 bits', 1, 8, 1, [0, 128, 255], [-32_768, 0, 32_512]],
    ['16 bits, two channels', 1, 16, 2, [0, 1, 0, 3], [512]],
    ['24 bits', 1, 24, 1, [9, 1, 2], [513]],
    ['32 bits', 1, 32, 1, [9, 9, 1, 2], [513]],
    ['G.711 µ-law', 7, 8, 1, [0x00, 0xff], [PCMU.decodeTable[0]!, 0]],
    ['float, not a number', 3, 32, 1, [0, 0, 0, 0x3f, 0, 0, 0xc0, 0x7f], [16_384, 0]],
  ] as const)('of %s is read', (_name, format, bits, channels, data, samples) => {
    expect([...parseWav(wav(format, bits, channels, Uint8Array.from(data))).samples]).toEqual(samples);
  });

  it('that was never closed runs to its end', () => {
    const data = Uint8Array.of(1, 0, 2, 0);
    expect([...parseWav(wav(1, 16, 1, data, 0)).samples]).toEqual([1, 2]);
    expect([...parseWav(wav(1, 16, 1, data, 0xffff_ffff)).samples]).toEqual([1, 2]);
  });

  it.each([
    ['no RIFF', Buffer.from('ID3 and so on, a song')],
    ['no data', wav(1, 16, 1, Uint8Array.of()).subarray(0, 50)],
    ['another encoding', wav(85, 16, 1, Uint8Array.of(1, 2))],
    ['no channels', wav(1, 16, 0, Uint8Array.of(1, 2))],
  ])('with %s is none', (_name, file) => {
    expect(() => parseWav(file)).toThrow(WavError);
  });

  it('of any bytes is read or refused, and nothing else', () => {
    const whole = wav(1, 16, 1, Uint8Array.of(1, 2, 3, 4));
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), fc.nat(whole.length), (at, value, length) => {
        const file = Buffer.from(whole.subarray(0, length));
        if (at < length) file[at] = value;
        try {
          parseWav(file);
        } catch (error) {
          expect(error).toBeInstanceOf(WavError);
        }
      }),
    );
  });
});
