import { packetWord } from '../receive/packet-word.ts';
import type { RecordMemory } from '../receive/receive-stream.ts';
import {
  RECORD_BYTES,
  RECORD_DOUBLES,
  RECORD_WORDS,
  WORD_SYNCHRONIZATION_SOURCE,
} from '../receive/stream-record.ts';
import { shortUnitsToUs } from '../rtcp/ntp.ts';
import {
  NEGATIVE_TRIP_US,
  REMEMBERED_REPORTS,
  RTCP_ANSWERED_BY,
  RTCP_DOUBLE_INTERVAL_US,
  RTCP_DOUBLE_WHOLE_US,
  RTCP_INTERVAL_TRIPS,
  RTCP_IS_HEARD,
  RTCP_JITTER,
  RTCP_LOST,
  RTCP_MIDDLES,
  RTCP_REPORTS,
  RTCP_WHOLE_TRIPS,
} from './rtcp-record.ts';

/** What the receiver of a stream last said about it. */
export interface RemoteReception {
  readonly lostCumulative: number;
  readonly fractionLost: number;
  /** In timestamp units. */
  readonly jitter: number;
}

/** Where the records of RTCP lie, for all sources there may be. */
export interface RtcpMemory extends RecordMemory {
  /** When the sender reports came that a record remembers. */
  readonly sentAtUs: Float64Array;
}

const CAPACITY_MINIMUM = 16;

/** Who sends RTCP, or is told about in it, by slot: numbers in one array, for each report asks two of them. */
export class RtcpSources {
  words: Int32Array;
  doubles: Float64Array;
  #sentAtUs: Float64Array;
  #slots = 0;

  constructor(memory: RtcpMemory | null = null) {
    const records = new ArrayBuffer(memory === null ? CAPACITY_MINIMUM * RECORD_BYTES : 0);
    this.words = memory?.words ?? new Int32Array(records);
    this.doubles = memory?.doubles ?? new Float64Array(records);
    this.#sentAtUs = memory?.sentAtUs ?? new Float64Array(CAPACITY_MINIMUM * REMEMBERED_REPORTS);
  }

  get slots(): number {
    return this.#slots;
  }

  adopt(slots: number): void {
    this.#slots = slots;
  }

  create(synchronizationSource: number): number {
    const slot = this.#slots++;
    if ((slot + 1) * RECORD_WORDS > this.words.length) this.#grow();
    this.words[slot * RECORD_WORDS + WORD_SYNCHRONIZATION_SOURCE] = packetWord(synchronizationSource);
    return slot;
  }

  /** A sender report; of copies the first one counts. */
  remember(slot: number, middle: number, atUs: number): void {
    const words = this.words;
    const record = slot * RECORD_WORDS;
    if (this.#findReport(slot, middle) >= 0) return;
    const reports = words[record + RTCP_REPORTS] as number;
    const place = reports % REMEMBERED_REPORTS;
    words[record + RTCP_REPORTS] = reports + 1;
    words[record + RTCP_MIDDLES + place] = middle;
    this.#sentAtUs[slot * REMEMBERED_REPORTS + place] = atUs;
  }

  /** What `reporter` says in the report block at `offset` (RFC 3550 §6.4.1). */
  hear(slot: number, reporter: number, view: DataView, offset: number, arrivalUs: number): void {
    const words = this.words;
    const record = slot * RECORD_WORDS;
    words[record + RTCP_ANSWERED_BY] = reporter + 1;
    words[record + RTCP_IS_HEARD] = 1;
    words[record + RTCP_LOST] = view.getInt32(offset + 4);
    words[record + RTCP_JITTER] = view.getInt32(offset + 12);
    const lastSenderReport = view.getInt32(offset + 16);
    const place = lastSenderReport === 0 ? -1 : this.#findReport(slot, lastSenderReport);
    if (place < 0) return;
    const delayUs = shortUnitsToUs(view.getUint32(offset + 20));
    const tripUs = arrivalUs - (this.#sentAtUs[slot * REMEMBERED_REPORTS + place] as number) - delayUs;
    if (tripUs < -NEGATIVE_TRIP_US) return;
    this.#addTrip(slot, Math.max(0, tripUs));
  }

  remote(slot: number): RemoteReception | null {
    const record = slot * RECORD_WORDS;
    if (this.words[record + RTCP_IS_HEARD] === 0) return null;
    const lost = this.words[record + RTCP_LOST] as number;
    // RFC 3550 §6.4.1: the fraction stands above 24 bits with a sign.
    return {
      lostCumulative: (lost << 8) >> 8,
      fractionLost: lost >>> 24,
      jitter: (this.words[record + RTCP_JITTER] as number) >>> 0,
    };
  }

  endInterval(): void {
    for (let slot = 0; slot < this.#slots; slot++) {
      this.words[slot * RECORD_WORDS + RTCP_INTERVAL_TRIPS] = 0;
      this.doubles[slot * RECORD_DOUBLES + RTCP_DOUBLE_INTERVAL_US] = 0;
    }
  }

  #addTrip(slot: number, tripUs: number): void {
    const { words, doubles } = this;
    const record = slot * RECORD_WORDS;
    const base = slot * RECORD_DOUBLES;
    doubles[base + RTCP_DOUBLE_WHOLE_US] = (doubles[base + RTCP_DOUBLE_WHOLE_US] as number) + tripUs;
    words[record + RTCP_WHOLE_TRIPS] = (words[record + RTCP_WHOLE_TRIPS] as number) + 1;
    doubles[base + RTCP_DOUBLE_INTERVAL_US] = (doubles[base + RTCP_DOUBLE_INTERVAL_US] as number) + tripUs;
    words[record + RTCP_INTERVAL_TRIPS] = (words[record + RTCP_INTERVAL_TRIPS] as number) + 1;
  }

  /** @returns its place in the ring, −1 where it is not remembered */
  #findReport(slot: number, middle: number): number {
    const record = slot * RECORD_WORDS;
    const reports = Math.min(REMEMBERED_REPORTS, this.words[record + RTCP_REPORTS] as number);
    for (let place = 0; place < reports; place++) {
      if (this.words[record + RTCP_MIDDLES + place] === middle) return place;
    }
    return -1;
  }

  #grow(): void {
    const records = new ArrayBuffer(this.words.byteLength * 2);
    const words = new Int32Array(records);
    words.set(this.words);
    this.words = words;
    this.doubles = new Float64Array(records);
    const sentAtUs = new Float64Array(this.#sentAtUs.length * 2);
    sentAtUs.set(this.#sentAtUs);
    this.#sentAtUs = sentAtUs;
  }
}
