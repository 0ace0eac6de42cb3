/**
 * Where each number of a received stream lies in its record of 128 bytes: two cache lines, the first one most of
 * what an in-order packet compares and changes. One interleaved record costs one or two cache misses a packet; one
 * array per field would cost one each.
 *
 * `WORD_*` index 32-bit words of the record, `DOUBLE_*` its 64-bit floats (word = 2 × double).
 */
export const RECORD_BYTES = 128;
export const RECORD_WORDS = 32;
export const RECORD_DOUBLES = 16;

/**
 * The key: who sends to whom, in the bytes of a packet, the first one lowest: nobody has to turn them around to
 * compare. Written and compared by the stream table; a live leg has only the SSRC.
 */
export const WORD_SOURCE = 0;
export const WORD_DESTINATION = 1;
export const WORD_PORTS = 2;
export const WORD_SYNCHRONIZATION_SOURCE = 3;
/** Of this interval: RTP header and payload; unsigned. */
export const WORD_BYTES = 4;
/**
 * The first word of an RTP header that would follow in order and on pace, by who follows the pace: version 2,
 * payload type, sequence number. Version 3 where the pace cannot be told from the next packet, 0 where nothing can.
 */
export const WORD_NEXT_HEADER = 5;
/** Of the packet that the next difference in transit is taken against; arrival −1 while there is none. */
export const WORD_LAST_TIMESTAMP = 6;
export const WORD_CLOCK_RATE_HZ = 7;
export const DOUBLE_LAST_ARRIVAL_US = 4;
/** Running jitter in timestamp units (RFC 3550 A.8). */
export const DOUBLE_JITTER = 5;
export const DOUBLE_JITTER_SUM = 6;
/** By how much the last packet came behind the earliest ones, in timestamp units, by who follows the pace. */
export const DOUBLE_LATENESS = 7;

/** Timestamp units from packet to packet, by who follows the pace; 0 unknown, below zero after a packet out of it. */
export const WORD_PACKET_TIME = 16;
/** Longest time between two packets of this interval, by who follows the pace. */
export const WORD_DELTA_MAX_US = 17;
export const DOUBLE_JITTER_MAX = 9;
/** Highest sequence number received, with the count of wraps above its 16 bits (RFC 3550 A.1). */
export const WORD_HIGHEST_SEQUENCE = 20;
export const WORD_JITTER_PACKETS = 21;
export const WORD_PACKETS = 22;
/** Of the packet that the skew of this interval is counted from, by who follows the course. */
export const WORD_SKEW_TIMESTAMP = 23;
/** Which of the last 128 sequence numbers arrived: bit n mod 128. */
export const WORD_WINDOW = 24;
/** Lowest sequence number known to have been sent: a packet overtaken by the very first one lowers it. */
export const WORD_BASE_SEQUENCE = 28;
export const WORD_DUPLICATES = 29;
export const WORD_REORDERED = 30;
/** Runs of consecutive sequence numbers that are missing now. */
export const WORD_LOSS_RUNS = 31;

/** Counters as they stood at the last report, so that an interval is a difference; only of streams that are asked. */
export const MARK_WORDS = 6;
export const MARK_PACKETS = 0;
export const MARK_DISTINCT = 1;
export const MARK_DUPLICATES = 2;
export const MARK_REORDERED = 3;
export const MARK_LOSS_RUNS = 4;
export const MARK_EXPECTED = 5;
