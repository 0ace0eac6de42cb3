/** Texts in RTCP packets: UTF-8 behind one byte of length (RFC 3550 §6.5, §6.6). */

const LENGTH_MAXIMUM = 255;

// One of each for all: to make them costs more than what they do.
const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const memory = new Uint8Array(LENGTH_MAXIMUM);

/** Cut to 255 bytes at a character's edge. */
export function encodeText(text: string): Uint8Array {
  const { written } = encoder.encodeInto(text, memory);
  return memory.slice(0, written);
}

/** What is no UTF-8 becomes U+FFFD. */
export function decodeText(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}
