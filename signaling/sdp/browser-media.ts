/** What a browser's description of audio has besides: ICE (RFC 8839), DTLS (RFC 8842), BUNDLE (RFC 9143). */
import { randomBytes, X509Certificate } from 'node:crypto';
import { CallFailure } from '../call-failure.ts';
import { detachText } from '../detached-text.ts';
import type { AudioCapabilities, MediaAddress, MediaSecurity } from '../session-description.ts';
import { findAttribute, type SdpAttribute, type SdpMedia, type SdpSession } from './description.ts';

export const BROWSER_PROFILES: readonly string[] = ['UDP/TLS/RTP/SAVPF', 'UDP/TLS/RTP/SAVP'];

/** Our ICE credentials of one dialog. They last as long as those of the other side (RFC 8839 §4.4.1.1.1). */
export class LocalCredentials {
  readonly #known = new Map<string, { readonly username: string; readonly password: string }>();

  for(remoteUsername: string): { readonly username: string; readonly password: string } {
    const known = this.#known.get(remoteUsername);
    if (known !== undefined) return known;
    // RFC 8839 §5.4: at least 24 and 128 bits.
    const made = {
      username: randomBytes(6).toString('base64url'),
      password: randomBytes(18).toString('base64url'),
    };
    this.#known.clear();
    this.#known.set(remoteUsername, made);
    return made;
  }
}

/**
 * What becomes of a browser's offer.
 * @throws CallFailure `media-encryption-not-allowed` or `no-common-media-encryption`
 */
export function answerHandshake(
  session: SdpSession,
  media: SdpMedia,
  { encryption = 'off', identity }: AudioCapabilities,
  credentials: LocalCredentials,
): MediaSecurity {
  if (encryption === 'off' || identity === undefined) {
    const why = encryption === 'off' ? 'media.srtp is off' : 'there is no certificate: sip.tlsPort is null';
    throw new CallFailure(
      'media-encryption-not-allowed',
      `audio is offered over ${media.protocol} alone, and ${why}`,
    );
  }
  const find = (name: string): string | null =>
    (findAttribute(media.attributes, name) ?? findAttribute(session.attributes, name))?.value?.trim() ?? null;
  const [hash, fingerprint] = find('fingerprint')?.split(' ') ?? [];
  const remoteUsername = find('ice-ufrag');
  const isMultiplexed = findAttribute(media.attributes, 'rtcp-mux') !== undefined;
  const setup = find('setup') ?? 'active';
  const lacking = [
    ...(hash?.toLowerCase() === 'sha-256' && fingerprint !== undefined ? [] : ['a SHA-256 fingerprint']),
    ...(remoteUsername === null ? ['ICE'] : []),
    ...(isMultiplexed ? [] : ['rtcp-mux']),
    ...(setup === 'actpass' || setup === 'active' ? [] : ['the active side of DTLS']),
  ];
  if (fingerprint === undefined || remoteUsername === null || lacking.length > 0) {
    throw new CallFailure(
      'no-common-media-encryption',
      `the offer of ${media.protocol} lacks ${lacking.join(', ')}`,
    );
  }
  const { username, password } = credentials.for(remoteUsername);
  const handshake = {
    localUsername: username,
    localPassword: password,
    remoteUsername: detachText(remoteUsername),
    remoteFingerprint: detachText(fingerprint),
    ...identity,
  };
  return { encryption: null, handshake, offeredSuites: ['DTLS-SRTP'], refusals: [] };
}

/**
 * Attributes of our stream. We are passive in DTLS (RFC 8842 §5.3 lets an answerer choose), and have one candidate,
 * whose priority is that of a host (RFC 8445 §5.1.2.1).
 */
export function browserAttributes(
  { handshake }: MediaSecurity,
  { address, port }: MediaAddress,
  mediaId: string | null,
): SdpAttribute[] {
  if (!handshake) return [];
  const fingerprint = new X509Certificate(handshake.certificate).fingerprint256;
  const attribute = (name: string, value: string | null): SdpAttribute => ({ name, value });
  return [
    ...(mediaId === null ? [] : [attribute('mid', mediaId)]),
    attribute('ice-ufrag', handshake.localUsername),
    attribute('ice-pwd', handshake.localPassword),
    attribute('fingerprint', `sha-256 ${fingerprint}`),
    attribute('setup', 'passive'),
    attribute('candidate', `1 1 UDP 2130706431 ${address} ${port} typ host`),
    attribute('end-of-candidates', null),
  ];
}

/** Attributes of our session: that we are the lite side, and that the one stream has the transport (RFC 9143 §7.3). */
export function browserSessionAttributes(mediaId: string | null): SdpAttribute[] {
  const lite = { name: 'ice-lite', value: null };
  return mediaId === null ? [lite] : [lite, { name: 'group', value: `BUNDLE ${mediaId}` }];
}

/** The `a=mid` of a stream (RFC 5888 §4), or null. */
export function mediaIdOf(media: SdpMedia | undefined): string | null {
  const value = media === undefined ? null : (findAttribute(media.attributes, 'mid')?.value ?? null);
  return value === null ? null : detachText(value.trim());
}
