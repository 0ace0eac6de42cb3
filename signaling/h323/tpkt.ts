/**
 * TPKT (RFC 1006 §6): how H.225.0 and H.245 messages stand in a TCP stream.
 *
 *     0                   1                   2                   3
 *     0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *    +---------------+---------------+-------------------------------+
 *    |  version = 3  |   reserved    |  length with these 4 octets   |
 *    +---------------+---------------+-------------------------------+
 */

const VERSION = 3;
const HEADER_OCTETS = 4;
/** What 16 bits of length leave for a payload. */
export const MAX_TPKT_PAYLOAD = 0xffff - HEADER_OCTETS;

export type TpktFault =
  | { readonly code: 'wrong-version'; readonly version: number }
  | { readonly code: 'length-too-small'; readonly length: number }
  | { readonly code: 'length-too-large'; readonly length: number };

/** What a chunk of the stream completed. After a fault the stream cannot be read on: close it. */
export interface TpktFrames {
  /** Payloads in order; an empty TPKT (length 4) is a keep-alive and is left out. */
  readonly payloads: readonly Uint8Array[];
  readonly fault: TpktFault | null;
}

/** Cuts a TCP stream into payloads: several in a chunk, one over several. Holds at most one message. */
export class TpktFramer {
  readonly #maxPayload: number;
  #pending: Uint8Array = new Uint8Array(0);
  #fault: TpktFault | null = null;

  constructor(maxPayload: number = MAX_TPKT_PAYLOAD) {
    this.#maxPayload = maxPayload;
  }

  /** Octets of a message that is not complete yet. */
  get pendingOctets(): number {
    return this.#pending.length;
  }

  push(chunk: Uint8Array): TpktFrames {
    if (this.#fault !== null) return { payloads: [], fault: this.#fault };
    const octets = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    const payloads: Uint8Array[] = [];
    let start = 0;
    while (octets.length - start >= HEADER_OCTETS) {
      const length = ((octets[start + 2] as number) << 8) | (octets[start + 3] as number);
      this.#fault = this.#faultOf(octets[start] as number, length);
      if (this.#fault !== null || octets.length - start < length) break;
      if (length > HEADER_OCTETS) payloads.push(octets.subarray(start + HEADER_OCTETS, start + length));
      start += length;
    }
    // A copy: a few octets left over must not hold the whole chunk.
    this.#pending = this.#fault === null ? new Uint8Array(octets.subarray(start)) : new Uint8Array(0);
    return { payloads, fault: this.#fault };
  }

  #faultOf(version: number, length: number): TpktFault | null {
    if (version !== VERSION) return { code: 'wrong-version', version };
    if (length < HEADER_OCTETS) return { code: 'length-too-small', length };
    if (length - HEADER_OCTETS > this.#maxPayload) return { code: 'length-too-large', length };
    return null;
  }
}

/** @throws RangeError over 65,531 octets */
export function serializeTpkt(payload: Uint8Array): Uint8Array {
  if (payload.length > MAX_TPKT_PAYLOAD) throw new RangeError(`${payload.length} octets do not fit a TPKT`);
  const tpkt = new Uint8Array(HEADER_OCTETS + payload.length);
  new DataView(tpkt.buffer).setUint16(2, tpkt.length);
  tpkt[0] = VERSION;
  tpkt.set(payload, HEADER_OCTETS);
  return tpkt;
}
