/**
 * Why a packet was refused. `malformed`: no RTP or RTCP packet, or no room for a tag; `replay`: seen before or older
 * than the window (RFC 3711 §3.3.2), or to be sent a second time; `authentication`: forged, damaged or of another
 * key; `expired`: the master key's lifetime is over (§9.2); `sources`: more SSRCs than a session may have.
 */
export type SrtpFailure = 'malformed' | 'replay' | 'authentication' | 'expired' | 'sources';

/** Refused packets since the beginning. */
export type SrtpFailureCounts = Record<SrtpFailure, number>;

export function createFailureCounts(): SrtpFailureCounts {
  return { malformed: 0, replay: 0, authentication: 0, expired: 0, sources: 0 };
}
