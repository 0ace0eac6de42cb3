/** Payload types that mean the same everywhere (RFC 3551 §6, tables 4 and 5). */
export interface PayloadMeaning {
  /** RFC 3551 encoding name. */
  readonly encodingName: string;
  readonly clockRateHz: number;
}

const STATIC_PAYLOADS: ReadonlyMap<number, PayloadMeaning> = new Map(
  (
    [
      [0, 'PCMU', 8000],
      [3, 'GSM', 8000],
      [4, 'G723', 8000],
      [5, 'DVI4', 8000],
      [6, 'DVI4', 16_000],
      [7, 'LPC', 8000],
      [8, 'PCMA', 8000],
      [9, 'G722', 8000],
      [10, 'L16', 44_100],
      [11, 'L16', 44_100],
      [12, 'QCELP', 8000],
      [13, 'CN', 8000],
      [14, 'MPA', 90_000],
      [15, 'G728', 8000],
      [16, 'DVI4', 11_025],
      [17, 'DVI4', 22_050],
      [18, 'G729', 8000],
      [19, 'CN', 8000], // reserved: an early version of comfort noise had it
      [25, 'CelB', 90_000],
      [26, 'JPEG', 90_000],
      [28, 'nv', 90_000],
      [31, 'H261', 90_000],
      [32, 'MPV', 90_000],
      [33, 'MP2T', 90_000],
      [34, 'H263', 90_000],
    ] as const
  ).map(([payloadType, encodingName, clockRateHz]) => [payloadType, { encodingName, clockRateHz }]),
);

const DYNAMIC_FIRST = 96; // RFC 3551 §6

export function staticPayload(payloadType: number): PayloadMeaning | null {
  return STATIC_PAYLOADS.get(payloadType) ?? null;
}

/** Whether anybody would send it without signaling having named it: assigned, or dynamic. */
export function isPlausiblePayloadType(payloadType: number): boolean {
  return payloadType >= DYNAMIC_FIRST || STATIC_PAYLOADS.has(payloadType);
}
