import { type MediaLeg, type MediaLegListener, MediaPortsExhausted } from '../../media/engine/media-leg.ts';
import { CallFailure } from '../../signaling/call-failure.ts';
import type { CallLeg } from '../../signaling/call-leg.ts';
import type { LocalMedia } from '../../signaling/session-description.ts';
import type { InboundCallDesk } from './call-desk.ts';

/** The port range of the media engine that H.323 calls take theirs from. */
export const H323_PORT_RANGE = 'h323';

/** @throws CallFailure `no-media-port` */
export async function openMedia(
  { media, options, now }: Pick<InboundCallDesk, 'media' | 'options' | 'now'>,
  leg: CallLeg,
  mixId: string,
  listener: MediaLegListener,
): Promise<MediaLeg> {
  try {
    return await media.openLeg(
      {
        legId: leg.id,
        mixId,
        bindAddress: options.mediaBindAddress,
        ...(leg.protocol === 'H.323' ? { portRangeName: H323_PORT_RANGE } : {}),
        canonicalName: `${leg.id}@carillon`,
        openedAtMs: now(),
      },
      listener,
    );
  } catch (error) {
    if (error instanceof MediaPortsExhausted) throw new CallFailure('no-media-port', error.message, 5);
    throw error;
  }
}

/** Where the other side is told to send its media. */
export function localMediaOf({ rtpPort, rtcpPort }: MediaLeg, address: string): LocalMedia {
  return { rtp: { address, port: rtpPort }, rtcp: { address, port: rtcpPort } };
}
