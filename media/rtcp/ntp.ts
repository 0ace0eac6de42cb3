/** NTP timestamps as RTCP carries them (RFC 3550 §4): seconds since 1900 and a 32-bit fraction. */
export interface NtpTimestamp {
  readonly seconds: number;
  readonly fraction: number;
}

const UNIX_EPOCH_IN_NTP_SECONDS = 2_208_988_800; // RFC 868
const FRACTIONS_PER_SECOND = 2 ** 32;
/** LSR, DLSR and the middle of an NTP timestamp count 1/65536 seconds (RFC 3550 §6.4.1). */
const SHORT_UNITS_PER_SECOND = 65_536;

/** From microseconds since the Unix epoch; the era is left out, as on the wire. */
export function toNtpTimestamp(unixUs: number): NtpTimestamp {
  const wholeSeconds = Math.floor(unixUs / 1e6);
  const fraction = Math.round(((unixUs - wholeSeconds * 1e6) / 1e6) * FRACTIONS_PER_SECOND);
  // A fraction within half a unit of the next second must not round up to 2^32.
  return {
    seconds: (wholeSeconds + UNIX_EPOCH_IN_NTP_SECONDS) % FRACTIONS_PER_SECOND,
    fraction: Math.min(fraction, FRACTIONS_PER_SECOND - 1),
  };
}

/** Microseconds since the Unix epoch, taken to lie between 1970 and 2106: NTP era 1 begins in 2036. */
export function fromNtpTimestamp(timestamp: NtpTimestamp): number {
  const sinceEpoch = timestamp.seconds - UNIX_EPOCH_IN_NTP_SECONDS;
  const seconds = sinceEpoch < 0 ? sinceEpoch + FRACTIONS_PER_SECOND : sinceEpoch;
  return seconds * 1e6 + (timestamp.fraction / FRACTIONS_PER_SECOND) * 1e6;
}

/** The middle 32 bits: what a report block sends back as LSR. */
export function middleOfNtpTimestamp(timestamp: NtpTimestamp): number {
  return (((timestamp.seconds & 0xffff) << 16) | (timestamp.fraction >>> 16)) >>> 0;
}

export function shortUnitsToUs(units: number): number {
  return (units / SHORT_UNITS_PER_SECOND) * 1e6;
}

/** Rounded down and held within 32 bits, 18 hours. */
export function usToShortUnits(us: number): number {
  return Math.min(FRACTIONS_PER_SECOND - 1, Math.max(0, Math.floor((us / 1e6) * SHORT_UNITS_PER_SECOND)));
}
