/** What stands inside the Q.931 information elements that we read and write (Q.931 §4.5). */

/** Type of number unknown, numbering plan E.164 (§4.5.8). */
const UNKNOWN_TYPE_E164 = 0x81;
/** A further octet of the same group follows while bit 8 is clear (§4.5.1). */
const LAST_OF_GROUP = 0x80;
/** A display may begin with an octet of display information: normal (Q.931 annex on display, ETS 300 102). */
const DISPLAY_NORMAL = 0xb1;
/** Coding standard ITU-T, location: user (Q.850 §2.2.3). */
const CAUSE_LOCATION_USER = 0x80;
/** Bearer capability of H.225.0 §7.2.2.1: unrestricted digital, packet mode, H.221/H.242 user protocol. */
const BEARER_UNRESTRICTED_PACKET = [0x88, 0xc0, 0xa5];

/** Text of display and keypad; H323Plus pads it with a NUL, which is no character of it. */
export function parseText(content: Uint8Array): string {
  const start = content[0] === DISPLAY_NORMAL ? 1 : 0;
  const end = content.indexOf(0);
  const octets = content.subarray(start, end < start ? undefined : end);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(octets).trim();
  } catch {
    return Buffer.from(octets).toString('latin1').trim();
  }
}

export function serializeText(text: string): Uint8Array {
  return Buffer.from(text.replace(/[^\x20-\x7e]/g, '?').slice(0, 82), 'latin1');
}

/** Digits of a called or calling party number (§4.5.8, §4.5.10). */
export function parseNumber(content: Uint8Array): string {
  let start = 0;
  while (start < content.length && ((content[start] as number) & LAST_OF_GROUP) === 0) start++;
  return parseText(content.subarray(start + 1));
}

export function serializeCalledNumber(digits: string): Uint8Array {
  return Uint8Array.of(UNKNOWN_TYPE_E164, ...serializeText(digits));
}

/** Q.850 cause value, or null where the element is too short to hold one (§4.5.12). */
export function parseCause(content: Uint8Array): number | null {
  const isExtended = ((content[0] ?? 0) & LAST_OF_GROUP) === 0;
  const octet = content[isExtended ? 2 : 1];
  return octet === undefined ? null : octet & 0x7f;
}

export function serializeCause(q850Cause: number): Uint8Array {
  return Uint8Array.of(CAUSE_LOCATION_USER, LAST_OF_GROUP | q850Cause);
}

/** Call state value of Q.931 §4.5.7, as in Status. */
export function serializeCallState(state: number): Uint8Array {
  return Uint8Array.of(state);
}

export function serializeBearerCapability(): Uint8Array {
  return Uint8Array.from(BEARER_UNRESTRICTED_PACKET);
}
