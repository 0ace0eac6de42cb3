/** Round-trip times: when we sent a time of ours, and how long the other side kept it before it came back. */
import { shortUnitsToUs } from './ntp.ts';

const REMEMBERED_TIMES = 16;
/** Rounding of the delay may make a loopback trip negative by a little; more than this is a lie. */
const NEGATIVE_TRIP_US = 1000;

export class RoundTrips {
  /** Middle of the NTP timestamp → when it was sent. */
  readonly #sentAtUs = new Map<number, number>();
  #lastUs: number | null = null;
  #count = 0;
  #sumUs = 0;

  /** The one measured last; null until one was. */
  get lastUs(): number | null {
    return this.#lastUs;
  }

  /** We send our time, in a sender report or as a receiver's reference time. */
  remember(middle: number, nowUs: number): void {
    this.#sentAtUs.set(middle, nowUs);
    if (this.#sentAtUs.size <= REMEMBERED_TIMES) return;
    for (const oldest of this.#sentAtUs.keys()) {
      this.#sentAtUs.delete(oldest);
      return;
    }
  }

  /**
   * It came back: `middle` and `delay` are LSR and DLSR (RFC 3550 §6.4.1) or LRR and DLRR (RFC 3611 §4.5).
   * @returns null where it is no time that we did send
   */
  measure(middle: number, delay: number, arrivalUs: number): number | null {
    const sentAtUs = this.#sentAtUs.get(middle);
    if (sentAtUs === undefined) return null;
    const tripUs = arrivalUs - sentAtUs - shortUnitsToUs(delay);
    if (tripUs < -NEGATIVE_TRIP_US) return null;
    this.#lastUs = Math.max(0, tripUs);
    this.#count++;
    this.#sumUs += this.#lastUs;
    return this.#lastUs;
  }

  /** Mean since the last call; null where nothing was measured. */
  takeMeanUs(): number | null {
    const mean = this.#count === 0 ? null : this.#sumUs / this.#count;
    this.#count = 0;
    this.#sumUs = 0;
    return mean;
  }
}
