import { createRtpTransform } from './create-transform.ts';
import { PacketBatch } from './packet-batch.ts';
import type { PacketMemory } from './packet-memory.ts';
import { findPayload } from './packet-shape.ts';
import type { SrtpFailure, SrtpFailureCounts } from './srtp-failure.ts';
import { SrtpStream, type SrtpStreamState } from './srtp-stream.ts';
import { isSameMasterKey, type SrtpMasterKey } from './srtp-suite.ts';
import type { SrtpTransform } from './transform.ts';

/** Packets that one master key may protect (RFC 3711 §9.2). */
const SRTP_LIFETIME_PACKETS = 2 ** 48;
/** Sources in one session; a leg sends from one, and from another each time that what it sends begins anew. */
const SOURCES_MAXIMUM = 256;
const ROLLOVER_COUNTER_MAXIMUM = 0xffff_ffff;

/** What another sender needs to go on under the same key; survives structured cloning. */
export interface SrtpSenderState {
  readonly master: SrtpMasterKey;
  readonly lifetimePackets: number;
  readonly packets: number;
  readonly streams: readonly SrtpStreamState[];
}

/** Protects outgoing RTP packets of any number of synchronization sources under one master key (RFC 3711 §3.3). */
export class SrtpSender {
  #master: SrtpMasterKey;
  #transform: SrtpTransform;
  #lifetimePackets: number;
  #packets = 0;
  readonly #streams = new Map<number, SrtpStream>();
  readonly #batch = new PacketBatch((memory, offset, length) => this.#protectOne(memory, offset, length));

  /** @param lifetimePackets after so many, packets are refused until there is another key (RFC 4568 §6.1) */
  constructor(master: SrtpMasterKey, lifetimePackets = SRTP_LIFETIME_PACKETS) {
    this.#master = master;
    this.#transform = createRtpTransform(master);
    this.#lifetimePackets = lifetimePackets;
  }

  static from({ master, lifetimePackets, packets, streams }: SrtpSenderState): SrtpSender {
    const sender = new SrtpSender(master, lifetimePackets);
    sender.#packets = packets;
    for (const state of streams) sender.#streams.set(state.synchronizationSource, SrtpStream.from(state));
    return sender;
  }

  get state(): SrtpSenderState {
    const streams = [...this.#streams.values()].map((stream) => stream.state);
    return {
      master: this.#master,
      lifetimePackets: this.#lifetimePackets,
      packets: this.#packets,
      streams,
    };
  }

  /** Refused packets. */
  get failures(): Readonly<SrtpFailureCounts> {
    return this.#batch.failures;
  }

  /**
   * Goes on under another master key; rollover counters stay as they are (RFC 3711 §3.3.1). Nothing changes where the
   * key is the one in use.
   */
  rekey(master: SrtpMasterKey, lifetimePackets = SRTP_LIFETIME_PACKETS): void {
    if (isSameMasterKey(master, this.#master)) return;
    this.#master = master;
    this.#transform = createRtpTransform(master);
    this.#lifetimePackets = lifetimePackets;
    this.#packets = 0;
    for (const [source, stream] of this.#streams) this.#streams.set(source, stream.createSuccessor());
  }

  /**
   * Protects `count` packets in place. Each needs `SRTP_OVERHEAD_MAXIMUM` free bytes behind it. Lengths become
   * those of the protected packets, zero where one was refused, which is counted in {@link failures}.
   * @returns how many were protected
   */
  protect(
    bytes: Uint8Array,
    offsets: ArrayLike<number>,
    lengths: Int32Array | number[],
    count: number,
  ): number {
    return this.#batch.run(bytes, offsets, lengths, count);
  }

  /** @returns where the protected packet ends */
  #protectOne(memory: PacketMemory, offset: number, length: number): number | SrtpFailure {
    const end = offset + length;
    const payloadOffset = findPayload(memory, offset, length);
    if (payloadOffset < 0 || end + this.#master.suite.rtpTagLength > memory.bytes.length) return 'malformed';
    if (this.#packets >= this.#lifetimePackets) return 'expired';
    const stream = this.#findStream(memory.view.getUint32(offset + 8));
    if (stream === null) return 'sources';
    const sequenceNumber = memory.view.getUint16(offset + 2);
    const rolloverCounter = stream.estimateRolloverCounter(sequenceNumber);
    if (rolloverCounter > ROLLOVER_COUNTER_MAXIMUM) return 'expired';
    // A second packet of one index would be under the same keystream (RFC 3711 §9.1).
    if (rolloverCounter < 0 || stream.isReplayed(rolloverCounter, sequenceNumber)) return 'replay';
    stream.accept(rolloverCounter, sequenceNumber);
    this.#packets++;
    return this.#transform.protectRtp(
      memory,
      offset,
      payloadOffset,
      end,
      stream,
      rolloverCounter,
      sequenceNumber,
    );
  }

  #findStream(synchronizationSource: number): SrtpStream | null {
    const known = this.#streams.get(synchronizationSource);
    if (known !== undefined) return known;
    if (this.#streams.size >= SOURCES_MAXIMUM) return null;
    const stream = new SrtpStream(synchronizationSource);
    this.#streams.set(synchronizationSource, stream);
    return stream;
  }
}
