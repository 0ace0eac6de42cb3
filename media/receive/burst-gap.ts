/**
 * Bursts and gaps of a stream (RFC 3611 §4.7.2). A burst begins and ends with a packet that was not heard, and
 * has fewer than Gmin heard ones in a row within; a packet missing alone among Gmin heard ones on either side
 * belongs to a gap, as does all else. Packets come in the order they were sent.
 */

import { GAP_THRESHOLD } from './pace-constants.ts';

/** Numbers of packets, and of the bursts and gaps they fall into; since the stream began. */
export interface BurstGapCounts {
  readonly bursts: number;
  readonly burstPackets: number;
  readonly burstUnheard: number;
  readonly gaps: number;
  readonly gapPackets: number;
  readonly gapUnheard: number;
  /** Runs of packets not heard, one packet or more each. */
  readonly unheardRuns: number;
}

export class BurstGap {
  #packets = 0;
  #bursts = 0;
  #burstPackets = 0;
  #burstUnheard = 0;
  #gapUnheard = 0;
  #unheardRuns = 0;
  /** Heard since the last one that was not. */
  #heardRun = GAP_THRESHOLD;
  /** From the first packet not heard to the last, while no gap ended it: perhaps a burst. */
  #clusterPackets = 0;
  #clusterUnheard = 0;

  push(isHeard: boolean): void {
    this.#packets++;
    if (isHeard) {
      this.#heardRun++;
      return;
    }
    if (this.#heardRun >= GAP_THRESHOLD) this.#endCluster();
    if (this.#clusterUnheard === 0 || this.#heardRun > 0) this.#unheardRuns++;
    this.#clusterPackets += this.#clusterUnheard === 0 ? 1 : this.#heardRun + 1;
    this.#clusterUnheard++;
    this.#heardRun = 0;
  }

  /** As if the stream ended here; changes nothing. */
  read(): BurstGapCounts {
    const isBurst = this.#clusterUnheard > 1;
    const bursts = this.#bursts + (isBurst ? 1 : 0);
    const burstPackets = this.#burstPackets + (isBurst ? this.#clusterPackets : 0);
    const endsInGap = this.#heardRun > 0 || !isBurst;
    return {
      bursts,
      burstPackets,
      burstUnheard: this.#burstUnheard + (isBurst ? this.#clusterUnheard : 0),
      // The first packet is always a heard one: before each burst lies a gap.
      gaps: bursts + (endsInGap ? 1 : 0),
      gapPackets: this.#packets - burstPackets,
      gapUnheard: this.#gapUnheard + (isBurst ? 0 : this.#clusterUnheard),
      unheardRuns: this.#unheardRuns,
    };
  }

  #endCluster(): void {
    if (this.#clusterUnheard > 1) {
      this.#bursts++;
      this.#burstPackets += this.#clusterPackets;
      this.#burstUnheard += this.#clusterUnheard;
    } else {
      this.#gapUnheard += this.#clusterUnheard;
    }
    this.#clusterPackets = 0;
    this.#clusterUnheard = 0;
  }
}
