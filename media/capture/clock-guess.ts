/** The clocks that RTP payload formats have (RFC 3551 §6, and the registrations since). */
const CLOCK_RATES_HZ = [8000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 90_000];
const PATIENCE_PACKETS = 25;
const PATIENCE_US = 400_000;
const CLOCK_RATE_DEFAULT_HZ = 8000;

/** Tells a stream's clock by how fast its timestamps run; right as long as half a second has no jump in it. */
export class ClockGuess {
  readonly #firstTimestamp: number;
  readonly #firstArrivalUs: number;
  #packets = 0;

  constructor(timestamp: number, arrivalUs: number) {
    this.#firstTimestamp = timestamp;
    this.#firstArrivalUs = arrivalUs;
  }

  /** @returns the rate once enough was seen, null until then */
  observe(timestamp: number, arrivalUs: number): number | null {
    this.#packets++;
    const elapsedUs = arrivalUs - this.#firstArrivalUs;
    if (this.#packets < PATIENCE_PACKETS || elapsedUs < PATIENCE_US) return null;
    const units = (timestamp - this.#firstTimestamp) | 0;
    return nearestClockRate((units / elapsedUs) * 1e6);
  }
}

/** By ratio: 8 kHz and 48 kHz are as far from 20 kHz. A clock that stands still or runs back is none. */
function nearestClockRate(measuredHz: number): number {
  if (measuredHz <= 0) return CLOCK_RATE_DEFAULT_HZ;
  const distance = (rate: number): number => Math.abs(Math.log(rate / measuredHz));
  return CLOCK_RATES_HZ.reduce((best, rate) => (distance(rate) < distance(best) ? rate : best));
}
