import { PacketBatch } from './packet-batch.ts';
import type { PacketMemory } from './packet-memory.ts';
import { findPayload } from './packet-shape.ts';
import { ReceivingContext, type ReceivingState } from './receiving-context.ts';
import type { SrtpFailure, SrtpFailureCounts } from './srtp-failure.ts';
import { isSameMasterKey, type SrtpMasterKey } from './srtp-suite.ts';

/** Packets under a new key after which one under the old key can no longer be on its way. */
const OVERLAP_PACKETS = 64;

/** What another receiver needs to go on with the same call; survives structured cloning. */
export interface SrtpReceiverState {
  readonly current: ReceivingState;
  readonly previous: ReceivingState | null;
}

/** Checks and decrypts incoming RTP packets (RFC 3711 §3.3). Packets never make it throw. */
export class SrtpReceiver {
  #master: SrtpMasterKey;
  #context: ReceivingContext;
  /** Of the master key before, while its packets may still be on their way. */
  #previousContext: ReceivingContext | null = null;
  readonly #batch = new PacketBatch((memory, offset, length) => this.#unprotectOne(memory, offset, length));

  constructor(master: SrtpMasterKey) {
    this.#master = master;
    this.#context = new ReceivingContext(master);
  }

  static from({ current, previous }: SrtpReceiverState): SrtpReceiver {
    const receiver = new SrtpReceiver(current.master);
    receiver.#context = ReceivingContext.from(current);
    receiver.#previousContext = previous === null ? null : ReceivingContext.from(previous);
    return receiver;
  }

  get state(): SrtpReceiverState {
    return { current: this.#context.state, previous: this.#previousContext?.state ?? null };
  }

  /** Refused packets. */
  get failures(): Readonly<SrtpFailureCounts> {
    return this.#batch.failures;
  }

  /** Packets that were refused for their tag will be tried again, and counted again where they are refused again. */
  forgive(packets: number): void {
    this.#batch.failures.authentication -= packets;
  }

  /**
   * The other side told another master key; the old one holds until the new one is in use. Nothing changes where the
   * key is the one in use.
   */
  rekey(master: SrtpMasterKey): void {
    if (isSameMasterKey(master, this.#master)) return;
    this.#master = master;
    this.#previousContext = this.#context;
    this.#context = this.#context.createSuccessor(master);
  }

  /**
   * Unprotects `count` packets in place. Lengths become those of the plain packets, zero where one was refused,
   * which is counted in {@link failures}; a refused packet is left as it came.
   * @returns how many were unprotected
   */
  unprotect(
    bytes: Uint8Array,
    offsets: ArrayLike<number>,
    lengths: Int32Array | number[],
    count: number,
  ): number {
    return this.#batch.run(bytes, offsets, lengths, count);
  }

  /** @returns where the plain packet ends */
  #unprotectOne(memory: PacketMemory, offset: number, length: number): number | SrtpFailure {
    const payloadOffset = findPayload(memory, offset, length);
    if (payloadOffset < 0) return 'malformed';
    const end = offset + length;
    const result = this.#context.unprotect(memory, offset, payloadOffset, end);
    if (this.#previousContext === null) return result;
    if (typeof result === 'number') {
      if (this.#context.packets >= OVERLAP_PACKETS) this.#previousContext = null;
      return result;
    }
    const previous = this.#previousContext.unprotect(memory, offset, payloadOffset, end);
    return typeof previous === 'number' ? previous : result;
  }
}
