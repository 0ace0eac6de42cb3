import { Aggregator } from '../../metrics/aggregator.ts';
import { serializeEmbeddedMetrics } from '../../metrics/embedded-metric-format.ts';

/**
 * The aggregator's clock. Periods begin at multiples of their length since the epoch; whoever counts says when,
 * so that everything falls into its own period however late the timer comes.
 */
export class MetricPeriods {
  readonly #aggregator = new Aggregator();
  readonly #periodMs: number;
  readonly #writeLine: (line: string, periodStartMs: number) => void;
  #startMs: number;

  constructor(
    periodSeconds: number,
    nowMs: number,
    writeLine: (line: string, periodStartMs: number) => void,
  ) {
    this.#periodMs = periodSeconds * 1000;
    this.#startMs = this.#startOfPeriod(nowMs);
    this.#writeLine = writeLine;
  }

  /** The aggregator of the period that `nowMs` lies in; what is a little late counts in the current one. */
  at(nowMs: number): Aggregator {
    const sinceStartMs = nowMs - this.#startMs;
    // A clock that was set back by more than a period begins anew, rather than wait until it has caught up.
    if (sinceStartMs >= this.#periodMs || sinceStartMs < -this.#periodMs) {
      this.end();
      this.#startMs = this.#startOfPeriod(nowMs);
    }
    return this.#aggregator;
  }

  /** Writes the period, whole or in part: a line or more for each connector in use, none for the others. */
  end(): void {
    for (const period of this.#aggregator.takePeriod()) {
      for (const line of serializeEmbeddedMetrics(period, this.#startMs)) {
        this.#writeLine(line, this.#startMs);
      }
    }
  }

  #startOfPeriod(nowMs: number): number {
    return Math.floor(nowMs / this.#periodMs) * this.#periodMs;
  }
}
