/** What only streams have whose sequence began anew, or whose first packets did not come in order. */
export interface SequenceBreak {
  /** Packets that are in no sequence, so neither expected nor received. */
  strays: number;
  /** What would confirm a restart of the sender (RFC 3550 A.1, bad_seq); −1 for none. */
  restartSequence: number;
  restarts: number;
  /** Expected before the last restart. */
  expectedBefore: number;
  /** Sent before the packet that arrived first: the base of RFC 3550 A.3 is that one. */
  sentBefore: number;
}

/** By slot. */
export class SequenceBreaks {
  readonly #breaks = new Map<number, SequenceBreak>();

  get slots(): Iterable<number> {
    return this.#breaks.keys();
  }

  find(slot: number): SequenceBreak | undefined {
    return this.#breaks.get(slot);
  }

  of(slot: number): SequenceBreak {
    const known = this.#breaks.get(slot);
    if (known !== undefined) return known;
    const fresh = { strays: 0, restartSequence: -1, restarts: 0, expectedBefore: 0, sentBefore: 0 };
    this.#breaks.set(slot, fresh);
    return fresh;
  }

  /** The slot is given to a new stream. */
  forget(slot: number): void {
    this.#breaks.delete(slot);
  }
}
