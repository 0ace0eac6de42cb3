/**
 * What one leg receives: each RTP packet is counted, then played, heard as a key, or taken for noise. Packets
 * come in whose address was already found right.
 */
import { type AudioCodec, type AudioDecoder, findAudioCodec, isG711 } from '../codec/audio-codec.ts';
import { G711_CLOCK_RATE_HZ } from '../codec/g711.ts';
import type { StreamCodec, StreamDecoder } from '../codec/stream-codec.ts';
import { InBandDetector } from '../dtmf/in-band-detector.ts';
import { TelephoneEventReceiver, type TelephoneEventState } from '../dtmf/telephone-event-receiver.ts';
import { type HeardCounts, HeardPackets } from '../receive/heard-packets.ts';
import { Playout } from '../receive/playout.ts';
import type { PlayoutDelayBounds } from '../receive/playout-delay.ts';
import type { ReceiveStreams } from '../receive/receive-stream.ts';
import { AUDIO, COMFORT_NOISE, DUPLICATE, RESTARTED, STRAY, TELEPHONE_EVENT } from '../receive/reception.ts';
import type { ReceptionCounters } from '../rtcp/reception-report.ts';
import type { RtpHeader } from '../rtp/packet.ts';
import { AgreedPayloads, type PayloadKind, UNKNOWN } from './agreed-payloads.ts';
import type { MediaDigit, MediaSession } from './media-leg.ts';
import { ReceivedTotals } from './received-totals.ts';

const FRAME_MS = 20;
/** After a stall of ours, frames as old are left out. */
const FAR_BEHIND_MS = 1000;
const NO_PAYLOAD_TYPE = -1;

/**
 * For the worker that goes on with the leg. The counts are no part of it: what comes while nobody has the ports would
 * seem lost on the way.
 */
export interface ReceiverState {
  readonly synchronizationSource: number | null;
  readonly events: TelephoneEventState;
}

export class LegReceiver {
  readonly playout: Playout;
  readonly totals: ReceivedTotals;
  readonly #streams: ReceiveStreams;
  /** Of the last packet, and what it carries. */
  #payloadType = NO_PAYLOAD_TYPE;
  #kind: PayloadKind = UNKNOWN;
  #codec: AudioCodec | null = null;
  #clockRateHz = G711_CLOCK_RATE_HZ;
  #nextFrameMs = 0;
  readonly #onDigit: (digit: MediaDigit) => void;
  #events: TelephoneEventReceiver;
  /** At the worker that had the leg before. */
  readonly #sourceBefore: number | null;
  #heard = new HeardPackets();
  /**
   * Only where telephone-events were not agreed on: who can send those has the tones taken out of its sound, and is
   * spared keys that a detector hears in talk.
   */
  #tones: InBandDetector | null = null;
  /** Null before the first session. */
  #agreed: AgreedPayloads | null = null;
  /** Of codecs with a memory. */
  readonly #decoders = new Map<StreamCodec, StreamDecoder>();
  #eventClockRateHz = G711_CLOCK_RATE_HZ;
  #unknownPayloadPackets = 0;

  /** @param state of the worker that had the leg before, null at its beginning */
  constructor(
    state: ReceiverState | null,
    streams: ReceiveStreams,
    bounds: PlayoutDelayBounds,
    onDigit: (digit: MediaDigit) => void,
  ) {
    this.playout = new Playout(bounds);
    this.totals = new ReceivedTotals(streams);
    this.#events = new TelephoneEventReceiver(state?.events);
    this.#sourceBefore = state?.synchronizationSource ?? null;
    this.#streams = streams;
    this.#onDigit = onDigit;
  }

  /** Cumulative: packets of a payload type that was not agreed. They count as received and are not played. */
  get unknownPayloadPackets(): number {
    return this.#unknownPayloadPackets;
  }

  /** Of the present source: packets heard, lost, and come in vain. */
  get heard(): HeardCounts {
    return this.#heard.read();
  }

