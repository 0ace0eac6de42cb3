/**
 * RTP that overtakes the answer: a caller may send as soon as it has our answer, before the thread that
 * receives it was told whom to listen to, or which new key to open it with. The newest packets are kept until then, so
 * that none is missing.
 */
import { SRTP_OVERHEAD_MAXIMUM } from '../srtp/srtp-suite.ts';

export interface EarlyPacket {
  /** The packet, and room for what protecting it adds where it is relayed. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly length: number;
  readonly address: string;
  readonly port: number;
  readonly arrivalMs: number;
  readonly arrivalUs: number;
}

/** Two seconds of packets of 20 ms: a worker with too much to do may learn that late. */
const PACKETS_MAXIMUM = 100;
/** Before the answer was given: what is older belongs to the time of ringing. */
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
    const bytes = new Uint8Array(length + SRTP_OVERHEAD_MAXIMUM);
    bytes.set(packet.subarray(0, length));
    this.#packets.push({ bytes, length, address, port, arrivalMs, arrivalUs });
  }

  /** Those that came since shortly before the media was agreed on, oldest first; nothing is kept any more. */
  take(agreedAtMs: number): readonly EarlyPacket[] {
    const recent = this.#packets.filter(({ arrivalMs }) => agreedAtMs - arrivalMs <= AGE_MAXIMUM_MS);
    this.#packets = [];
    return recent;
  }
}
