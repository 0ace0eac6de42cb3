/**
 * Cuts frames of 20 ms into RTP packets of the negotiated packet time, or makes each a packet of its own; while a key
 * is down its packets stand in for the frames. Packets are written in place, in four buffers by turns, since a frame
 * can fill more than one.
 */
import { type KeyPacket, KeySender } from '../dtmf/key-sender.ts';
import { ENCODED_OCTETS_MAXIMUM } from '../mix/shared-stream.ts';
import type { SenderCounters } from '../rtcp/session.ts';
import { RTP_FIXED_HEADER_LENGTH, type RtpHeader, writeRtpHeader } from '../rtp/packet.ts';
import { windowOf } from './packet-window.ts';

const FRAME_SAMPLES = 160;
const SAMPLES_PER_MS = 8;
const BUFFERS = 4;
/** Free octets behind each packet: what SRTP adds (its `SRTP_OVERHEAD_MAXIMUM`), rounded up. */
const PACKET_RESERVE = 24;
const PACKET_TIME_MINIMUM_MS = 10;
const PACKET_TIME_MAXIMUM_MS = 60;

/** How the frames of a codec are made packets, and what a frame is on the RTP clock. */
export interface PacketFraming {
  readonly isFramed: boolean;
  readonly clockRateHz: number;
}

const OCTET_A_TICK: PacketFraming = { isFramed: false, clockRateHz: 8000 };
const FRAMES_PER_SECOND = 50;

export interface PacketSenderOptions {
  readonly synchronizationSource: number;
  /** Random, as RFC 3550 §5.1 asks for. */
  readonly firstSequenceNumber: number;
  readonly firstTimestamp: number;
}

export class PacketSender {
  readonly keys = new KeySender(FRAME_SAMPLES / SAMPLES_PER_MS);
  // What each relayed packet needs lies together: of thousands of legs little stays in a cache. Words of 32 bits are kept
  // signed, for unsigned ones would lie elsewhere, each by itself.
  readonly #synchronizationSource: number;
  #sequenceNumber: number;
  /** Of the next sample to come. */
  #timestamp: number;
  #isMarked = true;
  /** Of a frame, in ticks of the RTP clock. */
  #frameTicks = FRAME_SAMPLES;
  #relayedSource: number | null = null;
  #sequenceOffset = 0;
  #timestampOffset = 0;
  #sentPackets = 0;
  #sentBytes = 0;
  #payloadType = 0;
  #isFramed = false;
  /** Octets of a packet, each of which is a tick; of a framed one the most there can be. */
  #packetSamples = 0;
  #packets: Uint8Array[] = [];
  readonly #lengths: number[] = new Array(BUFFERS).fill(0);
  #memory = new Uint8Array(0);
  #view = new DataView(new ArrayBuffer(0));
  /** Samples in the packet being filled, packets filled and not taken, and the one being filled. */
  #filled = 0;
  #ready = 0;
  #current = 0;
  #keyPacket: Uint8Array | null = null;

  constructor(options: PacketSenderOptions) {
    this.#synchronizationSource = options.synchronizationSource | 0;
    this.#sequenceNumber = options.firstSequenceNumber & 0xffff;
    this.#timestamp = options.firstTimestamp | 0;
  }

  /** Cumulative. */
  get sentPackets(): number {
    return this.#sentPackets;
  }

  /** Cumulative; RTP header + payload. */
  get sentBytes(): number {
    return this.#sentBytes;
  }

