/**
 * Adds up the streams of one leg: a new SSRC is a new stream, and what the old one counted in this interval
 * still belongs to it.
 */
import type { ReceiveStreams } from '../receive/receive-stream.ts';
import { burstRatio, type StreamReport } from '../receive/stream-report.ts';

type Totals = Omit<StreamReport, 'clockRateHz' | 'expectedCumulative' | 'restarts' | 'synchronizationSource'>;

export class ReceivedTotals {
  readonly #streams: ReceiveStreams;
  #slot = -1;
  #finished: StreamReport[] = [];
  #lostBefore = 0;
  #synchronizationSource: number | null = null;

  constructor(streams: ReceiveStreams) {
    this.#streams = streams;
  }

  /** The stream being received, −1 before the first packet. */
  get slot(): number {
    return this.#slot;
  }

  get synchronizationSource(): number | null {
    return this.#synchronizationSource;
  }

  /** Packets of another source follow; those of the old one are kept in the sums. */
  changeSource(synchronizationSource: number, clockRateHz: number): void {
    this.close();
    this.#slot = this.#streams.create(synchronizationSource, clockRateHz);
    this.#synchronizationSource = synchronizationSource;
  }

  /** The interval since the last call. */
  take(): Totals {
    const reports = this.#slot < 0 ? [] : [this.#streams.takeReport(this.#slot)];
    const totals = addUp([...this.#finished, ...reports]);
    this.#finished = [];
    const lostCumulative = this.#lostBefore + (this.#slot < 0 ? 0 : this.#streams.lost(this.#slot));
    return { ...totals, lostCumulative };
  }

  /** Gives the stream's record back; its numbers stay in the sums. */
  close(): void {
    if (this.#slot < 0) return;
    this.#lostBefore += this.#streams.lost(this.#slot);
    // One entry however often the source changes, or a hostile sender could fill the memory with them.
    this.#finished = [mergeReports([...this.#finished, this.#streams.takeReport(this.#slot)])];
    this.#streams.release(this.#slot);
    this.#slot = -1;
  }
}

function mergeReports(reports: readonly StreamReport[]): StreamReport {
  const last = reports.at(-1);
  return {
    ...addUp(reports),
    synchronizationSource: last?.synchronizationSource ?? 0,
    clockRateHz: last?.clockRateHz ?? 0,
    expectedCumulative: 0,
    restarts: 0,
  };
}

function addUp(reports: readonly StreamReport[]): Totals {
  const sum = (pick: (report: StreamReport) => number): number =>
    reports.reduce((total, report) => total + pick(report), 0);
  const expected = sum((report) => report.expected);
  const lost = sum((report) => report.lost);
  const lossRuns = sum((report) => report.lossRuns);
  const jitterPackets = sum((report) => report.jitterPackets);
  const jitterSumUs = sum((report) => (report.jitterUs ?? 0) * report.jitterPackets);
  const jitterMaxUs = Math.max(0, ...reports.map((report) => report.jitterMaxUs ?? 0));
  return {
    packets: sum((report) => report.packets),
    bytes: sum((report) => report.bytes),
    expected,
    lost,
    lostCumulative: sum((report) => report.lostCumulative),
    duplicates: sum((report) => report.duplicates),
    reordered: sum((report) => report.reordered),
    lossRuns,
    burstRatio: burstRatio(expected, lost, lossRuns),
    jitterUs: jitterPackets === 0 ? null : jitterSumUs / jitterPackets,
    jitterMaxUs: jitterPackets === 0 ? null : jitterMaxUs,
    jitterPackets,
  };
}
