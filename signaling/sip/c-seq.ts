import { isDigit, isToken, isWhitespace, skipWhitespace } from './grammar.ts';

/** RFC 3261 §20.16: a request's number within its dialog, and its method. */
export interface CSeq {
  /** Below 2^32; what we send stays below 2^31 (§8.1.1.5). */
  readonly sequenceNumber: number;
  readonly method: string;
}

const LARGEST_SEQUENCE_NUMBER = 0xffff_ffff;

/** `1*DIGIT LWS Method`; null if it is not that or the number needs more than 32 bits. */
export function parseCSeq(text: string): CSeq | null {
  let at = 0;
  let sequenceNumber = 0;
  for (; isDigit(text.charCodeAt(at)); at++) {
    sequenceNumber = sequenceNumber * 10 + text.charCodeAt(at) - 0x30;
    if (sequenceNumber > LARGEST_SEQUENCE_NUMBER) return null;
  }
  if (at === 0 || !isWhitespace(text.charCodeAt(at))) return null;
  const methodStart = skipWhitespace(text, at);
  if (!isToken(text, methodStart)) return null;
  return { sequenceNumber, method: text.slice(methodStart) };
}
