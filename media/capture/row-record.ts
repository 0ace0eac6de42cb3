/** Where each number of a row lies that `IntervalRows` keeps, in 64-bit floats; shared with the AssemblyScript core. */
export const ROW_DOUBLES = 24;
export const ROW_SLOT = 0;
export const ROW_INTERVAL = 1;
export const ROW_PACKETS = 2;
export const ROW_BYTES = 3;
export const ROW_EXPECTED = 4;
export const ROW_DISTINCT = 5;
export const ROW_DUPLICATES = 6;
export const ROW_REORDERED = 7;
export const ROW_LOSS_RUNS = 8;
export const ROW_JITTER_PACKETS = 9;
export const ROW_JITTER_SUM_US = 10;
export const ROW_JITTER_MAX_US = 11;
export const ROW_ROUND_TRIP_SUM_US = 12;
export const ROW_ROUND_TRIPS = 13;
export const ROW_LATE = 14;
export const ROW_SILENCE_US = 15;
export const ROW_PACKET_TIME_CHANGES = 16;
export const ROW_PACKET_TIME_US = 17;
export const ROW_DELTA_MAX_US = 18;
export const ROW_SKEW_US = 19;
export const ROW_BURSTS = 20;
export const ROW_BURST_PACKETS = 21;
export const ROW_BURST_UNHEARD = 22;
/** See `stream-skew.ts`. */
export const ROW_FROM_US = 23;
