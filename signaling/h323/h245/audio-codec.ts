import type { AudioFormat } from '../../session-description.ts';
import type { AudioCapability, DataType } from '../h245-capability-types.ts';

/** One frame of all three codecs is 1 ms: frames of a packet are its milliseconds (H.225.0 annex B). */
export interface AudioOffer {
  readonly format: AudioFormat;
  readonly framesPerPacket: number;
}

/** Codecs by the name they have in H.245, with their static RTP payload types (RFC 3551 table 4). */
const CODECS = [
  { choice: 'g711Ulaw64k', encodingName: 'PCMU', payloadType: 0 },
  { choice: 'g711Alaw64k', encodingName: 'PCMA', payloadType: 8 },
  { choice: 'g722-64k', encodingName: 'G722', payloadType: 9 },
] as const;

export function audioCapability(format: AudioFormat, framesPerPacket: number): AudioCapability | null {
  const codec = CODECS.find(({ encodingName }) => encodingName === format.encodingName);
  return codec === undefined ? null : { choice: codec.choice, value: framesPerPacket };
}

/** Null for a codec that we do not have. */
export function audioOffer(capability: AudioCapability): AudioOffer | null {
  const codec = CODECS.find(({ choice }) => choice === capability.choice);
  if (codec === undefined) return null;
  const { encodingName, payloadType } = codec;
  const format = { payloadType, encodingName, clockRateHz: 8000, channels: 1, parameters: null };
  return { format, framesPerPacket: capability.value };
}

export function audioOfferOf(dataType: DataType): AudioOffer | null {
  return dataType.choice === 'audioData' ? audioOffer(dataType.value) : null;
}
