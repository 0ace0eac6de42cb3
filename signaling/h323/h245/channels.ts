import type { AudioFormat, LocalMedia, MediaAddress } from '../../session-description.ts';
import type { OpenLogicalChannel, OpenLogicalChannelAck } from '../h245-types.ts';
import type { AudioOffer } from './audio-codec.ts';
import {
  type AudioChannel,
  createOpenLogicalChannel,
  createOpenLogicalChannelAck,
  readOpenLogicalChannel,
  readOpenLogicalChannelAck,
} from './logical-channel.ts';
import { type H245Message, request, response } from './message.ts';

/** H.245 Annex A: T103. */
export const T103_MS = 30_000;
/** One for sound and some for a change of codec; a flood is refused. */
const MAX_INCOMING = 4;
const FIRST_NUMBER = 1001;
/** Each codec may be tried, and a peer may ask us to open again; not forever. */
const MAX_OPENED = 8;

/** H.245 §C.4, the states of an outgoing LCSE that we use. */
type OutgoingState = 'awaiting establishment' | 'established';

export interface OutgoingChannel {
  readonly number: number;
  readonly audio: AudioOffer;
  readonly state: OutgoingState;
  readonly mediaChannel: MediaAddress | null;
  readonly mediaControlChannel: MediaAddress | null;
}

/** Unidirectional logical channels (H.245 §C.4): those in which the peer sends, and the one in which we do. */
export class LogicalChannels {
  readonly #local: LocalMedia;
  readonly #incoming = new Map<number, AudioChannel>();
  readonly #rejected = new Set<string>();
  #outgoing: OutgoingChannel | null = null;
  #opened = 0;
  #deadlineMs: number | null = null;

  constructor(local: LocalMedia) {
    this.#local = local;
  }

  get outgoing(): OutgoingChannel | null {
    return this.#outgoing;
  }

  /** The channel in which the peer sends sound: the one opened last. */
  get incoming(): AudioChannel | null {
    return [...this.#incoming.values()].at(-1) ?? null;
  }

  get deadlineMs(): number | null {
    return this.#deadlineMs;
  }

  /** Channels that fast start opened count as established (H.323 §8.1.7). */
  adopt(incoming: AudioChannel, outgoing: OutgoingChannel): void {
    this.#incoming.set(incoming.number, incoming);
    this.#outgoing = outgoing;
  }

  /** True where this codec may still be proposed. */
  canPropose(format: AudioFormat): boolean {
    return this.#opened < MAX_OPENED && !this.#rejected.has(format.encodingName);
  }

  open(audio: AudioOffer, nowMs: number): H245Message[] {
    const number = FIRST_NUMBER + this.#opened++;
    this.#outgoing = {
      number,
      audio,
      state: 'awaiting establishment',
      mediaChannel: null,
      mediaControlChannel: null,
    };
    this.#deadlineMs = nowMs + T103_MS;
    return [request('openLogicalChannel', createOpenLogicalChannel(number, audio, this.#local))];
  }

  onOpen(open: OpenLogicalChannel): H245Message[] {
    const proposed = readOpenLogicalChannel(open);
    const { audio, number } = proposed;
    const cause = audio === null || proposed.isReverse ? 'dataTypeNotSupported' : this.#fullness(number);
    if (audio === null || cause !== null) {
      return [
        response('openLogicalChannelReject', {
          forwardLogicalChannelNumber: number,
          cause: { choice: cause ?? 'unspecified', value: null },
        }),
      ];
    }
    this.#incoming.delete(number);
    this.#incoming.set(number, { ...proposed, audio });
    return [response('openLogicalChannelAck', createOpenLogicalChannelAck(proposed, this.#local))];
  }

  onOpenAck(ack: OpenLogicalChannelAck): void {
    if (this.#outgoing?.number !== ack.forwardLogicalChannelNumber) return;
    this.#outgoing = { ...this.#outgoing, ...readOpenLogicalChannelAck(ack), state: 'established' };
    this.#deadlineMs = null;
  }

  onOpenReject(number: number): void {
    if (this.#outgoing?.number !== number) return;
    this.#rejected.add(this.#outgoing.audio.format.encodingName);
    this.#outgoing = null;
    this.#deadlineMs = null;
  }

  /** The peer closes its channel. One that is not open is acknowledged, too (H.245 §C.4.2). */
  onClose(number: number): H245Message[] {
    this.#incoming.delete(number);
    return [response('closeLogicalChannelAck', { forwardLogicalChannelNumber: number })];
  }

  /** The peer asks us to close ours. */
  onRequestClose(number: number): H245Message[] {
    if (this.#outgoing?.number !== number) {
      const cause = { choice: 'unspecified', value: null };
      return [
        response('requestChannelCloseReject', {
          forwardLogicalChannelNumber: number,
          cause,
        }),
      ];
    }
    return [
      response('requestChannelCloseAck', { forwardLogicalChannelNumber: number }),
      ...this.closeOutgoing(),
    ];
  }

  closeOutgoing(): H245Message[] {
    const number = this.#outgoing?.number;
    this.#outgoing = null;
    this.#deadlineMs = null;
    if (number === undefined) return [];
    return [
      request('closeLogicalChannel', {
        forwardLogicalChannelNumber: number,
        source: { choice: 'lcse', value: null },
      }),
    ];
  }

  #fullness(number: number): 'unspecified' | null {
    return this.#incoming.size >= MAX_INCOMING && !this.#incoming.has(number) ? 'unspecified' : null;
  }
}
