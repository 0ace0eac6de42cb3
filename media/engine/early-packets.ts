/**
 * RTP that overtakes the answer: a caller may send as soon as it has our answer, before the thread that
 * receives it was told whom to listen to. The newest packets are kept until then, so that none is missing.
 */

export interface EarlyPacket {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly address: string;
  readonly port: number;
  readonly arrivalMs: number;
  readonly arrivalUs: number;
}

const PACKETS_MAXIMUM = 32;
/** Far more than a message between threads takes; what is older belongs to the time of ringing. */
const AGE_MAXIMUM_MS = 100;

export class EarlyPackets {
  #packets: EarlyPacket[] = [];

  keep(
    packet: Uint8Array,
    length: number,
    address: string,
    port: number,
    arrivalMs: number,
    arrivalUs: number,
  ): void {
    if (this.#packets.length === PACKETS_MAXIMUM) this.#packets.shift();
    const bytes = new Uint8Array(packet.subarray(0, length));
    this.#packets.push({ bytes, address, port, arrivalMs, arrivalUs });
  }

  /** Those recent enough, oldest first; nothing is kept any more. */
  take(nowMs: number): readonly EarlyPacket[] {
    const recent = this.#packets.filter(({ arrivalMs }) => nowMs - arrivalMs <= AGE_MAXIMUM_MS);
    this.#packets = [];
    return recent;
  }
}
