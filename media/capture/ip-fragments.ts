/**
 * Puts the fragments of IP packets together again (RFC 791 §3.2, RFC 8200 §4.5). Bounded: the oldest packet is
 * given up when too many are open, and one with overlapping fragments is never completed (RFC 5722).
 */
const OPEN_PACKETS_MAXIMUM = 256;
const PACKET_LENGTH_MAXIMUM = 65_535;

interface OpenPacket {
  readonly payload: Uint8Array<ArrayBuffer>;
  readonly pieces: { readonly from: number; readonly to: number }[];
  received: number;
  /** Null until the last fragment came. */
  length: number | null;
}

export class IpFragments {
  readonly #open = new Map<string, OpenPacket>();

  /** Packets with pieces missing. */
  get size(): number {
    return this.#open.size;
  }

  /**
   * @param key source, destination, protocol and identification
   * @param from where the piece belongs in the payload of the whole packet
   * @returns the payload of the whole packet once its last missing piece came
   */
  add(key: string, piece: Uint8Array, from: number, isLast: boolean): Uint8Array<ArrayBuffer> | null {
    const to = from + piece.length;
    if (to > PACKET_LENGTH_MAXIMUM || piece.length === 0) return null;
    const packet = this.#open.get(key) ?? this.#begin(key);
    if (packet.pieces.some((other) => other.from === from && other.to === to)) return null;
    if (packet.pieces.some((other) => other.from < to && from < other.to)) {
      this.#open.delete(key);
      return null;
    }
    packet.pieces.push({ from, to });
    packet.payload.set(piece, from);
    packet.received += piece.length;
    if (isLast) packet.length = to;
    if (packet.received !== packet.length) return null;
    this.#open.delete(key);
    return packet.payload.slice(0, packet.length);
  }

  #begin(key: string): OpenPacket {
    if (this.#open.size >= OPEN_PACKETS_MAXIMUM) {
      const [oldest] = this.#open.keys();
      if (oldest !== undefined) this.#open.delete(oldest);
    }
    const packet = { payload: new Uint8Array(PACKET_LENGTH_MAXIMUM), pieces: [], received: 0, length: null };
    this.#open.set(key, packet);
    return packet;
  }
}
