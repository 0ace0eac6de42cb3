/** What lies where in the memory of ghash.as.ts. */
export const KEY_AT = 0;
export const HASH_AT = 16;
/** The blocks to be hashed: those of a whole UDP datagram and its lengths, in two pages of 64 kB. */
export const TEXT_AT = 32;
