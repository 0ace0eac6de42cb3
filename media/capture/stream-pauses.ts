/** Of one interval. */
export interface PauseCounters {
  /** Time that timestamps pass over and no packet was sent for. */
  readonly silenceUs: number;
  readonly packetTimeChanges: number;
}

/** What only streams have that paused, or whose packets changed their length. */
interface Pauses {
  silenceUnits: number;
  packetTimeChanges: number;
  /** A pace seen once, and the packet it was seen at. */
  candidateUnits: number;
  candidateSequence: number;
}

const NO_PAUSES: PauseCounters = { silenceUs: 0, packetTimeChanges: 0 };

export class StreamPauses {
  /** By slot. */
  readonly #pauses = new Map<number, Pauses>();

  /** Those of whom `take` may have something to say. */
  get slots(): Iterable<number> {
    return this.#pauses.keys();
  }

  of(slot: number): Pauses {
    const known = this.#pauses.get(slot);
    if (known !== undefined) return known;
    const pauses = { silenceUnits: 0, packetTimeChanges: 0, candidateUnits: 0, candidateSequence: 0 };
    this.#pauses.set(slot, pauses);
    return pauses;
  }

  /** Since the last call. */
  take(slot: number, clockRateHz: number): PauseCounters {
    const pauses = this.#pauses.get(slot);
    if (pauses === undefined) return NO_PAUSES;
    const { silenceUnits, packetTimeChanges } = pauses;
    pauses.silenceUnits = 0;
    pauses.packetTimeChanges = 0;
    return { silenceUs: Math.max(0, silenceUnits) * (1e6 / clockRateHz), packetTimeChanges };
  }

  /** The slot is given to a new stream. */
  forget(slot: number): void {
    this.#pauses.delete(slot);
  }
}
