/**
 * Where lies what was not heard of a stream: a bit for each of the last 128 packets, the burst before them that may go
 * on, and sums. 32-bit words of a record of 64 bytes.
 */
export const LOSS_BYTES = 64;
/** The last packet that has a bit. */
export const LOSS_HIGHEST = 0;
/** 0 while nothing was missed: there are no bits then. */
export const LOSS_IS_BEGUN = 1;
/** Four words: bit n mod 128. */
export const LOSS_BITS = 2;
/** Of the last burst, or of a packet alone, that the bits left behind: from, to, and how many were not heard. */
export const LOSS_CLUSTER_FROM = 6;
export const LOSS_CLUSTER_TO = 7;
export const LOSS_CLUSTER_UNHEARD = 8;
/** Before it. */
export const LOSS_BURSTS = 9;
export const LOSS_BURST_PACKETS = 10;
export const LOSS_BURST_UNHEARD = 11;
/** Told already, of the whole stream. */
export const LOSS_TAKEN_BURSTS = 12;
export const LOSS_TAKEN_PACKETS = 13;
export const LOSS_TAKEN_UNHEARD = 14;
/** Packets too late, of this interval. */
export const LOSS_LATE = 15;
