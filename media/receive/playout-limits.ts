/** How a playout adapts, and what it puts up with. */

export const FRAME_MS = 20;
/** A buffer that runs short by half a frame takes one in. */
export const SHORT_FRAMES = 0.5;
/** Too long by three frames, it gives one up even while somebody talks. */
export const VERY_LONG_FRAMES = 3;
/** Else it waits for silence, at most two seconds. */
export const SHRINK_PATIENCE_FRAMES = 100;
/** Mean magnitude below which a frame can be shortened unheard: −50 dBov. */
export const QUIET_LOUDNESS = 100;
/** Packets in a row that cannot be played before the sender's timestamps are believed to have jumped. */
export const RESTART_PACKETS = 5;
/** A packet due later than this cannot belong to the same run of timestamps. */
export const FAR_AHEAD_MS = 2000;
/** After a stall of ours longer than this, what is stored is skipped rather than played fast. */
export const FAR_BEHIND_MS = 500;
/** After half a second without a packet the next one begins a new run. */
export const IDLE_FRAMES = 25;