  /** For reports about the present source; null before there is one. */
  get counters(): ReceptionCounters | null {
    const { slot } = this.totals;
    return slot < 0 ? null : this.#streams.receptionCounters(slot);
  }

  update(session: MediaSession): void {
    const { format, telephoneEvent } = session;
    this.#agreed = new AgreedPayloads(session);
    this.#payloadType = NO_PAYLOAD_TYPE;
    this.#configure(findAudioCodec(format.encodingName, format.parameters));
    this.#listenForTones(telephoneEvent === null);
    if (telephoneEvent !== null) this.#eventClockRateHz = telephoneEvent.clockRateHz;
  }

  /** One packet of `length` bytes, its header read from `packet`; `arrivalUs` is for the jitter. */
  receive(header: RtpHeader, packet: Uint8Array, length: number, nowMs: number, arrivalUs: number): void {
    if (header.payloadType !== this.#payloadType) this.#choose(header.payloadType);
    const kind = this.#kind;
    if (header.synchronizationSource !== this.totals.synchronizationSource || this.#hasOtherClock) {
      this.#changeSource(header);
    }
    if (kind === UNKNOWN) this.#unknownPayloadPackets++;
    const reception = this.#streams.receive(
      this.totals.slot,
      header.sequenceNumber,
      header.timestamp,
      length,
      header.isMarked,
      arrivalUs,
      // Nothing is known of the timestamps of an unknown payload either.
      kind === UNKNOWN ? COMFORT_NOISE : kind,
    );
    if (reception === DUPLICATE || reception === STRAY) return;
    if (reception === RESTARTED) this.#restart();
    let isHeard = true;
    if (kind === AUDIO) isHeard = this.#receiveAudio(header, packet, nowMs);
    else this.#receiveOther(kind, header, packet, nowMs);
    this.#heard.receive(header.sequenceNumber, isHeard);
  }

  /** Whether the last packet was sound of G.711: unheard, it is known by its length alone. */
  get isOctetSound(): boolean {
    return this.#kind === AUDIO && this.#codec !== null && isG711(this.#codec);
  }

  get isListeningForTones(): boolean {
    return this.#tones !== null;
  }

