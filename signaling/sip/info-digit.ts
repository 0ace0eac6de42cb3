/** A key press as an INFO body tells it. */
export interface InfoDigit {
  /** `0`–`9`, `*`, `#`, `A`–`D`. */
  readonly digit: string;
  readonly durationMs: number | null;
}

const DIGITS = '0123456789*#ABCD';
const LONGEST_DURATION_MS = 60_000;

/** What INFO bodies we read; the value of Accept in the 415 for any other. */
export const DIGIT_MEDIA_TYPES: readonly string[] = ['application/dtmf-relay', 'application/dtmf'];

/**
 * Reads the digit of an INFO body of one of {@link DIGIT_MEDIA_TYPES}; null if it holds none. Neither format
 * was ever standardized: `application/dtmf-relay` has lines `Signal=5` and `Duration=160`, `application/dtmf`
 * the bare signal, and phones mix both.
 */
export function parseInfoDigit(mediaType: string, body: Uint8Array): InfoDigit | null {
  const text = Buffer.from(body.buffer, body.byteOffset, Math.min(body.byteLength, 256)).toString('latin1');
  const signal = field(text, 'signal') ?? (mediaType === 'application/dtmf' ? text.trim() : null);
  const digit = signal === null ? null : digitOf(signal);
  return digit === null ? null : { digit, durationMs: durationOf(text) };
}

/** The body of an INFO of type `application/dtmf-relay`. */
export function serializeInfoDigit({ digit, durationMs }: InfoDigit): Uint8Array {
  return Buffer.from(`Signal=${digit}\r\nDuration=${durationMs ?? 0}\r\n`, 'latin1');
}

function field(text: string, name: string): string | null {
  for (const line of text.split(/[\r\n]+/)) {
    const equals = line.indexOf('=');
    if (equals !== -1 && line.slice(0, equals).trim().toLowerCase() === name) {
      return line.slice(equals + 1).trim();
    }
  }
  return null;
}

/** Signals are the key itself, or the event codes 10 and 11 of RFC 4733 §3.2 for star and pound. */
function digitOf(signal: string): string | null {
  if (signal === '10') {
    return '*';
  }
  if (signal === '11') {
    return '#';
  }
  const upper = signal.toUpperCase();
  return upper.length === 1 && DIGITS.includes(upper) ? upper : null;
}

function durationOf(text: string): number | null {
  const value = field(text, 'duration') ?? '';
  return /^\d{1,5}$/.test(value) ? Math.min(Number(value), LONGEST_DURATION_MS) : null;
}
