/**
 * Makes what fails often slow: each key has a queue of slots, one try a slot, and slots lie the further apart the more
 * tries failed. Pure: the time comes as an argument.
 */
import { ChurnMap } from '../../memory/churn-map.ts';

export interface BackOffSettings {
  /** Failures that cost no waiting. */
  readonly freeFailures: number;
  /** Between two tries after the first failure that is not free; each further failure doubles it. */
  readonly firstDelayMs: number;
  readonly maxDelayMs: number;
  /** After so long without a failure one is forgotten, and one more each time it passes again. */
  readonly forgetMs: number;
}

interface Queue {
  failures: number;
  /** When `failures` last changed. */
  changedAtMs: number;
  /** The next try is looked at no earlier. */
  nextSlotMs: number;
}

/** Keys remembered at once; the one that failed longest ago makes room. Whoever has more sources is not slowed by source. */
const KEYS_MAXIMUM = 20_000;

export class BackOff {
  readonly #settings: BackOffSettings;
  readonly #queues = new ChurnMap<string, Queue>();
  readonly #failuresMaximum: number;

  constructor(settings: BackOffSettings) {
    this.#settings = settings;
    const { freeFailures, firstDelayMs, maxDelayMs } = settings;
    // More would not make it slower, only longer to forget.
    this.#failuresMaximum = freeFailures + 1 + Math.ceil(Math.log2(maxDelayMs / firstDelayMs));
  }

  /** Keys with failures that are not forgotten, as far as anybody asked for them since. */
  get size(): number {
    return this.#queues.size;
  }

  /** When a try for this key would have its turn; now where nothing is to be waited for. */
  nextSlotMs(key: string, nowMs: number): number {
    return Math.max(nowMs, this.#current(key, nowMs)?.nextSlotMs ?? nowMs);
  }

  /** The try takes the slot, which other tries then come after. */
  take(key: string, slotMs: number, nowMs: number): void {
    const queue = this.#current(key, nowMs);
    if (queue !== undefined) queue.nextSlotMs = slotMs + this.#delayMs(queue.failures);
  }

  /** @returns how far apart tries are from now on */
  failed(key: string, nowMs: number): number {
    const { failures, nextSlotMs } = this.#current(key, nowMs) ?? { failures: 0, nextSlotMs: nowMs };
    const grown = Math.min(this.#failuresMaximum, failures + 1);
    const delayMs = this.#delayMs(grown);
    this.#queues.delete(key);
    this.#queues.set(key, {
      failures: grown,
      changedAtMs: nowMs,
      nextSlotMs: Math.max(nextSlotMs, nowMs + delayMs),
    });
    if (this.#queues.size > KEYS_MAXIMUM) this.#queues.delete(this.#queues.keys().next().value as string);
    return delayMs;
  }

  /** What is known of a key, with what it may forget by now forgotten. */
  #current(key: string, nowMs: number): Queue | undefined {
    const queue = this.#queues.get(key);
    if (queue === undefined) return undefined;
    const { forgetMs } = this.#settings;
    const forgotten = Math.max(0, Math.floor((nowMs - queue.changedAtMs) / forgetMs));
    if (forgotten > 0) {
      queue.failures = Math.max(0, queue.failures - forgotten);
      queue.changedAtMs += forgotten * forgetMs;
    }
    if (queue.failures > 0 || queue.nextSlotMs > nowMs) return queue;
    this.#queues.delete(key);
    return undefined;
  }

  #delayMs(failures: number): number {
    const { freeFailures, firstDelayMs, maxDelayMs } = this.#settings;
    if (failures <= freeFailures) return 0;
    return Math.min(maxDelayMs, firstDelayMs * 2 ** (failures - freeFailures - 1));
  }
}
