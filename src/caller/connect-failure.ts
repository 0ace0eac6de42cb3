import { CallFailure } from '../../signaling/call-failure.ts';
import type { ConnectFailed } from '../../signaling/sip/connect.ts';

/** OpenSSL's codes (X509_verify_cert_error_string) for a chain that ends at nobody we trust. */
const UNTRUSTED = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

/** What went wrong, in words, and what can be done about it. */
export function explainConnectFailure({ target, code, message }: ConnectFailed): CallFailure {
  const where = `${target.transport} ${target.address} port ${target.port}`;
  return new CallFailure('transport-failure', sentence(code, where, target.host) ?? sentenceOf(message));
}

function sentence(code: string, where: string, host: string): string | null {
  if (UNTRUSTED.has(code)) {
    return `The certificate at ${where} is signed by nobody known. Name its authority with --ca FILE, or take it as it is with --insecure.`;
  }
  switch (code) {
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return `The certificate at ${where} is not that of ${host}. Dial a name that it is for, or take it as it is with --insecure.`;
    case 'CERT_HAS_EXPIRED':
    case 'CERT_NOT_YET_VALID':
      return `The certificate at ${where} is out of its time. Take it as it is with --insecure.`;
    case 'ECONNREFUSED':
      return `Nobody listens at ${where}.`;
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return `There is no way to ${where}.`;
    case 'ABORTED':
    case 'ETIMEDOUT':
      return `${where} does not answer; a firewall may drop what is sent there.`;
    case 'ERR_SSL_WRONG_VERSION_NUMBER':
    case 'EPROTO':
      return `There is no TLS at ${where}; without TLS it is ;transport=tcp.`;
    case 'HANDSHAKE':
      return `There is no SIP over WebSocket at ${where}, path /sip.`;
    default:
      return null;
  }
}

function sentenceOf(message: string): string {
  return `${message.charAt(0).toUpperCase()}${message.slice(1)}.`;
}
