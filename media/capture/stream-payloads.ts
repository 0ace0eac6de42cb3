/**
 * What the payload types of captured streams mean: as a session description says, by RFC 3551, or guessed.
 * Asked for the packets that are not of the type a stream's sound had last; the others pass by.
 */
import { TelephoneEventReceiver } from '../dtmf/telephone-event-receiver.ts';
import type { MediaDigit } from '../engine/media-leg.ts';
import type { ReceiveStreams } from '../receive/receive-stream.ts';
import { AUDIO, COMFORT_NOISE, type PacketKind, TELEPHONE_EVENT } from '../receive/reception.ts';
import { createRtpHeader, readRtpHeader } from '../rtp/packet.ts';
import { type PayloadMeaning, staticPayload } from '../rtp/static-payload.ts';
import { ClockGuess } from './clock-guess.ts';

/** What signaling said about the media that one transport address receives. */
export interface DescribedMedia {
  readonly protocol: 'SDP' | 'H.245';
  /** By payload type. */
  readonly formats: Map<number, PayloadMeaning>;
  /** SRTP: only headers can be read. */
  isEncrypted: boolean;
}

/** What a stream's sound is. */
export interface StreamPayload {
  readonly payloadType: number;
  /** RFC 3551 encoding name; null for a dynamic type that nothing describes. */
  readonly encodingName: string | null;
  readonly clockRateHz: number;
  /** True where the clock was told from the pace of the timestamps. */
  readonly isClockGuessed: boolean;
}

interface StreamDetail {
  described: DescribedMedia | null;
  guess: ClockGuess | null;
  isClockGuessed: boolean;
  events: TelephoneEventReceiver | null;
  eventClockRateHz: number;
  readonly digits: MediaDigit[];
}

export const NO_AUDIO = 255;
const CLOCK_RATE_DEFAULT_HZ = 8000;
const TELEPHONE_EVENT_LENGTH = 4; // RFC 4733 §2.3
const DIGITS_MAXIMUM = 1000;

export class StreamPayloads {
  /** By slot: the payload type of its last sound; 255 for none yet, or while its clock is not known. */
  audioTypes: Uint8Array;
  readonly #streams: ReceiveStreams;
  readonly #details = new Map<number, StreamDetail>();
  readonly #header = createRtpHeader();

  /** @param audioTypes memory that has room for all streams there may be */
  constructor(streams: ReceiveStreams, audioTypes: Uint8Array = new Uint8Array(64)) {
    this.#streams = streams;
    this.audioTypes = audioTypes;
  }

  /** A slot is given to a new stream. */
  begin(slot: number, described: DescribedMedia | null): void {
    if (slot >= this.audioTypes.length) {
      const grown = new Uint8Array(this.audioTypes.length * 2);
      grown.set(this.audioTypes);
      this.audioTypes = grown;
    }
    this.audioTypes[slot] = NO_AUDIO;
    this.#details.delete(slot);
    if (described !== null) this.#detail(slot).described = described;
  }

  describedBy(slot: number): DescribedMedia | null {
    return this.#details.get(slot)?.described ?? null;
  }

  /** Signaling came after the first packets: what was guessed till now is looked up again. */
  describe(slot: number, described: DescribedMedia): void {
    const detail = this.#detail(slot);
    if (detail.described !== null) return;
    detail.described = described;
    detail.guess = null;
    this.audioTypes[slot] = NO_AUDIO;
  }

