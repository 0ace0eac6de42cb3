import { createRtcpTransform } from './create-transform.ts';
import { PacketBatch } from './packet-batch.ts';
import type { PacketMemory } from './packet-memory.ts';
import { isRtcp } from './packet-shape.ts';
import type { SrtpFailure, SrtpFailureCounts } from './srtp-failure.ts';
import { isSameMasterKey, type SrtpMasterKey } from './srtp-suite.ts';
import { RTCP_INDEX_MASK, type SrtcpTransform } from './transform.ts';

/** Packets that one master key may protect: as many as the index counts before it is zero again (RFC 3711 §9.2). */
const SRTCP_LIFETIME_PACKETS = 2 ** 31 - 1;

/** What another sender needs to go on under the same key; survives structured cloning. */
export interface SrtcpSenderState {
  readonly master: SrtpMasterKey;
  readonly lifetimePackets: number;
  readonly packets: number;
  readonly index: number;
}

/** Protects outgoing RTCP (RFC 3711 §3.4); every compound packet is encrypted. */
export class SrtcpSender {
  #master: SrtpMasterKey;
  #transform: SrtcpTransform;
  /** Under the present key. */
  #packets = 0;
  readonly #lifetimePackets: number;
  /** Zero before the first packet. One index serves all sources: it need only never come twice. */
  #index = 0;
  readonly #batch = new PacketBatch((memory, offset, length) => this.#protectOne(memory, offset, length));

  constructor(master: SrtpMasterKey, lifetimePackets = SRTCP_LIFETIME_PACKETS) {
    this.#master = master;
    this.#transform = createRtcpTransform(master);
    this.#lifetimePackets = Math.min(lifetimePackets, SRTCP_LIFETIME_PACKETS);
  }

  static from({ master, lifetimePackets, packets, index }: SrtcpSenderState): SrtcpSender {
    const sender = new SrtcpSender(master, lifetimePackets);
    sender.#packets = packets;
    sender.#index = index;
    return sender;
  }

  get state(): SrtcpSenderState {
    return {
      master: this.#master,
      lifetimePackets: this.#lifetimePackets,
      packets: this.#packets,
      index: this.#index,
    };
  }

  /** Refused packets. */
  get failures(): Readonly<SrtpFailureCounts> {
    return this.#batch.failures;
  }

  /**
   * Goes on under another master key, with the next index: it must not begin again (RFC 3711 §3.4). Nothing changes
   * where the key is the one in use.
   */
  rekey(master: SrtpMasterKey): void {
    if (isSameMasterKey(master, this.#master)) return;
    this.#master = master;
    this.#transform = createRtcpTransform(master);
    this.#packets = 0;
  }

  /** As {@link import('./srtp-sender.ts').SrtpSender.protect}, with the same room behind each packet. */
  protect(
    bytes: Uint8Array,
    offsets: ArrayLike<number>,
    lengths: Int32Array | number[],
    count: number,
  ): number {
    return this.#batch.run(bytes, offsets, lengths, count);
  }

  #protectOne(memory: PacketMemory, offset: number, length: number): number | SrtpFailure {
    const end = offset + length;
    const hasRoom = end + this.#transform.overhead <= memory.bytes.length;
    if (!hasRoom || !isRtcp(memory, offset, length)) return 'malformed';
    if (this.#packets >= this.#lifetimePackets) return 'expired';
    this.#packets++;
    this.#index = (this.#index + 1) & RTCP_INDEX_MASK;
    return this.#transform.protectRtcp(memory, offset, end, memory.view.getUint32(offset + 4), this.#index);
  }
}
