/** What was agreed to come under which payload type. A list, for it is short, and asked only when the type changes. */
import { type AudioCodec, findAudioCodec } from '../codec/audio-codec.ts';
import { AUDIO, COMFORT_NOISE, TELEPHONE_EVENT } from '../receive/reception.ts';
import type { MediaSession } from './media-leg.ts';

/** Not negotiated. */
export const UNKNOWN = 3;
export type PayloadKind = typeof AUDIO | typeof TELEPHONE_EVENT | typeof COMFORT_NOISE | typeof UNKNOWN;

interface AgreedPayload {
  readonly payloadType: number;
  readonly kind: PayloadKind;
  /** Of audio. */
  readonly codec: AudioCodec | null;
}

const NOT_AGREED: Omit<AgreedPayload, 'payloadType'> = { kind: UNKNOWN, codec: null };

export class AgreedPayloads {
  /** Where a type is named twice, the last one holds. */
  readonly #payloads: AgreedPayload[] = [];

  constructor({ format, receiveFormats, telephoneEvent, comfortNoise }: MediaSession) {
    for (const { payloadType, encodingName, parameters } of [...receiveFormats, format]) {
      const codec = findAudioCodec(encodingName, parameters);
      if (codec !== null) this.#payloads.push({ payloadType, kind: AUDIO, codec });
    }
    this.#add(comfortNoise, COMFORT_NOISE);
    this.#add(telephoneEvent, TELEPHONE_EVENT);
  }

  find(payloadType: number): Omit<AgreedPayload, 'payloadType'> {
    return this.#payloads.findLast((payload) => payload.payloadType === payloadType) ?? NOT_AGREED;
  }

  #add(format: MediaSession['comfortNoise'], kind: PayloadKind): void {
    if (format !== null) this.#payloads.push({ payloadType: format.payloadType, kind, codec: null });
  }
}
