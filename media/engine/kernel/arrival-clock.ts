/**
 * Brings the kernel's timestamps, which are dates, to the clock of the media thread, which does not jump. Both
 * run at the same rate (the date is CLOCK_MONOTONIC and a constant, until somebody sets it), so the difference
 * is measured once and kept to the last nanosecond: jitter sees nothing of it. Only a date that was set anew
 * changes it.
 */

export interface TwoClocks {
  /** The date, microseconds from any fixed one. */
  readDateUs(): number;
  readMonotonicUs(): number;
}

/** Tried until one took no longer than this: the first ones do, before the code is compiled. */
const DURATION_GOAL_US = 1;
const MEASUREMENTS_MAXIMUM = 50;
/** A measurement that took longer was interrupted, and says nothing. */
const DURATION_MAXIMUM_US = 50;
/** Far above what measurements differ by. */
const STEP_MINIMUM_US = 500;
const CHECK_PERIOD_US = 1_000_000;
/** What a socket buffer holds of a stream is some seconds old at most. */
const AGE_MAXIMUM_US = 10_000_000;

export class ArrivalClock {
  readonly #clocks: TwoClocks;
  #differenceUs: number;
  #checkedAtUs: number;

  constructor(clocks: TwoClocks) {
    this.#clocks = clocks;
    this.#differenceUs = this.#measure().differenceUs;
    this.#checkedAtUs = clocks.readMonotonicUs();
  }

  /** An arrival by the date, on the media thread's clock; `nowUs` is a recent reading of that. */
  arrivalUs(dateUs: number, nowUs: number): number {
    const arrivalUs = dateUs - this.#differenceUs;
    const isPlausible = arrivalUs <= nowUs && nowUs - arrivalUs < AGE_MAXIMUM_US;
    return isPlausible ? arrivalUs : this.#arrivalInDoubtUs(dateUs);
  }

  /** To be called often; once a second it looks whether the date was set. */
  check(nowUs: number): void {
    if (nowUs - this.#checkedAtUs < CHECK_PERIOD_US) return;
    this.#checkedAtUs = nowUs;
    const { differenceUs, durationUs } = this.#measure();
    if (durationUs > DURATION_MAXIMUM_US) return;
    if (Math.abs(differenceUs - this.#differenceUs) >= STEP_MINIMUM_US) this.#differenceUs = differenceUs;
  }

  /** It arrived since `nowUs` was read, or the date was set: then nothing may come from the future, or from long ago. */
  #arrivalInDoubtUs(dateUs: number): number {
    const nowUs = this.#clocks.readMonotonicUs();
    const ageUs = nowUs - (dateUs - this.#differenceUs);
    if (ageUs < -STEP_MINIMUM_US || ageUs > AGE_MAXIMUM_US) this.#differenceUs = this.#measure().differenceUs;
    return Math.min(Math.max(dateUs - this.#differenceUs, nowUs - AGE_MAXIMUM_US), nowUs);
  }

  /** The date between two looks at our clock, of several tries the one least interrupted. */
  #measure(): { differenceUs: number; durationUs: number } {
    let best = { differenceUs: 0, durationUs: Number.POSITIVE_INFINITY };
    for (let attempt = 0; attempt < MEASUREMENTS_MAXIMUM && best.durationUs > DURATION_GOAL_US; attempt++) {
      const beforeUs = this.#clocks.readMonotonicUs();
      const dateUs = this.#clocks.readDateUs();
      const durationUs = this.#clocks.readMonotonicUs() - beforeUs;
      if (durationUs < best.durationUs) {
        best = { differenceUs: dateUs - beforeUs - durationUs / 2, durationUs };
      }
    }
    return best;
  }
}
