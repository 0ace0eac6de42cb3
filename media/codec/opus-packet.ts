/** How long an Opus packet is, by its first one or two octets (RFC 6716 §3.1, §3.2). */

/** Of one frame, in tenths of a millisecond, by configuration number: SILK, hybrid, CELT (RFC 6716 §3.1, table 2). */
const FRAME_TENTHS_MS: readonly number[] = [
  ...Array.from({ length: 3 }, () => [100, 200, 400, 600]).flat(),
  ...Array.from({ length: 2 }, () => [100, 200]).flat(),
  ...Array.from({ length: 4 }, () => [25, 50, 100, 200]).flat(),
];
const LONGEST_TENTHS_MS = 1200; // RFC 6716 §3.2.5

/** The sound in a packet, in ms; 0 where there is none, or more than a packet may have. */
export function readOpusDurationMs(payload: Uint8Array, offset: number, length: number): number {
  if (length === 0) return 0;
  const first = payload[offset] as number;
  const frames = countFrames(first & 3, payload, offset, length);
  const tenthsMs = frames * (FRAME_TENTHS_MS[first >> 3] as number);
  return tenthsMs > LONGEST_TENTHS_MS ? 0 : tenthsMs / 10;
}

/** RFC 6716 §3.2.2 to §3.2.5: codes 0 to 2 say it themselves, with 3 the next octet does. */
function countFrames(code: number, payload: Uint8Array, offset: number, length: number): number {
  if (code === 0) return 1;
  if (code < 3) return 2;
  return length < 2 ? 0 : (payload[offset + 1] as number) & 0x3f;
}
