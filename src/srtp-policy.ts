import type { Config } from '../config/schema.ts';
import type { SignalingTransport } from '../signaling/call-leg.ts';
import type { EncryptionPolicy } from '../signaling/session-description.ts';

/** What is done about encrypted media in calls that come in, by how they come. */
export function srtpPolicies({
  srtp,
  srtpByListener,
}: Pick<Config['media'], 'srtp' | 'srtpByListener'>): Readonly<Record<SignalingTransport, EncryptionPolicy>> {
  const webSocket = srtpByListener.webSocket ?? srtp;
  return {
    UDP: srtpByListener.udp ?? srtp,
    TCP: srtpByListener.tcp ?? srtp,
    TLS: srtpByListener.tls ?? srtp,
    WS: webSocket,
    WSS: webSocket,
  };
}