  /** Reads the 20 ms to be mixed next, where anybody hears them, and ends keys whose end was lost. */
  advance(nowMs: number, isHeard = true): void {
    const { playout } = this;
    this.#nextFrameMs = nowMs + FRAME_MS;
    playout.advance(nowMs, isHeard || this.#tones !== null);
    this.#endKeys(nowMs);
    this.#tones?.listen(playout.samples, playout.frameOffset, playout.frameSamples, nowMs);
  }

  /** A key that is held is told by who goes on. */
  takeState(): ReceiverState {
    const events = this.#events.state;
    this.#events = new TelephoneEventReceiver();
    return { synchronizationSource: this.totals.synchronizationSource ?? this.#sourceBefore, events };
  }

  /** The same for a leg that nobody hears and that is not asked for each frame. */
  advanceUnheard(nowMs: number): void {
    // The frames before this one.
    this.catchUp(nowMs - FRAME_MS / 2);
    this.#nextFrameMs = nowMs + FRAME_MS;
    this.playout.advance(nowMs, false);
    this.#endKeys(nowMs);
  }

  /** Lets the frames go by that were due before then, and heard by nobody. */
  catchUp(beforeMs: number): void {
    const behindMs = beforeMs - this.#nextFrameMs;
    if (behindMs > FAR_BEHIND_MS) this.#nextFrameMs += Math.floor(behindMs / FRAME_MS) * FRAME_MS;
    for (; this.#nextFrameMs < beforeMs; this.#nextFrameMs += FRAME_MS) {
      this.playout.advance(this.#nextFrameMs, false);
    }
  }

  /** No more packets are awaited. */
  end(): void {
    this.#heard.close();
  }

  /** Tells of the key held now, and gives the stream's record back. */
  close(): void {
    this.#tell(this.#events.close(this.#eventClockRateHz));
    this.#listenForTones(false);
    this.totals.close();
    for (const decoder of this.#decoders.values()) decoder.close();
    this.#decoders.clear();
  }

  /** The codec of what comes now. Only G.711 and G.722 have a clock in common: else what was counted is another stream's. */
  #configure(codec: AudioCodec | null): void {
    if (codec === null || codec === this.#codec) return;
    this.#codec = codec;
    this.playout.configure(codec);
    if (this.#tones !== null) this.#listenForTones(true);
  }

  get #hasOtherClock(): boolean {
    return this.#clockRateHz !== (this.#codec?.clockRateHz ?? this.#clockRateHz);
  }

  #listenForTones(isWanted: boolean): void {
    const { sampleRateHz } = this.playout;
    if (isWanted && this.#tones?.sampleRateHz === sampleRateHz) return;
    this.#tones?.close();
    this.#tones = isWanted ? new InBandDetector(sampleRateHz, this.#onDigit) : null;
  }

  #choose(payloadType: number): void {
    const agreed = this.#agreed?.find(payloadType);
    this.#payloadType = payloadType;
    this.#kind = agreed?.kind ?? UNKNOWN;
    if (agreed?.kind === AUDIO) this.#configure(agreed.codec);
  }

  #changeSource(header: RtpHeader): void {
    const { synchronizationSource } = header;
    const isNew = (this.#sourceBefore ?? synchronizationSource) !== synchronizationSource;
    if (this.totals.synchronizationSource !== null || isNew) this.#restart();
    this.#clockRateHz = this.#codec?.clockRateHz ?? this.#clockRateHz;
    this.totals.changeSource(synchronizationSource, this.#clockRateHz);
  }

  #restart(): void {
    this.playout.restart();
    this.#heard = new HeardPackets();
    this.#tell(this.#events.restart(this.#eventClockRateHz));
  }

  /** @returns whether it came in time to be played */
  #receiveAudio(header: RtpHeader, packet: Uint8Array, nowMs: number): boolean {
    const { sequenceNumber, timestamp, payloadOffset, payloadLength } = header;
    const codec = this.#codec;
    const decoder = codec === null ? null : this.#decoderOf(codec);
    if (decoder === null) return true;
    return this.playout.receiveAudio(
      sequenceNumber,
      timestamp,
      decoder,
      packet,
      payloadOffset,
      payloadLength,
      nowMs,
    );
  }

  /** Null where none can be had at the moment. */
  #decoderOf(codec: AudioCodec): AudioDecoder | null {
    if (isG711(codec)) return codec;
    const known = this.#decoders.get(codec) ?? codec.createDecoder();
    if (known !== null) this.#decoders.set(codec, known);
    return known;
  }

  #receiveOther(kind: PayloadKind, header: RtpHeader, packet: Uint8Array, nowMs: number): void {
    const { sequenceNumber, timestamp, payloadOffset, payloadLength } = header;
    if (kind === COMFORT_NOISE) {
      this.playout.receiveComfortNoise(
        sequenceNumber,
        timestamp,
        packet,
        payloadOffset,
        payloadLength,
        nowMs,
      );
      return;
    }
    this.playout.receiveSilent(sequenceNumber, timestamp);
    if (kind !== TELEPHONE_EVENT) return;
    const clockRateHz = this.#eventClockRateHz;
    this.#tell(
      this.#events.receive(
        packet,
        payloadOffset,
        payloadLength,
        timestamp,
        clockRateHz,
        nowMs,
        sequenceNumber,
      ),
    );
  }

  #endKeys(nowMs: number): void {
    this.#tell(this.#events.advance(this.#eventClockRateHz, nowMs));
  }

  #tell(digit: MediaDigit | null): void {
    if (digit !== null) this.#onDigit(digit);
  }
}
