/** One PDU of a genuine call: its type and its octets. */
export interface SamplePdu {
  readonly type: string;
  readonly octets: Uint8Array;
}

/** A small generator of repeatable noise (mulberry32). */
export function createNoise(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** Octets that lengths and bitmaps like least. */
const NASTY = [0x00, 0x7f, 0x80, 0xbf, 0xc1, 0xc4, 0xff];

/** Changes a PDU in one to four places: bits, nasty octets, cuts, repetitions, pieces of another. */
export function mutate(octets: Uint8Array, other: Uint8Array, noise: (below: number) => number): Uint8Array {
  let mutated = new Uint8Array(octets);
  for (let round = noise(4); round >= 0; round--) {
    const at = noise(mutated.length + 1);
    switch (noise(6)) {
      case 0:
        mutated[at] = (mutated[at] ?? 0) ^ (1 << noise(8));
        break;
      case 1:
        mutated[at] = NASTY[noise(NASTY.length)] ?? 0;
        break;
      case 2:
        mutated = mutated.slice(0, at);
        break;
      case 3:
        mutated = joined(mutated.subarray(0, at), mutated.subarray(noise(at + 1)));
        break;
      case 4:
        mutated = joined(mutated.subarray(0, at), other.subarray(noise(other.length)));
        break;
      default:
        mutated = joined(mutated.subarray(0, at), Uint8Array.of(noise(256)), mutated.subarray(at));
    }
  }
  return mutated;
}

function joined(...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.concat(parts));
}