  /** As sender reports count (RFC 3550 §6.4.1): payload only, and the timestamp of the next sample to come. */
  get counters(): SenderCounters {
    const packets = this.#sentPackets;
    const octets = this.#sentBytes - packets * RTP_FIXED_HEADER_LENGTH;
    return { packets, octets, rtpTimestamp: this.#timestamp >>> 0 };
  }

  /** Whether packets do not end with frames: those are paced by half frames, `takePacket(isHalfFrame)`. */
  get isPaced(): boolean {
    return !this.#isFramed && this.#packetSamples % FRAME_SAMPLES !== 0;
  }

  /** The memory that all packets lie in, with `PACKET_RESERVE` free octets behind each. */
  get memory(): Uint8Array {
    return this.#memory;
  }

  /** What is filled and not sent by then is dropped where the packets change in any way. */
  configure(payloadType: number, packetTimeMs: number, framing: PacketFraming = OCTET_A_TICK): void {
    const { isFramed, clockRateHz } = framing;
    const boundedMs = Math.max(PACKET_TIME_MINIMUM_MS, Math.min(PACKET_TIME_MAXIMUM_MS, packetTimeMs));
    const packetSamples = isFramed ? ENCODED_OCTETS_MAXIMUM : Math.round(boundedMs) * SAMPLES_PER_MS;
    if (payloadType === this.#payloadType && packetSamples === this.#packetSamples) return;
    this.#payloadType = payloadType;
    this.#isFramed = isFramed;
    this.#frameTicks = clockRateHz / FRAMES_PER_SECOND;
    this.#filled = 0;
    this.#ready = 0;
    if (packetSamples !== this.#packetSamples) this.#allocate(packetSamples);
  }

  #allocate(packetSamples: number): void {
    this.#packetSamples = packetSamples;
    const stride = this.#stride;
    // One more, behind those that take turns, for the packets of keys.
    this.#view = new DataView(new ArrayBuffer((BUFFERS + 1) * stride));
    const { buffer } = this.#view;
    this.#memory = new Uint8Array(buffer);
    this.#packets = Array.from(
      { length: BUFFERS },
      (_, turn) => new Uint8Array(buffer, turn * stride, stride - PACKET_RESERVE),
    );
    this.#lengths.fill(stride - PACKET_RESERVE);
  }

  get #stride(): number {
    return RTP_FIXED_HEADER_LENGTH + this.#packetSamples + PACKET_RESERVE;
  }

