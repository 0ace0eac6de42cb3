/** From the numbers of a capture to its streams, as they are told. */
import { codecImpairment } from '../quality/codec-impairment.ts';
import type { AddressNumbers } from './address-numbers.ts';
import {
  type CapturedColumns,
  EVIDENCES,
  FACT_BEGIN_US,
  FACT_CLOCK_RATE_HZ,
  FACT_CODEC,
  FACT_DESTINATION,
  FACT_DOUBLES,
  FACT_END_US,
  FACT_EVIDENCE,
  FACT_FIRST_ROW,
  FACT_IS_CLOCK_GUESSED,
  FACT_IS_ENCRYPTED,
  FACT_PAYLOAD_TYPE,
  FACT_PORTS,
  FACT_REMOTE_FRACTION,
  FACT_REMOTE_JITTER,
  FACT_REMOTE_LOST,
  FACT_RESTARTS,
  FACT_ROUND_TRIP_HALVES,
  FACT_ROUND_TRIP_SUM_US,
  FACT_ROUND_TRIPS,
  FACT_SOURCE,
  FACT_SYNCHRONIZATION_SOURCE,
} from './captured-columns.ts';
import type { CapturedSpan, CapturedStream } from './captured-stream.ts';
import { IntervalRow } from './interval-row.ts';
import { IntervalRows, NO_ROW } from './interval-rows.ts';
import type { RemoteReception } from './rtcp-sources.ts';
import { describeSpan } from './span-description.ts';

const MINUTE_US = 60_000_000;

export class StreamDescriber {
  readonly #columns: CapturedColumns;
  readonly #addresses: AddressNumbers;
  readonly #rows: IntervalRows;
  readonly #row = new IntervalRow();
  readonly #sum = new IntervalRow();
  /** Where the facts of the stream begin that is described now. */
  #facts = 0;

  constructor(columns: CapturedColumns, addresses: AddressNumbers) {
    this.#columns = columns;
    this.#addresses = addresses;
    this.#rows = new IntervalRows(columns.rows);
  }

  /** The stream at that place in the facts. */
  describe(place: number): CapturedStream {
    const columns = this.#columns;
    this.#facts = place * FACT_DOUBLES;
    const codec = this.#codec();
    const span = this.#describeWhole(codec);
    const minutes = this.#isOfOneRow()
      ? [{ ...span, beginUs: columns.beginUs + this.#numberOf(MINUTE_US) * MINUTE_US }]
      : this.#describeRows(MINUTE_US, codec);
    const ports = this.#fact(FACT_PORTS);
    const payloadType = this.#fact(FACT_PAYLOAD_TYPE);
    // The span comes first: V8 copies that one at once, any other property by property.
    return {
      ...span,
      sourceAddress: this.#addresses.format(this.#fact(FACT_SOURCE)),
      sourcePort: ports >>> 16,
      destinationAddress: this.#addresses.format(this.#fact(FACT_DESTINATION)),
      destinationPort: ports & 0xffff,
      synchronizationSource: this.#fact(FACT_SYNCHRONIZATION_SOURCE),
      endUs: this.#fact(FACT_END_US),
      evidence: EVIDENCES[this.#fact(FACT_EVIDENCE)] ?? 'heuristic',
      isEncrypted: this.#fact(FACT_IS_ENCRYPTED) === 1,
      payloadType: payloadType < 0 ? null : payloadType,
      codec,
      codecSource: this.#codecSource(codec),
      clockRateHz: this.#fact(FACT_CLOCK_RATE_HZ),
      isClockGuessed: this.#fact(FACT_IS_CLOCK_GUESSED) === 1,
      restarts: this.#fact(FACT_RESTARTS),
      roundTripHalves: this.#fact(FACT_ROUND_TRIP_HALVES) as CapturedStream['roundTripHalves'],
      remote: this.#remote(),
      remoteMetrics: columns.remoteMetrics.get(place) ?? null,
      digits: columns.digits.get(place) ?? [],
      minutes,
      intervals: columns.intervalUs === MINUTE_US ? minutes : this.#describeRows(columns.intervalUs, codec),
      tshark: columns.tshark[place] ?? null,
    };
  }

  #fact(fact: number): number {
    return this.#columns.facts[this.#facts + fact] as number;
  }

  /** Leaves the sum of all rows, and in the other row the last one. */
  #describeWhole(codec: string | null): CapturedSpan {
    const sum = this.#sum;
    sum.clear();
    for (let at = this.#fact(FACT_FIRST_ROW); at !== NO_ROW; at = this.#columns.nextRows[at] as number) {
      this.#addRow(at);
    }
    sum.roundTripSumUs = this.#fact(FACT_ROUND_TRIP_SUM_US);
    sum.roundTrips = this.#fact(FACT_ROUND_TRIPS);
    return describeSpan(sum, this.#fact(FACT_BEGIN_US), codec, this.#columns.model);
  }

  #addRow(at: number): void {
    this.#rows.read(at, this.#row);
    this.#rows.addClasses(at, this.#sum.jitterClasses);
    this.#sum.add(this.#row);
  }

  /** Whether the whole stream is one row, so that its figures are those of its one minute. */
  #isOfOneRow(): boolean {
    const isOnly = this.#columns.nextRows[this.#fact(FACT_FIRST_ROW)] === NO_ROW;
    const { roundTrips, roundTripSumUs } = this.#row;
    return isOnly && roundTrips === this.#sum.roundTrips && roundTripSumUs === this.#sum.roundTripSumUs;
  }

  /** In which length of time of the capture the row lies that was read last. */
  #numberOf(lengthUs: number): number {
    return Math.floor((this.#row.interval * this.#columns.intervalUs) / lengthUs);
  }

  /** A span for each length of time in which there are rows. */
  #describeRows(lengthUs: number, codec: string | null): CapturedSpan[] {
    const { beginUs, nextRows, model } = this.#columns;
    const spans: CapturedSpan[] = [];
    let number = -1;
    const close = (): void => {
      if (number >= 0) spans.push(describeSpan(this.#sum, beginUs + number * lengthUs, codec, model));
      this.#sum.clear();
    };
    for (let at = this.#fact(FACT_FIRST_ROW); at !== NO_ROW; at = nextRows[at] as number) {
      this.#rows.read(at, this.#row);
      const next = this.#numberOf(lengthUs);
      if (next !== number) close();
      number = next;
      this.#addRow(at);
    }
    close();
    return spans;
  }

  /** Null for a stream without sound, too. */
  #codec(): string | null {
    return this.#columns.codecs[this.#fact(FACT_CODEC)] ?? null;
  }

  #codecSource(codec: string | null): CapturedStream['codecSource'] {
    const impairment = codecImpairment(codec ?? '', true, this.#columns.model.scale === 'narrowband');
    return impairment === null ? null : { source: impairment.source, isEstimate: impairment.isEstimate };
  }

  #remote(): RemoteReception | null {
    const lostCumulative = this.#fact(FACT_REMOTE_LOST);
    if (Number.isNaN(lostCumulative)) return null;
    return {
      lostCumulative,
      fractionLost: this.#fact(FACT_REMOTE_FRACTION),
      jitter: this.#fact(FACT_REMOTE_JITTER),
    };
  }
}
