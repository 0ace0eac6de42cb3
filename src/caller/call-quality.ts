import { assessLegQuality } from '../../media/quality/leg-quality.ts';
import type { LegReport, QualityInputs } from '../../media/quality/leg-report.ts';
import { burstRatio } from '../../media/receive/stream-report.ts';

/** How good a whole call was, or an interval of it. Null where nothing was measured. */
export interface CallQuality {
  readonly codec: string;
  readonly receivedPackets: number;
  readonly expectedPackets: number;
  readonly lostPackets: number;
  readonly lossPercent: number | null;
  readonly duplicatePackets: number;
  readonly reorderedPackets: number;
  readonly latePackets: number;
  /** Mean over the packets. */
  readonly jitterUs: number | null;
  readonly jitterMaxUs: number | null;
  readonly burstRatio: number | null;
  readonly roundTripTimeUs: number | null;
  readonly mosListening: number | null;
  readonly mosConversational: number | null;
  /** What went into the score. */
  readonly inputs: QualityInputs | null;
  readonly sentPackets: number;
  /** What the far end says of our stream in its RTCP, cumulative. */
  readonly remoteLostPackets: number | null;
  readonly remoteJitterUs: number | null;
}

/** A mean that is weighted, and null without weight. */
class Mean {
  #sum = 0;
  #weight = 0;

  add(value: number | null, weight: number): void {
    if (value === null || weight <= 0) return;
    this.#sum += value * weight;
    this.#weight += weight;
  }

  get value(): number | null {
    return this.#weight === 0 ? null : this.#sum / this.#weight;
  }
}

/**
 * Adds the intervals of a call up: counts are summed, means weighted by packets, and the score is made anew from the
 * sums. A burst of loss across two intervals counts as two.
 */
export function sumQuality(reports: readonly LegReport[]): CallQuality | null {
  const last = reports.at(-1);
  if (last === undefined) return null;
  const total = (pick: (report: LegReport) => number): number =>
    reports.reduce((sum, report) => sum + pick(report), 0);
  const expected = total(({ received }) => received.expected);
  const lost = total(({ received }) => received.lost);
  const late = total(({ received }) => received.late);
  const roundTripTimeUs = meanRoundTrip(reports);
  const ratio = sumBurstRatio(reports, expected, lost);
  const assessed = assessLegQuality({
    encodingName: last.codec,
    isConcealed: true,
    expected,
    lost,
    late,
    burstRatio: ratio,
    roundTripTimeUs,
    jitterBufferDelayMs: meanBufferDelay(reports),
  });
  return {
    codec: last.codec,
    receivedPackets: total(({ received }) => received.packets),
    expectedPackets: expected,
    lostPackets: lost,
    lossPercent: expected > 0 ? (100 * lost) / expected : null,
    duplicatePackets: total(({ received }) => received.duplicates),
    reorderedPackets: total(({ received }) => received.reordered),
    latePackets: late,
    ...sumJitter(reports),
    burstRatio: ratio,
    roundTripTimeUs,
    mosListening: assessed.mosListening,
    mosConversational: assessed.mosConversational,
    inputs: assessed.quality,
    sentPackets: total(({ sent }) => sent.packets),
    remoteLostPackets: last.sent.lostCumulative,
    remoteJitterUs: last.sent.jitterUs,
  };
}

function sumJitter(reports: readonly LegReport[]): Pick<CallQuality, 'jitterUs' | 'jitterMaxUs'> {
  const mean = new Mean();
  let jitterMaxUs: number | null = null;
  for (const { received } of reports) {
    mean.add(received.jitterUs, received.packets);
    if (received.jitterMaxUs !== null) jitterMaxUs = Math.max(jitterMaxUs ?? 0, received.jitterMaxUs);
  }
  return { jitterUs: mean.value, jitterMaxUs };
}

function meanRoundTrip(reports: readonly LegReport[]): number | null {
  const mean = new Mean();
  for (const { roundTripTimeUs } of reports) mean.add(roundTripTimeUs, 1);
  return mean.value;
}

/** The delay of a report is that of the jitter buffer and half the round trip. */
function meanBufferDelay(reports: readonly LegReport[]): number | null {
  const mean = new Mean();
  for (const { quality, roundTripTimeUs, received } of reports) {
    if (quality !== null) mean.add(quality.delayMs - (roundTripTimeUs ?? 0) / 2000, received.packets);
  }
  return mean.value;
}

/** From the bursts that each interval's ratio stands for. */
function sumBurstRatio(reports: readonly LegReport[], expected: number, lost: number): number | null {
  const bursts = reports.reduce((sum, { received }) => sum + burstsOf(received), 0);
  return burstRatio(expected, lost, bursts);
}

function burstsOf({ burstRatio: ratio, lost, expected }: LegReport['received']): number {
  if (lost === 0) return 0;
  return ratio === null || ratio === 0 ? 1 : (lost / ratio) * (1 - lost / expected);
}
