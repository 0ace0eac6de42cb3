/** Uniform numbers from 0 up to 1, the same for the same seed (xorshift with 32 bits of state). */
export function seededRandom(seed: number): () => number {
  // The seed is spread first: xorshift stays at zero for ever, and near seeds give near beginnings.
  let state = Math.imul(seed ^ 0x5bd1e995, 0x9e3779b1) | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
