import type { Config } from '../../config/schema.ts';
import { type Finding, ok, warn } from './finding.ts';

const SUBJECT = 'Encrypted media';

/** SRTP keys are told in SDP (RFC 4568 §7): they are as secret as the signaling that carries them. */
export function checkMediaKeys({ sip, media }: Pick<Config, 'sip' | 'media'>): Finding {
  if (media.srtp === 'off') return ok(SUBJECT, 'media.srtp is off: calls go in clear');
  const open = [
    ...(sip.udpPort === null ? [] : ['UDP']),
    ...(sip.tcpPort === null && !(sip.tlsPort !== null && sip.tls.allowPlainTcp) ? [] : ['TCP']),
  ];
  const detail = `media.srtp is ${media.srtp}`;
  if (open.length === 0) return ok(SUBJECT, `${detail}, and keys come over TLS`);
  const readable = `${detail}; keys that come over ${open.join(' or ')} can be read on the way`;
  if (media.srtp === 'optional') return ok(SUBJECT, readable);
  return warn(
    SUBJECT,
    readable,
    'Set sip.udpPort and sip.tcpPort to null and sip.tls.allowPlainTcp to false.',
  );
}
