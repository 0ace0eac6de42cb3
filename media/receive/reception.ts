/** What a packet carries; only audio has a say in the jitter. */
export const AUDIO = 0;
export const TELEPHONE_EVENT = 1;
export const COMFORT_NOISE = 2;
export type PacketKind = typeof AUDIO | typeof TELEPHONE_EVENT | typeof COMFORT_NOISE;

/** What became of a packet. */
export const IN_ORDER = 0;
/** Overtaken by a later one, and the first of its number. */
export const REORDERED = 1;
export const DUPLICATE = 2;
/** Far from the sequence: neither expected nor received, unless the next one follows it. */
export const STRAY = 3;
/** The second packet of a sequence that began anew. */
export const RESTARTED = 4;
export type Reception =
  | typeof IN_ORDER
  | typeof REORDERED
  | typeof DUPLICATE
  | typeof STRAY
  | typeof RESTARTED;
