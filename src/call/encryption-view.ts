import type { SrtpFailureCounts } from '../../media/srtp/srtp-failure.ts';
import type { SignalingTransport } from '../../signaling/call-leg.ts';
import type { MediaSecurity } from '../../signaling/session-description.ts';
import type { EncryptionView } from '../http/service-view.ts';

/** RFC 5763: which suite it comes to is known to the media alone. */
const HANDSHAKE = 'DTLS-SRTP';
const SECRET_TRANSPORTS: readonly SignalingTransport[] = ['TLS', 'WSS'];

/** How the media of a leg is protected, told in words and without the keys; null where the protocol knows none. */
export function encryptionView(
  security: MediaSecurity | undefined,
  refusedPackets: SrtpFailureCounts | null,
  transport: SignalingTransport,
): EncryptionView | null {
  if (security === undefined) return null;
  const { encryption, handshake, offeredSuites, refusals } = security;
  return {
    suite: encryption?.suite ?? (handshake ? HANDSHAKE : null),
    keyLengthBits: encryption?.keyLengthBits ?? null,
    offeredSuites,
    refusedPackets,
    notes: [...refusals, ...keyNotes(security, transport), ...failureNotes(security, refusedPackets)],
  };
}

function keyNotes(
  { encryption, handshake, offeredSuites }: MediaSecurity,
  transport: SignalingTransport,
): string[] {
  if (handshake) return ['The keys are agreed on in the media itself, by DTLS, and never told.'];
  if (encryption === null) {
    const why = offeredSuites.length === 0 ? 'no keys were offered' : 'no key was agreed on';
    return [`The media goes in clear: ${why}.`];
  }
  if (SECRET_TRANSPORTS.includes(transport)) return [];
  return [
    `The keys came over ${transport}, where anybody on the way can read them; over TLS they are secret.`,
  ];
}

function failureNotes({ encryption }: MediaSecurity, refused: SrtpFailureCounts | null): string[] {
  if (refused === null) return [];
  const key = encryption === null ? HANDSHAKE : `${encryption.suite}, ${encryption.keyLengthBits}-bit key`;
  const sentences: Record<keyof SrtpFailureCounts, string> = {
    malformed: 'are too short to be SRTP, or no RTP at all: the other side may send in clear.',
    replay: 'came before, or are older than the replay window.',
    authentication: `do not fit the key that was told (${key}): it uses another key or suite, or they were damaged.`,
    expired: 'came or were to be sent after the lifetime of the key.',
    sources: 'are of more sources than a leg may have.',
  };
  return (Object.keys(sentences) as (keyof SrtpFailureCounts)[])
    .filter((reason) => refused[reason] > 0)
    .map((reason) => `${refused[reason]} packets ${sentences[reason]}`);
}
