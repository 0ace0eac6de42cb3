/**
 * How long packets should wait before they are played: the least transit time seen lately, plus what jitter
 * adds to it, plus the frame that is taken at once. Transit times are arrival − RTP timestamp, in samples, so
 * only their differences mean anything.
 */

export interface PlayoutDelayBounds {
  readonly minimumMs: number;
  readonly maximumMs: number;
  /** What we begin with, knowing nothing. */
  readonly initialMs: number;
}

const FRAME_MS = 20;
/** Two windows of five seconds: the least transit follows a drift of 100 ppm within 1 ms. */
const WINDOW_MS = 5000;
/** The peak sinks towards the present jitter within some 10 s of 20 ms packets. */
const PEAK_RELEASE = 1 / 512;

export class PlayoutDelay {
  readonly #frame: number;
  readonly #window: number;
  readonly #minimum: number;
  readonly #maximum: number;
  #peak: number;
  #leastTransit = Number.POSITIVE_INFINITY;
  #leastTransitBefore = Number.POSITIVE_INFINITY;
  #windowStart = 0;

  constructor(bounds: PlayoutDelayBounds, samplesPerMs: number) {
    this.#frame = FRAME_MS * samplesPerMs;
    this.#window = WINDOW_MS * samplesPerMs;
    this.#minimum = bounds.minimumMs * samplesPerMs;
    this.#maximum = bounds.maximumMs * samplesPerMs;
    this.#peak = bounds.initialMs * samplesPerMs - this.#frame;
  }

  /** Transit of a packet that met no queue; infinite before the first one. */
  get leastTransit(): number {
    return Math.min(this.#leastTransit, this.#leastTransitBefore);
  }

  /** What a packet of least transit should wait, in samples. */
  get targetSamples(): number {
    return Math.max(this.#minimum, Math.min(this.#maximum, this.#peak + this.#frame));
  }

  /** A packet arrived at `arrival`, in samples on our clock. */
  observe(arrival: number, transit: number): void {
    if (arrival - this.#windowStart > this.#window) {
      this.#windowStart = arrival;
      this.#leastTransitBefore = this.#leastTransit;
      this.#leastTransit = transit;
    } else if (transit < this.#leastTransit) {
      this.#leastTransit = transit;
    }
    const excess = transit - this.leastTransit;
    // Beyond the maximum a packet will be late in any case and must not hold the peak up for ages.
    if (excess > this.#peak) this.#peak = Math.min(excess, this.#maximum);
    else this.#peak += (excess - this.#peak) * PEAK_RELEASE;
  }

  /** The sender's clock jumped: transit times from before mean nothing now, the jitter still does. */
  restart(): void {
    this.#leastTransit = Number.POSITIVE_INFINITY;
    this.#leastTransitBefore = Number.POSITIVE_INFINITY;
    this.#windowStart = Number.NEGATIVE_INFINITY;
  }
}
