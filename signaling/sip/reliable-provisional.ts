import { parseCSeq } from './c-seq.ts';
import { isWhitespace, parseDecimal } from './grammar.ts';

/** The RAck of a PRACK (RFC 3262 §7.2): which provisional response it acknowledges. */
export interface Acknowledged {
  readonly responseNumber: number;
  readonly sequenceNumber: number;
  readonly method: string;
}

const LARGEST_RESPONSE_NUMBER = 0xffff_ffff;
/** RFC 3262 §3: the first RSeq is chosen between 1 and 2^31 − 1. */
const LARGEST_FIRST_RESPONSE_NUMBER = 0x7fff_ffff;

/** `RSeq CSeq Method`; null if it is not that. */
export function parseRAck(value: string): Acknowledged | null {
  let end = 0;
  while (end < value.length && !isWhitespace(value.charCodeAt(end))) {
    end += 1;
  }
  const responseNumber = parseDecimal(value.slice(0, end), LARGEST_RESPONSE_NUMBER);
  const cSeq = parseCSeq(value.slice(end).trim());
  return responseNumber === null || cSeq === null ? null : { responseNumber, ...cSeq };
}

/** An RSeq value; null if it is none (RFC 3262 §7.1: 0 is not used). */
export function parseRSeq(value: string | undefined): number | null {
  return (value === undefined ? null : parseDecimal(value, LARGEST_RESPONSE_NUMBER)) || null;
}

/** The number to begin with, from a random number in [0, 1). */
export function firstResponseNumber(random: number): number {
  // Well below the top, so that counting up never wraps.
  return 1 + Math.floor(random * (LARGEST_FIRST_RESPONSE_NUMBER >> 1));
}

/** What to do with a reliable provisional response that comes in (RFC 3262 §4). */
export type ReceivedOrder = 'next' | 'retransmission' | 'out-of-order';

/** The order of reliable provisional responses within one early dialog, on the caller's side. */
export class ReceivedResponses {
  #lastNumber: number | null = null;

  /** §4: only the next in order is acknowledged; a gap is waited out, for the missing one comes again. */
  receive(responseNumber: number): ReceivedOrder {
    if (this.#lastNumber !== null) {
      if (responseNumber <= this.#lastNumber) {
        return 'retransmission';
      }
      if (responseNumber > this.#lastNumber + 1) {
        return 'out-of-order';
      }
    }
    this.#lastNumber = responseNumber;
    return 'next';
  }
}
