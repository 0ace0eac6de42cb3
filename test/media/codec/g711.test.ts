import { describe, expect, it } from 'vitest';
import {
  decodeG711,
  ENCODE_OFFSET,
  encodeG711,
  findG711Codec,
  PCMA,
  PCMU,
} from '../../../media/codec/g711.ts';

const OCTETS = Array.from({ length: 256 }, (_, octet) => octet);

describe.each([PCMU, PCMA])('$encodingName', (codec) => {
  it('gives every octet back that it decodes', () => {
    for (const octet of OCTETS) {
      const again = codec.encodeTable[codec.decodeTable[octet]! + ENCODE_OFFSET]!;
      expect(codec.decodeTable[again]).toBe(codec.decodeTable[octet]);
    }
  });

  it('encodes to the nearest value there is', () => {
    for (let sample = -32_768; sample <= 32_767; sample += 37) {
      const error = Math.abs(codec.decodeTable[codec.encodeTable[sample + ENCODE_OFFSET]!]! - sample);
      const least = Math.min(...Array.from(codec.decodeTable, (value) => Math.abs(value - sample)));
      expect(error).toBe(least);
    }
  });

  it('saturates what is louder than 16 bits', () => {
    const loudest = Math.max(...codec.decodeTable);
    expect(codec.decodeTable[codec.encodeTable[ENCODE_OFFSET + 98_301]!]).toBe(loudest);
    expect(codec.decodeTable[codec.encodeTable[ENCODE_OFFSET - 98_304]!]).toBe(-loudest);
  });

  it('works on parts of arrays', () => {
    const samples = new Int16Array(8).fill(7);
    decodeG711(codec, Uint8Array.of(1, codec.silence, 3, 4), 1, samples, 2, 1);
    expect([...samples]).toEqual([7, 7, codec.decodeTable[codec.silence], 7, 7, 7, 7, 7]);
    const octets = new Uint8Array(4);
    encodeG711(codec, Int16Array.of(0, codec.decodeTable[9]!), 1, octets, 3, 1);
    expect(octets[3]).toBe(9);
  });
});

// ITU-T G.711 tables 1a and 2a: values at segment borders, in 16 bits.
it.each([
  ['PCMU', 0x00, -32_124],
  ['PCMU', 0x80, 32_124],
  ['PCMU', 0xff, 0],
  ['PCMU', 0x7f, 0],
  ['PCMU', 0xfe, 8],
  ['PCMU', 0xf0, 120],
  ['PCMA', 0xd5, 8],
  ['PCMA', 0x55, -8],
  ['PCMA', 0xaa, 32_256],
  ['PCMA', 0x2a, -32_256],
])('%s decodes octet %i to %i', (encodingName, octet, sample) => {
  expect(findG711Codec(encodingName)!.decodeTable[octet]).toBe(sample);
});

it('has the silence that everybody sends', () => {
  expect([PCMU.silence, PCMA.silence]).toEqual([0xff, 0xd5]);
});

it('is found by name in any case', () => {
  expect(findG711Codec('pcma')).toBe(PCMA);
  expect(findG711Codec('PCMU')).toBe(PCMU);
  expect(findG711Codec('G722')).toBeNull();
});