  /** @returns how the packet of `length` bytes at `offset` is to be counted */
  meet(slot: number, view: DataView, offset: number, length: number, arrivalUs: number): PacketKind {
    const header = this.#header;
    // What is cut short still counts: its type is in the fixed part of the header.
    const isWhole = readRtpHeader(view, offset, length, header);
    const payloadType = view.getUint8(offset + 1) & 0x7f;
    const detail = this.#details.get(slot);
    const meaning = detail?.described?.formats.get(payloadType) ?? staticPayload(payloadType);
    const name = meaning?.encodingName;
    if (name === 'CN') return COMFORT_NOISE;
    if (name === 'telephone-event' || (meaning === null && isWhole && this.#isLikeEvent(view))) {
      const canRead = isWhole && detail?.described?.isEncrypted !== true;
      if (canRead) this.#receiveEvent(slot, view, meaning?.clockRateHz ?? CLOCK_RATE_DEFAULT_HZ, arrivalUs);
      return TELEPHONE_EVENT;
    }
    if (meaning !== null) {
      this.#begin(slot, payloadType, meaning.clockRateHz, false);
      return AUDIO;
    }
    return this.#guessClock(slot, payloadType, view.getUint32(offset + 4), arrivalUs);
  }

  /** Null for a stream that sent no sound whose type is known. */
  payload(slot: number): StreamPayload | null {
    const payloadType = this.audioTypes[slot] ?? NO_AUDIO;
    const detail = this.#details.get(slot);
    if (payloadType === NO_AUDIO) return null;
    const meaning = detail?.described?.formats.get(payloadType) ?? staticPayload(payloadType);
    return {
      payloadType,
      encodingName: meaning?.encodingName ?? null,
      clockRateHz: this.#streams.clockRateHz(slot),
      isClockGuessed: detail?.isClockGuessed ?? false,
    };
  }

  /** The keys pressed so far, the one held now included. */
  takeDigits(slot: number): readonly MediaDigit[] {
    const detail = this.#details.get(slot);
    if (detail === undefined) return [];
    const held = detail.events?.close(detail.eventClockRateHz) ?? null;
    if (held !== null) detail.digits.push(held);
    return detail.digits;
  }

  #detail(slot: number): StreamDetail {
    let detail = this.#details.get(slot);
    if (detail === undefined) {
      detail = {
        described: null,
        guess: null,
        isClockGuessed: false,
        events: null,
        eventClockRateHz: CLOCK_RATE_DEFAULT_HZ,
        digits: [],
      };
      this.#details.set(slot, detail);
    }
    return detail;
  }

  #begin(slot: number, payloadType: number, clockRateHz: number, isGuessed: boolean): void {
    this.audioTypes[slot] = payloadType;
    this.#streams.setClockRate(slot, clockRateHz);
    const detail = this.#details.get(slot);
    if (detail === undefined && !isGuessed) return;
    this.#detail(slot).isClockGuessed = isGuessed;
    this.#detail(slot).guess = null;
  }

  #isLikeEvent(view: DataView): boolean {
    const { payloadOffset, payloadLength } = this.#header;
    if (payloadLength !== TELEPHONE_EVENT_LENGTH) return false;
    const isDigit = view.getUint8(payloadOffset) <= 15; // RFC 4733 §3.2, table 3
    return isDigit && (view.getUint8(payloadOffset + 1) & 0x40) === 0;
  }

  #receiveEvent(slot: number, view: DataView, clockRateHz: number, arrivalUs: number): void {
    const detail = this.#detail(slot);
    const { payloadOffset, payloadLength, timestamp, sequenceNumber } = this.#header;
    detail.events ??= new TelephoneEventReceiver();
    detail.eventClockRateHz = clockRateHz;
    const bytes = new Uint8Array(view.buffer, view.byteOffset + payloadOffset, payloadLength);
    const nowMs = arrivalUs / 1000;
    const key = detail.events.receive(bytes, 0, payloadLength, timestamp, clockRateHz, nowMs, sequenceNumber);
    if (key !== null && detail.digits.length < DIGITS_MAXIMUM) detail.digits.push(key);
  }

  /** Until the clock is known the packets stay out of the jitter. */
  #guessClock(slot: number, payloadType: number, timestamp: number, arrivalUs: number): PacketKind {
    const detail = this.#detail(slot);
    detail.guess ??= new ClockGuess(timestamp, arrivalUs);
    const clockRateHz = detail.guess.observe(timestamp, arrivalUs);
    if (clockRateHz === null) return COMFORT_NOISE;
    this.#begin(slot, payloadType, clockRateHz, true);
    return AUDIO;
  }
}
