/** Where in the memory of the AssemblyScript core everything lies, in bytes. Room for all streams there may be. */
export const BATCHED_PACKETS_AT = 0xb_0000;
export const BATCHED_SLOTS_AT = 0xb_0100;
export const BATCHED_HASHES_AT = 0xb_0200;
export const BATCHED_ARRIVALS_US_AT = 0xb_0800;
export const SAMPLED_SLOTS_AT = 0xb_0400;
export const SAMPLED_JITTERS_AT = 0xb_0c00;
export const COUNT_AT = 0xb_1000;
export const LAST_ARRIVAL_US_AT = 0xb_1008;
export const LATER_COUNT_AT = 0xb_1014;
export const LATER_OFFSETS_AT = 0xb_2000;
export const LATER_LENGTHS_AT = 0xb_2400;
export const LATER_ARRIVALS_US_AT = 0xb_2800;
/** RTCP that waits to be counted together: a few packets. */
export const WAITING_MAXIMUM = 16;
export const WAITING_PACKETS_AT = 0xb_3000;
export const WAITING_LENGTHS_AT = 0xb_3040;
export const WAITING_ARRIVALS_US_AT = 0xb_3080;
/** Of RTCP: how many packets were counted, and the mask of the index; below zero leaves RTCP to others. */
export const RTCP_COUNT_AT = 0xb_1018;
export const RTCP_MASK_AT = 0xb_101c;
/** How many streams there are, how many there may be before somebody else has to open them; the same of RTCP. */
export const STREAMS_AT = 0xb_1034;
export const STREAMS_LIMIT_AT = 0xb_1038;
export const RTCP_SOURCES_AT = 0xb_103c;
export const RTCP_LIMIT_AT = 0xb_1040;
/** By payload type: of sound whose clock the type tells, else 0. */
export const PAYLOAD_CLOCKS_AT = 0xb_1100;
/** Slots that one packet mentions. */
export const RTCP_MENTIONED_AT = 0xb_1080;
export const RTCP_MENTIONED_MAXIMUM = 32;
/** Four words, see loss-runs.as.ts. */
export const READ_LOSSES_AT = 0xb_1020;
export const INDEX_AT = 0x20_0000;
export const CLASSES_AT = 0xa0_0000;
export const RECORDS_AT = 0x2a0_0000;
/** Room for all sources of RTCP there may be, twice that in the index. */
export const RTCP_INDEX_AT = 0xaa0_0000;
export const RTCP_RECORDS_AT = 0xac0_0000;
export const RTCP_SENT_AT = 0xcc0_0000;
/** What is read at once; sixteen bytes behind it are looked at together with its last ones. */
export const FILE_BYTES_AT = 0xec0_0000;
export const FILE_BYTES = 0x18_0000;
/** By slot: what was not heard, see `loss-record.ts`. */
export const LOSSES_AT = 0x1000_0000;
/** See `stream-skew.ts`. */
export const SKEW_SINCE_US_AT = 0x16c0_0000;
export const AUDIO_TYPES_AT = 0x17c0_0000;
/** Rows of an interval on their way, their classes, and how many they are. */
export const ROWS_MAXIMUM = 1024;
export const ROWS_AT = 0x17d0_0000;
export const ROW_CLASSES_AT = 0x17d3_0000;
export const ROWS_COUNT_AT = 0xb_1030;
export const STREAMS_ROOM = 0x10_0000;
/** Of the packets that go through together. */
export const BATCHED_MAXIMUM = 64;
/** Before they are put into their classes. */
export const SAMPLES_MAXIMUM = 128;
/** RTCP packets that are put off: a batch of them. */
export const LATER_MAXIMUM = 256;
