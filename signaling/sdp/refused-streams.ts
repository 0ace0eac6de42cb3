import { detachTexts } from '../detached-text.ts';
import type { NegotiatedAudio } from '../session-description.ts';
import type { SdpMedia, SdpSession } from './description.ts';
import type { NegotiatedStream } from './negotiate.ts';

/** RFC 3264 §6: a refused stream keeps its place, with port 0 and one of its formats. */
export function refuseAllBut(index: number, offer: SdpSession): (SdpMedia | null)[] {
  return offer.media.map((media, place) => {
    if (place === index) {
      return null;
    }
    const [type = '', protocol = '', format = ''] = detachTexts([
      media.type,
      media.protocol,
      media.formats[0] ?? '',
    ]);
    return {
      type,
      port: 0,
      portCount: 1,
      protocol,
      formats: [format],
      connection: null,
      lines: [],
      attributes: [],
    };
  });
}

/**
 * RFC 3264 §8.2: the stream agreed on is offered with port 0 and no other audio stands in for it. Null where it is
 * still there.
 */
export function removedStream(
  offer: SdpSession,
  agreed: { readonly audio: NegotiatedAudio; readonly audioIndex: number },
): NegotiatedStream | null {
  if (offer.media.some((media) => media.type === 'audio' && media.port !== 0)) return null;
  if (offer.media[agreed.audioIndex]?.type !== 'audio') return null;
  const audio = { ...agreed.audio, direction: 'inactive' as const, remoteRtp: null, remoteRtcp: null };
  return { index: agreed.audioIndex, audio };
}
