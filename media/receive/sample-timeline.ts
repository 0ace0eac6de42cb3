/** RTP timestamps as samples of one line of time that runs on beyond 32 bits. */

/** How RTP timestamps and samples are counted. */
export interface PlayoutRate {
  readonly clockRateHz: number;
  readonly sampleRateHz: 8000 | 16_000;
}

export const NARROW: PlayoutRate = { clockRateHz: 8000, sampleRateHz: 8000 };

export class SampleTimeline {
  readonly #samplesPerTick: number;
  /** In ticks, unwrapped. */
  #last = 0;

  constructor({ clockRateHz, sampleRateHz }: PlayoutRate) {
    this.#samplesPerTick = sampleRateHz / clockRateHz;
  }

  /** When what bears a timestamp begins, in samples; where ticks are finer, all of a stream are rounded alike. */
  beginOf(timestamp: number): number {
    return Math.floor(this.#unwrap(timestamp) * this.#samplesPerTick);
  }

  /** Those to come are nearest to this one. */
  pass(timestamp: number): void {
    this.#last = this.#unwrap(timestamp);
  }

  restart(): void {
    this.#last = 0;
  }

  #unwrap(timestamp: number): number {
    return this.#last + ((timestamp - this.#last) | 0);
  }
}
