import { reportedMos } from '../quality/mos.ts';
import { AddressNumbers } from './address-numbers.ts';
import {
  type CapturedColumns,
  FACT_DOUBLES,
  FACT_LOST,
  FACT_RATING_CONVERSATIONAL,
  NOT_RATED_YET,
} from './captured-columns.ts';
import type { CapturedStream } from './captured-stream.ts';
import { StreamDescriber } from './stream-describer.ts';

/** Better than any rating: who cannot be rated comes last. */
const UNRATED = 101;

/** The streams of a capture in the order in which they began; each is made anew when it is looked at. */
export class CapturedStreams implements Iterable<CapturedStream> {
  readonly columns: CapturedColumns;

  constructor(columns: CapturedColumns) {
    this.columns = columns;
  }

  get length(): number {
    return this.columns.order.length;
  }

  [Symbol.iterator](): Iterator<CapturedStream, undefined> {
    return this.#describe(this.columns.order);
  }

  /** Those first that users would complain about most; the unrated ones last. */
  worstFirst(count: number): CapturedStream[] {
    const { facts, order } = this.columns;
    this.#rate();
    const scores = new Float64Array(order.length);
    for (const [index, place] of order.entries()) {
      const rating = facts[place * FACT_DOUBLES + FACT_RATING_CONVERSATIONAL] as number;
      scores[index] = Number.isNaN(rating) ? UNRATED : rating;
    }
    const lost = (index: number): number =>
      facts[(order[index] as number) * FACT_DOUBLES + FACT_LOST] as number;
    // Numbers alone are sorted in a tenth of the time: of many streams few are shown.
    const bound = scores.toSorted()[Math.min(count, scores.length) - 1] ?? 0;
    const indices = scores.keys().filter((index) => (scores[index] as number) <= bound);
    const sorted = [...indices].sort(
      (one, other) =>
        (scores[one] as number) - (scores[other] as number) || lost(other) - lost(one) || one - other,
    );
    return [...this.#describe(sorted.slice(0, count).map((index) => order[index] as number))];
  }

  countBelow(mos: number): number {
    return this.#countRatings((rating) => reportedMos(rating) < mos);
  }

  countUnrated(): number {
    return this.#countRatings(Number.isNaN);
  }

  #countRatings(isCounted: (ratingConversational: number) => boolean): number {
    const { facts } = this.columns;
    this.#rate();
    let count = 0;
    for (let at = FACT_RATING_CONVERSATIONAL; at < facts.length; at += FACT_DOUBLES) {
      if (isCounted(facts[at] as number)) count++;
    }
    return count;
  }

  /** Those that nobody described. */
  #rate(): void {
    const { facts, order } = this.columns;
    const describer = this.#createDescriber();
    for (const place of order) {
      if (facts[place * FACT_DOUBLES + FACT_LOST] === NOT_RATED_YET) describer.rate(place);
    }
  }

  #createDescriber(): StreamDescriber {
    return new StreamDescriber(this.columns, new AddressNumbers(this.columns.addresses));
  }

  *#describe(places: Iterable<number>): Generator<CapturedStream, undefined> {
    const describer = this.#createDescriber();
    for (const place of places) yield describer.describe(place);
  }
}
