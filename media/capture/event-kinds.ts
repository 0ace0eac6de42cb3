/** Shared with the AssemblyScript core: what happened to the packets from one number to another. */
export const EVENT_MISS = 0;
/** A late packet came after all. */
export const EVENT_MEND = 1;
/** It came, but too late to be played. */
export const EVENT_LATE = 2;
/** The sender began anew. */
export const EVENT_RESTART = 3;
