/** Of one interval: bursts as RFC 3611 §4.7.2 has them. */
export interface LossCounters {
  readonly bursts: number;
  /** From the first packet not heard to the last of each burst. */
  readonly burstPackets: number;
  readonly burstUnheard: number;
  /** Packets that came too late to be played. */
  readonly late: number;
}

/**
 * Which packets of which stream were not heard: what `media/receive/burst-gap.ts` counts packet by packet, at the
 * price of the losses only.
 */
export interface StreamLosses {
  /** Memory of each stream, whether it has losses or not. */
  readonly slotBytes: number;
  /** A slot is given to a new stream. */
  begin(slot: number): void;
  /** An `EVENT_*` of the packets `from` … `to`, by extended sequence number. */
  tell(slot: number, kind: number, from: number, to: number): void;
  /**
   * Since the last call. A burst that goes on is counted as it stands, and what it grows by later; so the sums are
   * the same however often one asks.
   */
  take(slot: number): LossCounters;
}
