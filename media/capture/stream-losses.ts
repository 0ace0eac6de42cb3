/** Since the stream began: bursts as RFC 3611 §4.7.2 has them, one that goes on as it stands. */
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
  read(slot: number): LossCounters;
}
