import type { Keystream } from './keystream.ts';
import { ReplayWindow } from './replay-window.ts';

/** What is known of a source, for who goes on with it; survives structured cloning. */
export interface SrtpStreamState {
  readonly synchronizationSource: number;
  readonly highestSequence: number;
  readonly rolloverCounter: number;
  readonly packets: number;
  readonly seen: Int32Array;
}

/** Packets of one synchronization source under one master key (the cryptographic context of RFC 3711 §3.2.3). */
export class SrtpStream {
  readonly synchronizationSource: number;
  /** Negative before the first packet. */
  #highestSequence = -1;
  #rolloverCounter = 0;
  #window = new ReplayWindow();
  /** Made by the transform that needs one. */
  keystream: Keystream | null = null;
  /** Accepted so far. */
  packets = 0;

  constructor(synchronizationSource: number) {
    this.synchronizationSource = synchronizationSource;
  }

  static from({ synchronizationSource, ...state }: SrtpStreamState): SrtpStream {
    const stream = new SrtpStream(synchronizationSource);
    stream.#highestSequence = state.highestSequence;
    stream.#rolloverCounter = state.rolloverCounter;
    stream.packets = state.packets;
    stream.#window = new ReplayWindow(state.seen);
    return stream;
  }

  get state(): SrtpStreamState {
    return {
      synchronizationSource: this.synchronizationSource,
      highestSequence: this.#highestSequence,
      rolloverCounter: this.#rolloverCounter,
      packets: this.packets,
      seen: this.#window.seen,
    };
  }

  /** The rollover counter that belongs to a sequence number (RFC 3711 §3.3.1); outside 32 bits it cannot be right. */
  estimateRolloverCounter(sequenceNumber: number): number {
    const highest = this.#highestSequence;
    if (highest < 0) return this.#rolloverCounter;
    if (highest < 0x8000) {
      return sequenceNumber - highest > 0x8000 ? this.#rolloverCounter - 1 : this.#rolloverCounter;
    }
    return highest - 0x8000 > sequenceNumber ? this.#rolloverCounter + 1 : this.#rolloverCounter;
  }

  isReplayed(rolloverCounter: number, sequenceNumber: number): boolean {
    return this.#window.isReplayed(sequenceNumber, this.#ageOf(rolloverCounter, sequenceNumber));
  }

  /** The packet was authenticated, or is going to be sent. */
  accept(rolloverCounter: number, sequenceNumber: number): void {
    const age = this.#ageOf(rolloverCounter, sequenceNumber);
    this.#window.accept(sequenceNumber, age);
    this.packets++;
    if (age >= 0) return;
    this.#rolloverCounter = rolloverCounter;
    this.#highestSequence = sequenceNumber;
  }

  /**
   * The same source under a new master key: the rollover counter goes on (RFC 3711 §3.3.1), but what was seen under
   * the old key is no replay under the new one.
   */
  createSuccessor(): SrtpStream {
    const successor = new SrtpStream(this.synchronizationSource);
    successor.#highestSequence = this.#highestSequence;
    successor.#rolloverCounter = this.#rolloverCounter;
    return successor;
  }

  #ageOf(rolloverCounter: number, sequenceNumber: number): number {
    if (this.#highestSequence < 0) return -1;
    return (this.#rolloverCounter - rolloverCounter) * 0x1_0000 + this.#highestSequence - sequenceNumber;
  }
}
