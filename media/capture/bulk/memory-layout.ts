/** Where in the memory of the AssemblyScript core everything lies, in bytes. Room for all streams there may be. */
export const FILE_BYTES_AT = 0x1_0000;
export const FILE_BYTES = 0xa_0000;
export const OFFSETS_AT = 0xb_0000;
export const LENGTHS_AT = 0xb_0400;
export const LINK_TYPES_AT = 0xb_0800;
export const SLOTS_AT = 0xb_0c00;
export const ARRIVALS_US_AT = 0xb_1000;
export const COUNT_AT = 0xb_1800;
export const AUDIO_TYPES_AT = 0x10_0000;
export const INDEX_AT = 0x20_0000;
export const CLASSES_AT = 0xa0_0000;
export const RECORDS_AT = 0x2a0_0000;
export const STREAMS_ROOM = 0x10_0000;
/** Decoded before they are counted. */
export const BATCH_PACKETS = 256;
