/** A look at the transports; counters are since the start. */
export interface TransportStatistics {
  /** Open now, those in their handshake included. */
  readonly connections: number;
  readonly messagesReceived: number;
  readonly messagesSent: number;
  /** By what was wrong, without the offending text. */
  readonly malformedByReason: Readonly<Record<string, number>>;
  readonly refusedByLimit: Readonly<Record<string, number>>;
}

/** Reasons told apart; peers choose them, so there is an end to it. */
const REASON_LIMIT = 64;
const OTHER = 'other';

/** Counts by name, with bounded memory. */
export class ReasonCounter {
  readonly #counts = new Map<string, number>();

  count(reason: string): void {
    const isRoom = this.#counts.size < REASON_LIMIT || this.#counts.has(reason);
    const name = isRoom ? reason : OTHER;
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
  }

  toRecord(): Record<string, number> {
    return Object.fromEntries(this.#counts);
  }
}

/** `malformed From: "Bob <sip:…` is told as `malformed From`, and numbers as `#`. */
export function reasonOf(detail: string): string {
  const colon = detail.indexOf(':');
  return (colon === -1 ? detail : detail.slice(0, colon)).replace(/\d+/g, '#').slice(0, 60);
}
