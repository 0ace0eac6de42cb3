import { mediaAt, OFFER, SDP_TYPE, Stranger } from './sip-user-agents.ts';

/** A stranger whose call Bob has taken. */
export function established(lines: readonly string[] = [], options = {}): Stranger {
  const stranger = new Stranger(options);
  stranger.bob.onCall = (leg) => leg.accept(mediaAt('192.0.2.2', 20_000));
  stranger.send('INVITE', [SDP_TYPE, ...lines], OFFER);
  stranger.send('ACK', [stranger.to]);
  return stranger;
}
