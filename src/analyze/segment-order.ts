import { StreamFramer } from '../../signaling/sip/stream-framer.ts';

/** Segments that wait for one before them, at most. */
const WAITING_MAXIMUM = 64;

/** One direction of a TCP connection that carries SIP: segments in any order, messages in theirs. */
export class SegmentOrder {
  /** True once a hole stays open or the framing broke: nothing more will come out. */
  isLost = false;
  readonly #framer = new StreamFramer();
  readonly #waiting = new Map<number, Uint8Array>();
  #next: number;

  constructor(sequenceNumber: number) {
    this.#next = sequenceNumber;
  }

  /** @returns the messages that are whole with this segment; `payload` may change afterwards */
  receive(sequenceNumber: number, payload: Uint8Array): Uint8Array[] {
    if (payload.length === 0 || this.isLost) return [];
    this.#waiting.set(sequenceNumber, payload.slice());
    const messages: Uint8Array[] = [];
    for (let piece = this.#takeNext(); piece !== null; piece = this.#takeNext()) {
      for (const frame of this.#framer.push(piece)) {
        if (frame.kind === 'message') messages.push(frame.bytes);
        if (frame.kind === 'fault') this.isLost = true;
      }
    }
    if (this.#waiting.size > WAITING_MAXIMUM) this.isLost = true;
    return messages;
  }

  /** What follows in the sequence; retransmissions and what they repeat are dropped. */
  #takeNext(): Uint8Array | null {
    for (const [sequenceNumber, piece] of this.#waiting) {
      const known = (this.#next - sequenceNumber) | 0;
      if (known < 0) continue;
      this.#waiting.delete(sequenceNumber);
      if (known >= piece.length) continue;
      this.#next = (sequenceNumber + piece.length) >>> 0;
      return piece.subarray(known);
    }
    return null;
  }
}
