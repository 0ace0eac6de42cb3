/** Indices behind the highest one that can still be told apart; RFC 3711 §3.3.2 asks for at least 64. */
const REPLAY_WINDOW_PACKETS = 128;
const WORDS = REPLAY_WINDOW_PACKETS / 32;
const MASK = REPLAY_WINDOW_PACKETS - 1;

/**
 * Which of the last packet indices were seen (RFC 3711 §3.3.2). An index is given by its low bits, `position`, and by
 * its `age`: how far it lies behind the highest one seen, negative for one ahead.
 */
export class ReplayWindow {
  readonly #seen = new Int32Array(WORDS);

  /** @param seen of a window that this one goes on for, as `seen` gave it */
  constructor(seen: Int32Array | null = null) {
    if (seen !== null) this.#seen.set(seen);
  }

  /** A copy. */
  get seen(): Int32Array {
    return this.#seen.slice();
  }

  /** Whether the index was seen, or is too old to know. */
  isReplayed(position: number, age: number): boolean {
    if (age < 0) return false;
    return (
      age >= REPLAY_WINDOW_PACKETS || ((this.#seen[this.#word(position)] as number) & (1 << position)) !== 0
    );
  }

  /** To be called for authenticated packets only. */
  accept(position: number, age: number): void {
    if (age <= -REPLAY_WINDOW_PACKETS) this.clear();
    else for (let skipped = position + age + 1; skipped < position; skipped++) this.#forget(skipped);
    const word = this.#word(position);
    this.#seen[word] = (this.#seen[word] as number) | (1 << position);
  }

  clear(): void {
    this.#seen.fill(0);
  }

  #forget(position: number): void {
    const word = this.#word(position);
    this.#seen[word] = (this.#seen[word] as number) & ~(1 << position);
  }

  #word(position: number): number {
    return (position & MASK) >>> 5;
  }
}
