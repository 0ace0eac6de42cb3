import { detachTexts } from '../detached-text.ts';
import type { SdpMedia, SdpSession } from './description.ts';

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
