/**
 * Where lies what was not heard of a stream: a bit for each of the last 128 packets, sums of what was before them, and
 * what of that a burst may go on from. 32-bit words.
 */
export const LOSS_BYTES = 44;
/** The last packet that has a bit. */
export const LOSS_HIGHEST = 0;
/** One of the four below; 0 while nothing was missed: there are no bits then. */
export const LOSS_STATE = 1;
/** Four words: bit n mod 128. */
export const LOSS_BITS = 2;
/** The last packet not heard that the bits left behind. */
export const LOSS_LAST = 6;
/** Of bursts whose packets left their bits, the last one as far as it goes. */
export const LOSS_BURSTS = 7;
export const LOSS_BURST_PACKETS = 8;
export const LOSS_BURST_UNHEARD = 9;
/** Packets too late. */
export const LOSS_LATE = 10;

export const LOSSES_NONE = 0;
/** Nothing left the bits that a burst could go on from. */
export const LOSSES_APART = 1;
/** What left them last was alone: no burst, unless another one follows. */
export const LOSSES_ALONE = 2;
export const LOSSES_IN_BURST = 3;
