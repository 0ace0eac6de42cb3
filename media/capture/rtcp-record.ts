/**
 * Where each number of a source of RTCP lies in its record, which is as long as that of a stream and begins with
 * a key like it, so that the same table finds it. The ports are those of the pair: both even.
 *
 * `RTCP_*` index 32-bit words of the record, `RTCP_DOUBLE_*` its 64-bit floats.
 */

/** The slot of who reported about the source, plus one: the other direction of the call. 0 for nobody. */
export const RTCP_ANSWERED_BY = 7;
/** Sender reports remembered so far. */
export const RTCP_REPORTS = 4;
/** 1 where there was a report block about the source. */
export const RTCP_IS_HEARD = 5;
/** Two words of the last report block. */
export const RTCP_LOST = 6;
export const RTCP_JITTER = 8;
/** Round trips of half the way, added up, and how many: of the whole capture, and of this interval. */
export const RTCP_WHOLE_TRIPS = 9;
export const RTCP_INTERVAL_TRIPS = 10;
export const RTCP_DOUBLE_WHOLE_US = 6;
export const RTCP_DOUBLE_INTERVAL_US = 7;
/** The middles of the NTP timestamps of the last sender reports, in a ring; when they came lies apart. */
export const RTCP_MIDDLES = 16;
/** A power of two. */
export const REMEMBERED_REPORTS = 16;

/** RTP has an even port and RTCP the next one (RFC 3550 §11), or both share one: told apart by nothing else. */
export const PORT_PAIRS = 0xfffe_fffe;
/** Rounding of DLSR may make a short way negative by a little; more than this is a lie. */
export const NEGATIVE_TRIP_US = 1000;
export const RTCP_SOURCES_MAXIMUM = 262_144;
