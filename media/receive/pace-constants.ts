/** Shared with the AssemblyScript core, which takes an expression of whole numbers for one of integers: literals only. */

/** How much of the lateness a packet leaves: 1 − 1/1024. */
export const LATENESS_KEPT = 0.9990234375;
/** A jitter buffer holds this many times the jitter. */
export const BUFFERED_JITTERS = 2;
/** Half an hour and more, in a signed word. */
export const DELTA_MAXIMUM_US = 2_000_000_000;

export const JITTER_CLASSES = 32;
/** A packet is asked when the packets of the interval, divided by eight, leave one. */
export const JITTER_SAMPLE_MASK = 7;
export const JITTER_CLASS_MAXIMUM = 255;
/** The upper word of a float of 16 µs, without all but the first bit of its fraction: (1023 + 4) · 2. */
export const FIRST_JITTER_CLASS = 2054;
export const JITTER_CLASS_SHIFT = 19;

/** Gmin, as RFC 3611 §4.7.2 recommends. */
export const GAP_THRESHOLD = 16;
/** Longer packets than an eighth of a second nobody sends: what looks like one is a pause. */
export const LONGEST_PACKETS_PER_SECOND = 8;
