/**
 * Cuts frames of 20 ms into RTP packets of the negotiated packet time. Packets are written in place, in four
 * buffers by turns, so that one still queued by the kernel is not overwritten by the next.
 */
import { RTP_FIXED_HEADER_LENGTH, writeRtpHeader } from '../rtp/packet.ts';

const FRAME_SAMPLES = 160;
const SAMPLES_PER_MS = 8;
const BUFFERS = 4;
const PACKET_TIME_MINIMUM_MS = 10;
const PACKET_TIME_MAXIMUM_MS = 60;

export interface PacketSenderOptions {
  readonly synchronizationSource: number;
  /** Random, as RFC 3550 §5.1 asks for. */
  readonly firstSequenceNumber: number;
  readonly firstTimestamp: number;
}

export class PacketSender {
  readonly #synchronizationSource: number;
  #sequenceNumber: number;
  /** Of the next sample to come. */
  #timestamp: number;
  #payloadType = 0;
  #packetSamples = 0;
  #packets: Uint8Array[] = [];
  #view = new DataView(new ArrayBuffer(0));
  /** Samples in the packet being filled, packets filled and not taken, and the one being filled. */
  #filled = 0;
  #ready = 0;
  #current = 0;
  #isMarked = true;
  #sentPackets = 0;
  #sentBytes = 0;

  constructor(options: PacketSenderOptions) {
    this.#synchronizationSource = options.synchronizationSource;
    this.#sequenceNumber = options.firstSequenceNumber & 0xffff;
    this.#timestamp = options.firstTimestamp >>> 0;
  }

  /** Cumulative. */
  get sentPackets(): number {
    return this.#sentPackets;
  }

  /** Cumulative; RTP header + payload. */
  get sentBytes(): number {
    return this.#sentBytes;
  }

  /** Payload only, as sender reports count (RFC 3550 §6.4.1). */
  get sentOctets(): number {
    return this.#sentBytes - this.#sentPackets * RTP_FIXED_HEADER_LENGTH;
  }

  /** The media clock: RTP timestamp of the next sample to come. */
  get timestamp(): number {
    return this.#timestamp;
  }

  /** Whether packets do not end with frames: those are paced by half frames, `takePacket(isHalfFrame)`. */
  get isPaced(): boolean {
    return this.#packetSamples % FRAME_SAMPLES !== 0;
  }

  /** What is filled and not sent by then is dropped where the packet time or the payload type changes. */
  configure(payloadType: number, packetTimeMs: number): void {
    const boundedMs = Math.max(PACKET_TIME_MINIMUM_MS, Math.min(PACKET_TIME_MAXIMUM_MS, packetTimeMs));
    const packetSamples = Math.round(boundedMs) * SAMPLES_PER_MS;
    if (payloadType === this.#payloadType && packetSamples === this.#packetSamples) return;
    this.#payloadType = payloadType;
    this.#filled = 0;
    this.#ready = 0;
    if (packetSamples === this.#packetSamples) return;
    this.#packetSamples = packetSamples;
    const length = RTP_FIXED_HEADER_LENGTH + packetSamples;
    this.#view = new DataView(new ArrayBuffer(BUFFERS * length));
    const { buffer } = this.#view;
    this.#packets = Array.from(
      { length: BUFFERS },
      (_, turn) => new Uint8Array(buffer, turn * length, length),
    );
  }

  /** Adds one frame; packets filled by it are taken with `takePacket`. */
  append(octets: Uint8Array): void {
    let taken = 0;
    while (taken < FRAME_SAMPLES) {
      const packet = this.#packets[this.#current] as Uint8Array;
      const count = Math.min(FRAME_SAMPLES - taken, this.#packetSamples - this.#filled);
      const part = count === FRAME_SAMPLES ? octets : octets.subarray(taken, taken + count);
      packet.set(part, RTP_FIXED_HEADER_LENGTH + this.#filled);
      taken += count;
      this.#filled += count;
      this.#timestamp = (this.#timestamp + count) >>> 0;
      if (this.#filled === this.#packetSamples) this.#finishPacket();
    }
  }

  /** Time passes without sending; the packet begun is dropped, and the next one is marked (RFC 3551 §4.1). */
  skip(frames: number): void {
    this.#timestamp = (this.#timestamp + frames * FRAME_SAMPLES) >>> 0;
    this.#filled = 0;
    this.#ready = 0;
    this.#isMarked = true;
  }

  /**
   * The next packet to send now, or null; it stays as it is until three more were taken. A paced sender runs
   * half a frame behind, so that packets of 10 or 30 ms leave evenly: half of them at half frames.
   */
  takePacket(isHalfFrame: boolean): Uint8Array | null {
    if (this.#ready === 0) return null;
    const samplesSinceEnd = this.#filled + (this.#ready - 1) * this.#packetSamples;
    if (this.isPaced && !isHalfFrame && samplesSinceEnd < FRAME_SAMPLES / 2) return null;
    const packet = this.#packets[(this.#current - this.#ready + BUFFERS) % BUFFERS] as Uint8Array;
    this.#ready--;
    this.#sentPackets++;
    this.#sentBytes += packet.length;
    return packet;
  }

  #finishPacket(): void {
    const offset = this.#current * (RTP_FIXED_HEADER_LENGTH + this.#packetSamples);
    const timestamp = this.#timestamp - this.#packetSamples;
    const source = this.#synchronizationSource;
    writeRtpHeader(
      this.#view,
      offset,
      this.#isMarked,
      this.#payloadType,
      this.#sequenceNumber,
      timestamp,
      source,
    );
    this.#isMarked = false;
    this.#sequenceNumber = (this.#sequenceNumber + 1) & 0xffff;
    this.#current = (this.#current + 1) % BUFFERS;
    this.#filled = 0;
    // Nobody took the oldest one: it is lost, as on a network.
    this.#ready = Math.min(this.#ready + 1, BUFFERS - 1);
  }
}
