import type { DiscardCounts } from './leg-contract.ts';

/** What a worker's legs discarded since its start, those that are gone included. */
export class DiscardTotals {
  #malformedPackets = 0;
  #unknownPayloadPackets = 0;
  #refusedPackets = 0;

  /** A leg is gone. */
  add({ malformedPackets, unknownPayloadPackets, refusedPackets }: DiscardCounts): void {
    this.#malformedPackets += malformedPackets;
    this.#unknownPayloadPackets += unknownPayloadPackets;
    this.#refusedPackets += refusedPackets;
  }

  /** With those of the legs that are there. */
  with(legs: Iterable<{ readonly media: { readonly discards: DiscardCounts } }>): DiscardCounts {
    const total = new DiscardTotals();
    total.add(this.#counts);
    for (const { media } of legs) total.add(media.discards);
    return total.#counts;
  }

  get #counts(): DiscardCounts {
    return {
      malformedPackets: this.#malformedPackets,
      unknownPayloadPackets: this.#unknownPayloadPackets,
      refusedPackets: this.#refusedPackets,
    };
  }
}
