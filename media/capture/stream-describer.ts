/** From the numbers of a capture to its streams, as they are told. */
import { codecImpairment } from '../quality/codec-impairment.ts';
import { missing } from '../receive/stream-report.ts';
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
  FACT_LOST,
  FACT_PAYLOAD_TYPE,
  FACT_PORTS,
  FACT_RATING_CONVERSATIONAL,
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
import { describeSpan, rateSpan } from './span-description.ts';

const MINUTE_US = 60_000_000;

export class StreamDescriber {
  readonly #columns: CapturedColumns;
  readonly #addresses: AddressNumbers;
  readonly #rows: IntervalRows;
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
    const isOfOneRow = this.#sumUp(true);
    const span = describeSpan(this.#sum, this.#fact(FACT_BEGIN_US), codec, columns.model);
    this.#keepRating(span.lost, span.quality?.ratingConversational ?? Number.NaN);
    const minutes = isOfOneRow
      ? [{ ...span, beginUs: this.#beginUs(this.#fact(FACT_FIRST_ROW), MINUTE_US) }]
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

  /** What streams are judged and sorted by, alone; describing a stream tells it, too. */
  rate(place: number): void {
    this.#facts = place * FACT_DOUBLES;
    this.#sumUp(false);
    const rating = rateSpan(this.#sum, this.#codec(), this.#columns.model);
    this.#keepRating(missing(this.#sum.expected, this.#sum.distinct), rating ?? Number.NaN);
  }

  #keepRating(lost: number, ratingConversational: number): void {
    this.#columns.facts[this.#facts + FACT_LOST] = lost;
    this.#columns.facts[this.#facts + FACT_RATING_CONVERSATIONAL] = ratingConversational;
  }

  #fact(fact: number): number {
    return this.#columns.facts[this.#facts + fact] as number;
  }

  /**
   * All rows of the stream.
   * @returns whether that is one row, so that the figures of the stream are those of its one minute
   */
  #sumUp(hasClasses: boolean): boolean {
    const sum = this.#sum;
    const { nextRows } = this.#columns;
    const first = this.#fact(FACT_FIRST_ROW);
    sum.clear();
    for (let row = first; row !== NO_ROW; row = nextRows[row] as number) {
      this.#rows.addTo(sum, row);
      if (hasClasses) this.#rows.addClasses(sum, row);
    }
    const { roundTrips, roundTripSumUs } = sum;
    sum.roundTripSumUs = this.#fact(FACT_ROUND_TRIP_SUM_US);
    sum.roundTrips = this.#fact(FACT_ROUND_TRIPS);
    const isOnly = nextRows[first] === NO_ROW;
    return isOnly && roundTrips === sum.roundTrips && roundTripSumUs === sum.roundTripSumUs;
  }

  /** Of the length of time of the capture that the row lies in. */
  #beginUs(row: number, lengthUs: number): number {
    const { beginUs, intervalUs } = this.#columns;
    return beginUs + Math.floor((this.#rows.interval(row) * intervalUs) / lengthUs) * lengthUs;
  }

  /** A span for each length of time in which there are rows. */
  #describeRows(lengthUs: number, codec: string | null): CapturedSpan[] {
    const { nextRows, model } = this.#columns;
    const spans: CapturedSpan[] = [];
    for (let row = this.#fact(FACT_FIRST_ROW); row !== NO_ROW; ) {
      const beginUs = this.#beginUs(row, lengthUs);
      this.#sum.clear();
      do {
        this.#rows.addTo(this.#sum, row);
        this.#rows.addClasses(this.#sum, row);
        row = nextRows[row] as number;
      } while (row !== NO_ROW && this.#beginUs(row, lengthUs) === beginUs);
      spans.push(describeSpan(this.#sum, beginUs, codec, model));
    }
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
