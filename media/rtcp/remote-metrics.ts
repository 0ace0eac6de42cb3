/** What the other side's extended reports say (RFC 3611): about our stream, and the time that it wants back. */
import type { ExtendedReport } from './extended-report.ts';
import { middleOfNtpTimestamp, usToShortUnits } from './ntp.ts';
import type { DelaySinceReferenceTimeBlock } from './reference-time-block.ts';
import type { StatisticsSummaryBlock } from './statistics-summary-block.ts';
import type { VoipMetricsBlock } from './voip-metrics-block.ts';

/** Of one interval: the last of each kind. */
interface RemoteBlocks {
  readonly voipMetrics: VoipMetricsBlock | null;
  readonly statisticsSummary: StatisticsSummaryBlock | null;
  readonly otherBlocks: number;
}

type Receiver = DelaySinceReferenceTimeBlock['receivers'][number];

export class RemoteMetrics {
  #blocks: RemoteBlocks | null = null;
  #referenceTime: { readonly source: number; readonly middle: number; readonly atUs: number } | null = null;

  /** @returns our reference time, come back; null where it did not */
  receive(report: ExtendedReport, synchronizationSource: number, arrivalUs: number): Receiver | null {
    let echo: Receiver | null = null;
    for (const block of report.blocks) {
      if (block.type === 'reference-time') {
        const middle = middleOfNtpTimestamp(block.ntpTimestamp);
        this.#referenceTime = { source: report.synchronizationSource, middle, atUs: arrivalUs };
      } else if (block.type === 'delay-since-reference-time') {
        echo = block.receivers.find(({ receiver }) => receiver === synchronizationSource) ?? echo;
      } else if (block.type === 'other') {
        this.#keep({ otherBlocks: (this.#blocks?.otherBlocks ?? 0) + 1 });
      } else if (block.source === synchronizationSource) {
        this.#keep(block.type === 'voip-metrics' ? { voipMetrics: block } : { statisticsSummary: block });
      }
    }
    return echo;
  }

  /** What came since the last call; null where nothing did. */
  take(): RemoteBlocks | null {
    const blocks = this.#blocks;
    this.#blocks = null;
    return blocks;
  }

  /** The DLRR block that gives the other side its time back (RFC 3611 §4.5); null where it sent none. */
  answerReferenceTime(nowUs: number): DelaySinceReferenceTimeBlock | null {
    if (this.#referenceTime === null) return null;
    const { source, middle, atUs } = this.#referenceTime;
    const receivers = [{ receiver: source, lastReferenceTime: middle, delay: usToShortUnits(nowUs - atUs) }];
    return { type: 'delay-since-reference-time', receivers };
  }

  #keep(blocks: Partial<RemoteBlocks>): void {
    const before = this.#blocks ?? { voipMetrics: null, statisticsSummary: null, otherBlocks: 0 };
    this.#blocks = { ...before, ...blocks };
  }
}
