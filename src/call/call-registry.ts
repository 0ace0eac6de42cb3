import { ChurnMap } from '../../memory/churn-map.ts';
import type { Call } from './call.ts';

/** The calls under way and the last ones that ended, newest last. */
export class CallRegistry {
  readonly #active = new ChurnMap<string, Call>();
  readonly #ended = new ChurnMap<string, Call>();
  readonly #byRemoteCallId = new ChurnMap<string, Call>();
  readonly #keptEnded: number;

  /** @param keptEnded how many ended calls stay to be asked about. */
  constructor(keptEnded: number) {
    this.#keptEnded = keptEnded;
  }

  get activeCount(): number {
    return this.#active.size;
  }

  add(call: Call): void {
    this.#active.add(call.id, call);
    this.#byRemoteCallId.set(call.leg.remoteCallId, call);
  }

  /** Moves a call that is over among the ended ones and forgets the oldest of those. */
  retire(call: Call): void {
    if (!this.#active.delete(call.id)) return;
    this.#ended.add(call.id, call);
    if (this.#ended.size > this.#keptEnded) {
      const oldest = this.#ended.keys().next().value;
      if (oldest !== undefined) this.#forget(oldest);
    }
  }

  get(id: string): Call | undefined {
    return this.#active.get(id) ?? this.#ended.get(id);
  }

  /** By the Call-ID, or callIdentifier, of the other side; the last one where several had the same. */
  byRemoteCallId(remoteCallId: string): Call | undefined {
    return this.#byRemoteCallId.get(remoteCallId);
  }

  active(): readonly Call[] {
    return [...this.#active.values()];
  }

  all(): readonly Call[] {
    return [...this.#ended.values(), ...this.#active.values()];
  }

  #forget(id: string): void {
    const call = this.#ended.get(id);
    this.#ended.delete(id);
    if (call === undefined || this.#byRemoteCallId.get(call.leg.remoteCallId) !== call) return;
    this.#byRemoteCallId.delete(call.leg.remoteCallId);
  }
}
