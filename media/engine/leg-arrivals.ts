/**
 * What becomes of a packet that was taken: it is counted, played, heard as a key, and says that the other side is there.
 * Packets of a leg at rest, which are played to nobody, are noted first and counted several at a time: of thousands of
 * legs none of it is in a cache any more when the next packet comes, and fetching it took longer than counting.
 */
import { createRtpHeader, RTP_FIXED_HEADER_LENGTH, type RtpHeader } from '../rtp/packet.ts';
import type { LegOutput } from './leg-contract.ts';
import type { LegReceiver } from './leg-receiver.ts';
import type { LegReporter } from './leg-reporter.ts';
import type { LegWatch } from './leg-watch.ts';
import type { MediaSession } from './media-leg.ts';

/** More than come in the 200 ms after which a leg at rest is looked after. */
const NOTED_MAXIMUM = 16;
// Of a noted packet; numbers of one kind, so that they lie side by side.
const NOTE_NUMBERS = 4;
const TIMESTAMP = 0;
const ARRIVAL_MS = 1;
const ARRIVAL_US = 2;
/** Sequence number, marker bit, and length of the payload. */
const REST = 3;
const MARKER = 1 << 16;
const LENGTH_SHIFT = 17;
const NOTED_LENGTH_MAXIMUM = 0x3fff;
const NO_PAYLOAD_TYPE = -1;
/** Who hears nothing plays nothing. */
const UNREAD = new Uint8Array(0);

/** A noted packet once more; used by one leg after the other. */
const noted = createRtpHeader();

export interface LegArrivalsParts {
  readonly receiver: Pick<LegReceiver, 'catchUp' | 'receive' | 'isOctetSound'>;
  readonly reporter: Pick<LegReporter, 'align' | 'tellDue'>;
  readonly watch: Pick<LegWatch, 'hear'>;
  readonly output: LegOutput;
}

export class LegArrivals {
  // What each packet of a leg at rest needs lies together.
  #notes: number[] = [];
  #noteCount = 0;
  /** Of packets that may be noted: sound like that of the last one that was counted at once. */
  #payloadType = NO_PAYLOAD_TYPE;
  #synchronizationSource = 0;
  readonly #parts: LegArrivalsParts;

  constructor(parts: LegArrivalsParts) {
    this.#parts = parts;
  }

  /**
   * One packet of `length` bytes, its header read from `packet`.
   * @param arrivalUs the same time as `nowMs` on a clock with any beginning before it
   */
  take(
    session: MediaSession,
    isAtRest: boolean,
    header: RtpHeader,
    packet: Uint8Array,
    length: number,
    nowMs: number,
    arrivalUs: number,
  ): void {
    if (isAtRest && this.#note(header, length, nowMs, arrivalUs)) return;
    this.countNoted(session);
    this.#count(session, isAtRest, header, packet, length, nowMs, arrivalUs);
    if (!isAtRest) return;
    this.#payloadType = this.#parts.receiver.isOctetSound ? header.payloadType : NO_PAYLOAD_TYPE;
    this.#synchronizationSource = header.synchronizationSource | 0;
  }

  /** Counts what was noted: before anything is asked, told, or changed of what came. */
  countNoted(session: MediaSession): void {
    if (this.#noteCount === 0) return;
    const end = this.#noteCount * NOTE_NUMBERS;
    this.#noteCount = 0;
    for (let at = 0; at < end; at += NOTE_NUMBERS) this.#countNote(session, at);
  }

  /** Packets may mean something else from now on: the next one is counted at once. */
  restart(session: MediaSession): void {
    this.countNoted(session);
    this.#payloadType = NO_PAYLOAD_TYPE;
  }

  /** @returns whether that is all to be done now */
  #note(header: RtpHeader, length: number, nowMs: number, arrivalUs: number): boolean {
    const { payloadType, payloadLength } = header;
    if (payloadType !== this.#payloadType || this.#noteCount === NOTED_MAXIMUM) return false;
    if ((header.synchronizationSource | 0) !== this.#synchronizationSource) return false;
    const isPlain = length === RTP_FIXED_HEADER_LENGTH + payloadLength;
    if (!isPlain || payloadLength > NOTED_LENGTH_MAXIMUM) return false;
    // Numbers with fractions from the beginning: of others it would be another kind of array.
    if (this.#notes.length === 0) this.#notes = new Array(NOTED_MAXIMUM * NOTE_NUMBERS).fill(0.5);
    const notes = this.#notes;
    const at = this.#noteCount++ * NOTE_NUMBERS;
    const marker = header.isMarked ? MARKER : 0;
    notes[at + TIMESTAMP] = header.timestamp;
    notes[at + ARRIVAL_MS] = nowMs;
    notes[at + ARRIVAL_US] = arrivalUs;
    notes[at + REST] = header.sequenceNumber | marker | (payloadLength << LENGTH_SHIFT);
    return true;
  }

  #countNote(session: MediaSession, at: number): void {
    const notes = this.#notes;
    const rest = notes[at + REST] as number;
    noted.payloadType = this.#payloadType;
    noted.synchronizationSource = this.#synchronizationSource >>> 0;
    noted.sequenceNumber = rest & 0xffff;
    noted.isMarked = (rest & MARKER) !== 0;
    noted.timestamp = notes[at + TIMESTAMP] as number;
    noted.payloadOffset = RTP_FIXED_HEADER_LENGTH;
    noted.payloadLength = rest >>> LENGTH_SHIFT;
    const length = RTP_FIXED_HEADER_LENGTH + noted.payloadLength;
    const [nowMs, arrivalUs] = [notes[at + ARRIVAL_MS] as number, notes[at + ARRIVAL_US] as number];
    this.#count(session, true, noted, UNREAD, length, nowMs, arrivalUs);
  }

  #count(
    session: MediaSession,
    isAtRest: boolean,
    header: RtpHeader,
    packet: Uint8Array,
    length: number,
    nowMs: number,
    arrivalUs: number,
  ): void {
    const { receiver, reporter, watch, output } = this.#parts;
    if (isAtRest) receiver.catchUp(nowMs);
    reporter.align(header.timestamp, nowMs, session);
    reporter.tellDue(session, nowMs, output);
    watch.hear(nowMs);
    receiver.receive(header, packet, length, nowMs, arrivalUs);
  }
}
