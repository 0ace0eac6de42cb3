import type { Call } from './call.ts';

/** The calls under way and the last ones that ended, newest last. */
export class CallRegistry {
  readonly #active = new Map<string, Call>();
  readonly #ended = new Map<string, Call>();
  readonly #keptEnded: number;

  /** @param keptEnded how many ended calls stay to be asked about. */
  constructor(keptEnded: number) {
    this.#keptEnded = keptEnded;
  }

  get activeCount(): number {
    return this.#active.size;
  }

  add(call: Call): void {
    this.#active.set(call.id, call);
  }

  /** Moves a call that is over among the ended ones and forgets the oldest of those. */
  retire(call: Call): void {
    if (!this.#active.delete(call.id)) return;
    this.#ended.set(call.id, call);
    if (this.#ended.size > this.#keptEnded) {
      const oldest = this.#ended.keys().next().value;
      if (oldest !== undefined) this.#ended.delete(oldest);
    }
  }

  get(id: string): Call | undefined {
    return this.#active.get(id) ?? this.#ended.get(id);
  }

  active(): readonly Call[] {
    return [...this.#active.values()];
  }

  all(): readonly Call[] {
    return [...this.#ended.values(), ...this.#active.values()];
  }
}
