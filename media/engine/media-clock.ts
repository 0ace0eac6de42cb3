/** The clock of a media thread: it does not jump when the system's date is set. */

const ORIGIN_MS = performance.timeOrigin;

/** Milliseconds since the Unix epoch, with fractions. */
export function readClockMs(): number {
  return ORIGIN_MS + performance.now();
}

/**
 * The same clock for arrivals, in microseconds since the thread began: since the epoch they would be so many
 * that a float tells them apart by a quarter of a microsecond only, and jitter would show it.
 */
export function readArrivalClockUs(): number {
  return performance.now() * 1000;
}

export function clockMsOfArrival(arrivalUs: number): number {
  return ORIGIN_MS + arrivalUs / 1000;
}
