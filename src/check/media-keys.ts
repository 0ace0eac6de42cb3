import type { Config } from '../../config/schema.ts';
import { srtpPolicies } from '../srtp-policy.ts';
import { type Finding, ok, warn } from './finding.ts';

const SUBJECT = 'Encrypted media';

/** SRTP keys are told in SDP (RFC 4568 §7): they are as secret as the signaling that carries them. */
export function checkMediaKeys({ sip, media }: Pick<Config, 'sip' | 'media'>): Finding {
  const policies = srtpPolicies(media);
  const isPlainTcpOpen = sip.tcpPort !== null || (sip.tlsPort !== null && sip.tls.allowPlainTcp);
  const open = [
    ...(sip.udpPort === null ? [] : (['UDP'] as const)),
    ...(isPlainTcpOpen ? (['TCP'] as const) : []),
  ];
  const used = [...open, ...(sip.tlsPort === null ? [] : (['TLS'] as const))];
  const detail = used.map((transport) => `${policies[transport]} over ${transport}`).join(', ');
  if (used.every((transport) => policies[transport] === 'off')) {
    return ok(SUBJECT, 'media.srtp is off: calls go in clear');
  }
  const readable = open.filter((transport) => policies[transport] !== 'off');
  if (readable.length === 0) return ok(SUBJECT, `${detail}; keys come over TLS`);
  const warning = `${detail}; keys that come over ${readable.join(' or ')} can be read on the way`;
  if (readable.every((transport) => policies[transport] === 'optional')) return ok(SUBJECT, warning);
  return warn(
    SUBJECT,
    warning,
    'Set sip.udpPort and sip.tcpPort to null and sip.tls.allowPlainTcp to false.',
  );
}