  /** Adds one frame; packets filled by it are taken with `takePacket`. */
  append(octets: Uint8Array): void {
    const key = this.keys.take(this.#timestamp >>> 0);
    if (key !== null) {
      this.skip(1);
      this.#keyPacket = this.#createKeyPacket(key);
      return;
    }
    if (this.#isFramed) {
      this.#appendFramed(octets);
      return;
    }
    let taken = 0;
    while (taken < FRAME_SAMPLES) {
      const packet = this.#packets[this.#current] as Uint8Array;
      const count = Math.min(FRAME_SAMPLES - taken, this.#packetSamples - this.#filled);
      const part = count === FRAME_SAMPLES ? octets : octets.subarray(taken, taken + count);
      packet.set(part, RTP_FIXED_HEADER_LENGTH + this.#filled);
      taken += count;
      this.#filled += count;
      this.#timestamp = (this.#timestamp + count) | 0;
      if (this.#filled === this.#packetSamples) this.#finishPacket(this.#timestamp - this.#packetSamples);
    }
  }

  /** A frame without octets was not encoded: the clock goes on without it. */
  #appendFramed(octets: Uint8Array): void {
    const timestamp = this.#timestamp;
    this.#timestamp = (timestamp + this.#frameTicks) | 0;
    if (octets.length === 0) return;
    (this.#packets[this.#current] as Uint8Array).set(octets, RTP_FIXED_HEADER_LENGTH);
    this.#lengths[this.#current] = RTP_FIXED_HEADER_LENGTH + octets.length;
    this.#finishPacket(timestamp);
  }

  /** Time passes without sending; the packet begun is dropped, and the next one is marked (RFC 3551 §4.1). */
  skip(frames: number): void {
    this.#timestamp = (this.#timestamp + frames * this.#frameTicks) | 0;
    this.#filled = 0;
    this.#ready = 0;
    this.#isMarked = true;
  }

  /**
   * The next packet to send now, or null; it stays as it is until three more were taken. A paced sender runs
   * half a frame behind, so that packets of 10 or 30 ms leave evenly: half of them at half frames.
   */
  takePacket(isHalfFrame: boolean): Uint8Array | null {
    const packet = this.#takeKeyPacket() ?? this.#takeSoundPacket(isHalfFrame);
    if (packet === null) return null;
    this.#sentPackets++;
    this.#sentBytes += packet.length;
    return packet;
  }

  #takeKeyPacket(): Uint8Array | null {
    const packet = this.#keyPacket;
    this.#keyPacket = null;
    return packet;
  }

  #takeSoundPacket(isHalfFrame: boolean): Uint8Array | null {
    if (this.#ready === 0) return null;
    const samplesSinceEnd = this.#filled + (this.#ready - 1) * this.#packetSamples;
    if (this.isPaced && !isHalfFrame && samplesSinceEnd < FRAME_SAMPLES / 2) return null;
    const turn = (this.#current - this.#ready + BUFFERS) % BUFFERS;
    const whole = this.#packets[turn] as Uint8Array;
    const length = this.#lengths[turn] as number;
    this.#ready--;
    return length === whole.length ? whole : whole.subarray(0, length);
  }

  #createKeyPacket({ payloadType, payload, isMarked, timestamp }: KeyPacket): Uint8Array {
    const offset = BUFFERS * this.#stride;
    const source = this.#synchronizationSource;
    writeRtpHeader(this.#view, offset, isMarked, payloadType, this.#sequenceNumber, timestamp, source);
    const packet = this.#memory.subarray(offset, offset + RTP_FIXED_HEADER_LENGTH + payload.length);
    packet.set(payload, RTP_FIXED_HEADER_LENGTH);
    this.#sequenceNumber = (this.#sequenceNumber + 1) & 0xffff;
    return packet;
  }

  /**
   * Makes a packet received elsewhere one of ours, where it lies in `packet`: a header right before its payload, its
   * sequence number and timestamp moved by what they differ from ours at the first packet of that source.
   */
  relay(source: RtpHeader, packet: Uint8Array, view: DataView, payloadType: number): Uint8Array {
    const { payloadOffset, payloadLength } = source;
    const synchronizationSource = source.synchronizationSource | 0;
    if (synchronizationSource !== this.#relayedSource) {
      this.#relayedSource = synchronizationSource;
      this.#sequenceOffset = this.#sequenceNumber - source.sequenceNumber;
      this.#timestampOffset = (this.#timestamp - source.timestamp) | 0;
    }
    const sequenceNumber = (source.sequenceNumber + this.#sequenceOffset) & 0xffff;
    const timestamp = (source.timestamp + this.#timestampOffset) | 0;
    const length = RTP_FIXED_HEADER_LENGTH + payloadLength;
    const offset = payloadOffset - RTP_FIXED_HEADER_LENGTH;
    const isMarked = source.isMarked || this.#isMarked;
    const ownSource = this.#synchronizationSource;
    writeRtpHeader(view, offset, isMarked, payloadType, sequenceNumber, timestamp, ownSource);
    this.#isMarked = false;
    // A packet out of order, below the newest by half the numbers at most, moves nothing.
    if (((sequenceNumber - this.#sequenceNumber) & 0xffff) < 0x8000) {
      this.#sequenceNumber = (sequenceNumber + 1) & 0xffff;
      this.#timestamp = (timestamp + this.#frameTicks) | 0;
    }
    this.#sentPackets++;
    this.#sentBytes += length;
    return windowOf(packet, offset, length);
  }

  /** Packets are made of frames again, where the relayed ones left off. */
  endRelay(): void {
    this.#relayedSource = null;
    this.#filled = 0;
    this.#ready = 0;
    this.#isMarked = true;
  }

  #finishPacket(timestamp: number): void {
    const offset = this.#current * this.#stride;
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
