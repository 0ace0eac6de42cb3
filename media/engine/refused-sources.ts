/** Packets from strangers, told of at most once a second so that a flood costs nobody anything. */

const TELL_PERIOD_MS = 1000;

export interface RefusedSource {
  readonly address: string;
  readonly port: number;
  readonly packets: number;
}

export class RefusedSources {
  #address = '';
  #port = 0;
  #packets = 0;
  #toldAtMs = Number.NEGATIVE_INFINITY;
  /** Since the beginning. */
  total = 0;

  count(address: string, port: number): void {
    this.#address = address;
    this.#port = port;
    this.#packets++;
    this.total++;
  }

  /** What is to be told now: the packets since the last time, under the address of the last one; or null. */
  take(nowMs: number): RefusedSource | null {
    if (this.#packets === 0 || nowMs - this.#toldAtMs < TELL_PERIOD_MS) return null;
    const refused = { address: this.#address, port: this.#port, packets: this.#packets };
    this.#packets = 0;
    this.#toldAtMs = nowMs;
    return refused;
  }
}
