/** Shared with the AssemblyScript core: what an entry of the event log says of the packets from one number to another. */
export const EVENT_MISS = 0;
/** A late packet came after all. */
export const EVENT_MEND = 1;
/** It came, but too late to be played. */
export const EVENT_LATE = 2;
/** The sender began anew. */
export const EVENT_RESTART = 3;

export const EVENTS_MAXIMUM = 65_536;
