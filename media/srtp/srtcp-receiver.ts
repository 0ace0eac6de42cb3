import { createRtcpTransform } from './create-transform.ts';
import { PacketBatch } from './packet-batch.ts';
import type { PacketMemory } from './packet-memory.ts';
import { isRtcp } from './packet-shape.ts';
import { ReplayWindow } from './replay-window.ts';
import type { SrtpFailure, SrtpFailureCounts } from './srtp-failure.ts';
import { isSameMasterKey, type SrtpMasterKey } from './srtp-suite.ts';
import { RTCP_CLEAR_LENGTH, RTCP_INDEX_MASK, type SrtcpTransform } from './transform.ts';

const SOURCES_MAXIMUM = 32;

/** What was seen of one source. */
interface SourceIndices {
  highest: number;
  readonly window: ReplayWindow;
}

/** What another receiver needs to go on with the same call; survives structured cloning. */
export interface SrtcpReceiverState {
  readonly master: SrtpMasterKey;
  readonly sources: readonly {
    readonly synchronizationSource: number;
    readonly highest: number;
    readonly seen: Int32Array;
  }[];
}

/** Checks and decrypts incoming RTCP (RFC 3711 §3.4). Packets never make it throw. */
export class SrtcpReceiver {
  #master: SrtpMasterKey;
  #transform: SrtcpTransform;
  readonly #sources = new Map<number, SourceIndices>();
  readonly #batch = new PacketBatch((memory, offset, length) => this.#unprotectOne(memory, offset, length));

  constructor(master: SrtpMasterKey) {
    this.#master = master;
    this.#transform = createRtcpTransform(master);
  }

  static from({ master, sources }: SrtcpReceiverState): SrtcpReceiver {
    const receiver = new SrtcpReceiver(master);
    for (const { synchronizationSource, highest, seen } of sources) {
      receiver.#sources.set(synchronizationSource, { highest, window: new ReplayWindow(seen) });
    }
    return receiver;
  }

  get state(): SrtcpReceiverState {
    const sources = [...this.#sources].map(([synchronizationSource, { highest, window }]) => ({
      synchronizationSource,
      highest,
      seen: window.seen,
    }));
    return { master: this.#master, sources };
  }

  /** Refused packets. */
  get failures(): Readonly<SrtpFailureCounts> {
    return this.#batch.failures;
  }

  /**
   * Takes over another master key at once: a report under the old one is lost, and the next one makes up for it.
   * Nothing changes where the key is the one in use.
   */
  rekey(master: SrtpMasterKey): void {
    if (isSameMasterKey(master, this.#master)) return;
    this.#master = master;
    this.#transform = createRtcpTransform(master);
    this.#sources.clear();
  }

  /** As {@link import('./srtp-receiver.ts').SrtpReceiver.unprotect}. */
  unprotect(
    bytes: Uint8Array,
    offsets: ArrayLike<number>,
    lengths: Int32Array | number[],
    count: number,
  ): number {
    return this.#batch.run(bytes, offsets, lengths, count);
  }

  #unprotectOne(memory: PacketMemory, offset: number, length: number): number | SrtpFailure {
    const isLongEnough = length >= RTCP_CLEAR_LENGTH + this.#transform.overhead;
    if (!isLongEnough || !isRtcp(memory, offset, length)) return 'malformed';
    const end = offset + length;
    const source = memory.view.getUint32(offset + 4);
    const indexWord = this.#transform.readIndexWord(memory, end);
    const index = indexWord & RTCP_INDEX_MASK;
    const known = this.#sources.get(source);
    if (known?.window.isReplayed(index, known.highest - index) === true) return 'replay';
    if (known === undefined && this.#sources.size >= SOURCES_MAXIMUM) return 'sources';
    const plainEnd = this.#transform.unprotectRtcp(memory, offset, end, source, indexWord);
    if (plainEnd < 0) return 'authentication';
    this.#accept(source, known, index);
    return plainEnd;
  }

  #accept(source: number, known: SourceIndices | undefined, index: number): void {
    const seen = known ?? { highest: -1, window: new ReplayWindow() };
    if (known === undefined) this.#sources.set(source, seen);
    seen.window.accept(index, seen.highest - index);
    seen.highest = Math.max(seen.highest, index);
  }
}
