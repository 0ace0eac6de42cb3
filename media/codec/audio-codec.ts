/** The codecs that a leg can speak. */
import { findG711Codec, type G711Codec } from './g711.ts';
import { G722_CODEC } from './g722-codec.ts';
import { findOpusCodec } from './opus.ts';
import type { StreamCodec, StreamDecoder } from './stream-codec.ts';

export type AudioCodec = G711Codec | StreamCodec;
/** What turns payloads into sound; G.711 has no memory, so that its codec is that for all streams at once. */
export type AudioDecoder = G711Codec | StreamDecoder;

/**
 * Encoding names compare without regard to case (RFC 8866 §6.6).
 * @param parameters of its fmtp
 * @returns null for a codec we do not have, or that was not loaded
 */
export function findAudioCodec(encodingName: string, parameters: string | null): AudioCodec | null {
  switch (encodingName.toUpperCase()) {
    case 'G722':
      return G722_CODEC;
    case 'OPUS':
      return findOpusCodec(parameters);
    default:
      return findG711Codec(encodingName);
  }
}

export function isG711(codec: AudioCodec): codec is G711Codec {
  return codec.sampleRateHz === 8000;
}
