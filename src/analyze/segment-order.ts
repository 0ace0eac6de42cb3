/** Segments that wait for one before them, at most. */
const WAITING_MAXIMUM = 64;

/** Cuts the bytes of a stream, which come in order, into messages. */
export type MessageFramer = (piece: Uint8Array) => {
  readonly messages: readonly Uint8Array[];
  /** Where the next message begins cannot be told any more. */
  readonly isBroken: boolean;
};

/** One direction of a TCP connection: segments in any order, messages in theirs. */
export class SegmentOrder {
  /** True once a hole stays open or the framing broke: nothing more will come out. */
  isLost = false;
  readonly #frame: MessageFramer;
  readonly #waiting = new Map<number, Uint8Array>();
  #next: number;

  constructor(sequenceNumber: number, frame: MessageFramer) {
    this.#next = sequenceNumber;
    this.#frame = frame;
  }

  /** @returns the messages that are whole with this segment; `payload` may change afterwards */
  receive(sequenceNumber: number, payload: Uint8Array): Uint8Array[] {
    if (payload.length === 0 || this.isLost) return [];
    this.#waiting.set(sequenceNumber, payload.slice());
    const whole: Uint8Array[] = [];
    for (let piece = this.#takeNext(); piece !== null; piece = this.#takeNext()) {
      const { messages, isBroken } = this.#frame(piece);
      whole.push(...messages);
      if (isBroken) this.isLost = true;
    }
    if (this.#waiting.size > WAITING_MAXIMUM) this.isLost = true;
    return whole;
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
