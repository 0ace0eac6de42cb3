import type { LiveEvent } from '../http/service-view.ts';

/** A flood of refused requests must not become a flood of events; the counters have all of them. */
const MAX_REFUSALS_PER_SECOND = 20;

/** Hands every event to everybody who listens, on the spot. */
export class LiveEvents {
  readonly #listeners = new Set<(event: LiveEvent) => void>();
  #refusalSecond = 0;
  #refusalsInSecond = 0;

  /** The function returned ends the subscription. */
  subscribe(listener: (event: LiveEvent) => void): () => void {
    // Wrapped, so that the same function may listen twice.
    const subscription = (event: LiveEvent) => listener(event);
    this.#listeners.add(subscription);
    return () => this.#listeners.delete(subscription);
  }

  /** True when making an event is worth the while. */
  get hasListeners(): boolean {
    return this.#listeners.size > 0;
  }

  tell(event: LiveEvent): void {
    if (event.type === 'request-refused' && this.#isFlood(event.atMs)) {
      return;
    }
    for (const listener of this.#listeners) {
      try {
        listener(event);
      } catch {
        // Whoever cannot take an event does not stop the call it is about.
        this.#listeners.delete(listener);
      }
    }
  }

  #isFlood(atMs: number): boolean {
    const second = Math.floor(atMs / 1000);
    if (second !== this.#refusalSecond) {
      this.#refusalSecond = second;
      this.#refusalsInSecond = 0;
    }
    this.#refusalsInSecond++;
    return this.#refusalsInSecond > MAX_REFUSALS_PER_SECOND;
  }
}
