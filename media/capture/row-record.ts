/** Where each number of a row lies that `IntervalRows` keeps, in 64-bit floats; shared with the AssemblyScript core. */
export const ROW_DOUBLES = 24;
export const ROW_SLOT = 0;
export const ROW_INTERVAL = 1;
/**
 * From here to the packets not heard in bursts: counted from the beginning of the stream until the chains are made, so
 * that no stream has to remember where it stood.
 */
export const ROW_PACKETS = 2;
export const ROW_EXPECTED = 3;
export const ROW_DISTINCT = 4;
export const ROW_DUPLICATES = 5;
export const ROW_REORDERED = 6;
export const ROW_LOSS_RUNS = 7;
export const ROW_LATE = 8;
export const ROW_BURSTS = 9;
export const ROW_BURST_PACKETS = 10;
export const ROW_BURST_UNHEARD = 11;
/** Of the interval, from here on. */
export const ROW_BYTES = 12;
export const ROW_JITTER_PACKETS = 13;
export const ROW_JITTER_SUM_US = 14;
export const ROW_JITTER_MAX_US = 15;
export const ROW_ROUND_TRIP_SUM_US = 16;
export const ROW_ROUND_TRIPS = 17;
export const ROW_SILENCE_US = 18;
export const ROW_PACKET_TIME_CHANGES = 19;
export const ROW_PACKET_TIME_US = 20;
export const ROW_DELTA_MAX_US = 21;
export const ROW_SKEW_US = 22;
/** See `stream-skew.ts`. */
export const ROW_FROM_US = 23;
