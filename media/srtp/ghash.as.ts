// AssemblyScript, built to ghash.wasm by .ci/build-core.mjs: GHASH of AES-GCM (NIST SP 800-38D §6.4). It takes the same
// time for all keys and texts: no table, no branch that depends on them. Products without carries are made of products
// with carries, as BearSSL's ctmul64 does: of each operand every fourth bit is kept, and the carries fall between them.
import { HASH_AT, KEY_AT, TEXT_AT } from './ghash-memory';

const EVERY_FOURTH: u64 = 0x1111_1111_1111_1111;

/** The lower 64 bits of the product of two polynomials over GF(2). */
@inline function multiply(a: u64, b: u64): u64 {
  const m0 = EVERY_FOURTH,
    m1 = EVERY_FOURTH << 1,
    m2 = EVERY_FOURTH << 2,
    m3 = EVERY_FOURTH << 3;
  const a0 = a & m0,
    a1 = a & m1,
    a2 = a & m2,
    a3 = a & m3;
  const b0 = b & m0,
    b1 = b & m1,
    b2 = b & m2,
    b3 = b & m3;
  return (
    (((a0 * b0) ^ (a1 * b3) ^ (a2 * b2) ^ (a3 * b1)) & m0) |
    (((a0 * b1) ^ (a1 * b0) ^ (a2 * b3) ^ (a3 * b2)) & m1) |
    (((a0 * b2) ^ (a1 * b1) ^ (a2 * b0) ^ (a3 * b3)) & m2) |
    (((a0 * b3) ^ (a1 * b2) ^ (a2 * b1) ^ (a3 * b0)) & m3)
  );
}

@inline function reverseBits(word: u64): u64 {
  let bits = ((word >> 1) & 0x5555_5555_5555_5555) | ((word & 0x5555_5555_5555_5555) << 1);
  bits = ((bits >> 2) & 0x3333_3333_3333_3333) | ((bits & 0x3333_3333_3333_3333) << 2);
  bits = ((bits >> 4) & 0x0f0f_0f0f_0f0f_0f0f) | ((bits & 0x0f0f_0f0f_0f0f_0f0f) << 4);
  return bswap<u64>(bits);
}

/** The upper 64 bits of that product, from the product of the operands reversed. */
@inline function upperOf(reversedProduct: u64): u64 {
  return reverseBits(reversedProduct) >> 1;
}

/** Hashes so many blocks of 16 bytes at TEXT_AT under the key at KEY_AT. */
export function hash(blocks: i32): void {
  const keyUpper = bswap<u64>(load<u64>(KEY_AT));
  const keyLower = bswap<u64>(load<u64>(KEY_AT, 8));
  const keyUpperReversed = reverseBits(keyUpper);
  const keyLowerReversed = reverseBits(keyLower);
  let upper: u64 = 0;
  let lower: u64 = 0;
  let at: usize = TEXT_AT;
  for (let block = 0; block < blocks; block++, at += 16) {
    upper ^= bswap<u64>(load<u64>(at));
    lower ^= bswap<u64>(load<u64>(at, 8));
    const upperReversed = reverseBits(upper);
    const lowerReversed = reverseBits(lower);
    // Karatsuba: three products of 64 bits each way instead of four.
    const low = multiply(lower, keyLower);
    const high = multiply(upper, keyUpper);
    const middle = multiply(lower ^ upper, keyLower ^ keyUpper) ^ low ^ high;
    const lowReversed = multiply(lowerReversed, keyLowerReversed);
    const highReversed = multiply(upperReversed, keyUpperReversed);
    const middleReversed =
      multiply(lowerReversed ^ upperReversed, keyLowerReversed ^ keyUpperReversed) ^ lowReversed ^ highReversed;
    let p0 = low;
    let p1 = upperOf(lowReversed) ^ middle;
    let p2 = high ^ upperOf(middleReversed);
    let p3 = upperOf(highReversed);
    // GCM writes the bits of a polynomial the other way round: the product of 255 bits stands one place too low.
    p3 = (p3 << 1) | (p2 >> 63);
    p2 = (p2 << 1) | (p1 >> 63);
    p1 = (p1 << 1) | (p0 >> 63);
    p0 = p0 << 1;
    // Modulo x^128 + x^7 + x^2 + x + 1.
    p2 ^= p0 ^ (p0 >> 1) ^ (p0 >> 2) ^ (p0 >> 7);
    p1 ^= (p0 << 63) ^ (p0 << 62) ^ (p0 << 57);
    p3 ^= p1 ^ (p1 >> 1) ^ (p1 >> 2) ^ (p1 >> 7);
    p2 ^= (p1 << 63) ^ (p1 << 62) ^ (p1 << 57);
    upper = p3;
    lower = p2;
  }
  store<u64>(HASH_AT, bswap<u64>(upper));
  store<u64>(HASH_AT, bswap<u64>(lower), 8);
}
