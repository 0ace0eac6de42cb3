import { createRtpTransform } from './create-transform.ts';
import type { PacketMemory } from './packet-memory.ts';
import type { SrtpFailure } from './srtp-failure.ts';
import { SrtpStream, type SrtpStreamState } from './srtp-stream.ts';
import type { SrtpMasterKey } from './srtp-suite.ts';
import type { SrtpTransform } from './transform.ts';

/** Sources in one session; only who knows the key can add one. */
const SOURCES_MAXIMUM = 256;

export interface ReceivingState {
  readonly master: SrtpMasterKey;
  readonly packets: number;
  readonly streams: readonly SrtpStreamState[];
}

/** Incoming packets under one master key, from any number of synchronization sources. */
export class ReceivingContext {
  readonly #master: SrtpMasterKey;
  readonly #transform: SrtpTransform;
  readonly #tagLength: number;
  readonly #streams = new Map<number, SrtpStream>();
  /** Packets authenticated so far. */
  packets = 0;

  constructor(master: SrtpMasterKey) {
    this.#master = master;
    this.#transform = createRtpTransform(master);
    this.#tagLength = master.suite.rtpTagLength;
  }

  static from({ master, packets, streams }: ReceivingState): ReceivingContext {
    const context = new ReceivingContext(master);
    context.packets = packets;
    for (const state of streams) context.#streams.set(state.synchronizationSource, SrtpStream.from(state));
    return context;
  }

  get state(): ReceivingState {
    const streams = [...this.#streams.values()].map((stream) => stream.state);
    return { master: this.#master, packets: this.packets, streams };
  }

  /** A context under the next master key, for the same sources. */
  createSuccessor(master: SrtpMasterKey): ReceivingContext {
    const successor = new ReceivingContext(master);
    for (const [source, stream] of this.#streams) successor.#streams.set(source, stream.createSuccessor());
    return successor;
  }

  /** @returns where the plain packet ends; a refused packet is left as it came */
  unprotect(memory: PacketMemory, offset: number, payloadOffset: number, end: number): number | SrtpFailure {
    if (payloadOffset + this.#tagLength > end) return 'malformed';
    const source = memory.view.getUint32(offset + 8);
    const stream = this.#streams.get(source);
    if (stream === undefined) return this.#unprotectFirst(source, memory, offset, payloadOffset, end);
    const result = this.#unprotectNext(stream, memory, offset, payloadOffset, end);
    if (typeof result === 'number' || stream.packets > 0) return result;
    // RFC 3711 §3.3.1 wants the rollover counter to go on over a change of keys, but who makes a new context for
    // a new key starts again at zero, and perhaps at another sequence number.
    return this.#unprotectFirst(source, memory, offset, payloadOffset, end);
  }

  #unprotectNext(
    stream: SrtpStream,
    memory: PacketMemory,
    offset: number,
    payloadOffset: number,
    end: number,
  ): number | SrtpFailure {
    const sequenceNumber = memory.view.getUint16(offset + 2);
    const rolloverCounter = stream.estimateRolloverCounter(sequenceNumber);
    if (rolloverCounter < 0 || stream.isReplayed(rolloverCounter, sequenceNumber)) return 'replay';
    const plainEnd = this.#open(memory, offset, payloadOffset, end, stream, rolloverCounter);
    return plainEnd < 0 ? 'authentication' : plainEnd;
  }

  /** The first packet of a source; forged ones leave nothing behind. */
  #unprotectFirst(
    source: number,
    memory: PacketMemory,
    offset: number,
    payloadOffset: number,
    end: number,
  ): number | SrtpFailure {
    if (this.#streams.size >= SOURCES_MAXIMUM && !this.#streams.has(source)) return 'sources';
    const stream = new SrtpStream(source);
    let plainEnd = this.#open(memory, offset, payloadOffset, end, stream, 0);
    // The source may have begun shortly before a rollover, and what it sent before that was lost.
    if (plainEnd < 0 && memory.view.getUint16(offset + 2) < 0x8000) {
      plainEnd = this.#open(memory, offset, payloadOffset, end, stream, 1);
    }
    if (plainEnd < 0) return 'authentication';
    this.#streams.set(source, stream);
    return plainEnd;
  }

  /** @returns where the plain packet ends, −1 where it is not authentic under this rollover counter */
  #open(
    memory: PacketMemory,
    offset: number,
    payloadOffset: number,
    end: number,
    stream: SrtpStream,
    rolloverCounter: number,
  ): number {
    const sequenceNumber = memory.view.getUint16(offset + 2);
    const plainEnd = this.#transform.unprotectRtp(
      memory,
      offset,
      payloadOffset,
      end,
      stream,
      rolloverCounter,
      sequenceNumber,
    );
    if (plainEnd < 0) return plainEnd;
    stream.accept(rolloverCounter, sequenceNumber);
    this.packets++;
    return plainEnd;
  }
}
