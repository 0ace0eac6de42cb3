import { CallFailure } from '../call-failure.ts';
import type { AudioCapabilities, LocalMedia, NegotiatedAudio } from '../session-description.ts';
import { createAudioMedia } from './audio-description.ts';
import { findAttribute, type SdpMedia, type SdpSession } from './description.ts';
import { answerLines, type LocalKeys, serializeLines } from './media-encryption.ts';
import { type NegotiationOptions, negotiateOffer } from './negotiate.ts';
import { describeAgreed } from './own-formats.ts';

/** One of several audio streams that are all taken, as in a recording session (RFC 7866 §7.1.1). */
export interface TakenStream {
  /** Its place among the `m=` lines. */
  readonly index: number;
  /** RFC 4574; empty where it has none. */
  readonly label: string;
  readonly audio: NegotiatedAudio;
}

/** A stream beside the first one, and the protocol that it is answered with. */
export interface FurtherStream extends TakenStream {
  readonly protocol: string;
}

/** Voice Connectors take two streams a session. */
const MOST_FURTHER_STREAMS = 1;

/** The audio streams of an offer besides the one at `audioIndex`, as far as they can be taken. */
export function negotiateFurther(
  offer: SdpSession,
  audioIndex: number,
  options: NegotiationOptions,
): readonly FurtherStream[] {
  return offer.media
    .flatMap((media, index) => {
      if (index === audioIndex || media.type !== 'audio' || media.port === 0) return [];
      const audio = negotiateAlone(offer, media, options);
      return audio === null ? [] : [{ index, label: labelOf(media), audio, protocol: media.protocol }];
    })
    .slice(0, MOST_FURTHER_STREAMS);
}

export function labelOf(media: SdpMedia | undefined): string {
  return findAttribute(media?.attributes ?? [], 'label')?.value?.trim() ?? '';
}

/** Null for a stream that does not fit: it is refused by itself (RFC 3264 §6). */
function negotiateAlone(
  offer: SdpSession,
  media: SdpMedia,
  options: NegotiationOptions,
): NegotiatedAudio | null {
  try {
    return negotiateOffer({ ...offer, media: [media] }, { ...options, audioIndex: null }).audio;
  } catch (error) {
    if (error instanceof CallFailure) return null;
    throw error;
  }
}

/** Our lines for the further streams that have media of ours, by their places. */
export function describeFurther(
  streams: readonly FurtherStream[],
  local: LocalMedia,
  capabilities: AudioCapabilities,
  keys: LocalKeys,
): ReadonlyMap<number, SdpMedia> {
  const described = new Map<number, SdpMedia>();
  for (const [place, { index, audio, protocol }] of streams.entries()) {
    const media = local.further?.[place];
    if (media === undefined) continue;
    const { direction, packetTimeMs, isRtcpMultiplexed, security } = audio;
    const crypto = security === undefined ? [] : serializeLines(answerLines(security, keys));
    const formats = describeAgreed(audio, capabilities);
    const stream = { media, protocol, formats, crypto, direction, packetTimeMs, isRtcpMultiplexed };
    described.set(index, createAudioMedia({ ...stream, hasExtendedReports: false }));
  }
  return described;
}

/** Our first stream and the further ones in their places among the refused. */
export function arrangeStreams(
  agreement: { readonly isRemoved: boolean; readonly streams: readonly (SdpMedia | null)[] } | null,
  audio: SdpMedia,
  further: ReadonlyMap<number, SdpMedia>,
): readonly SdpMedia[] {
  if (agreement === null) return [audio];
  const own = agreement.isRemoved ? { ...audio, port: 0 } : audio;
  return agreement.streams.map((stream, index) => further.get(index) ?? stream ?? own);
}
