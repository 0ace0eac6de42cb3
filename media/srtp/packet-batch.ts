import { createPacketMemory, type PacketMemory } from './packet-memory.ts';
import { createFailureCounts, type SrtpFailure, type SrtpFailureCounts } from './srtp-failure.ts';

/** Treats one packet in place. @returns where it then ends, or why it was refused */
export type PacketTreatment = (memory: PacketMemory, offset: number, length: number) => number | SrtpFailure;

/** Treats packet after packet, and counts the refused ones. */
export class PacketBatch {
  readonly failures: SrtpFailureCounts = createFailureCounts();
  readonly #treat: PacketTreatment;
  #memory: PacketMemory = createPacketMemory(new Uint8Array(0));

  constructor(treat: PacketTreatment) {
    this.#treat = treat;
  }

  /**
   * Lengths become those of the treated packets, zero where one was refused.
   * @returns how many were not refused
   */
  run(bytes: Uint8Array, offsets: ArrayLike<number>, lengths: Int32Array | number[], count: number): number {
    if (this.#memory.bytes !== bytes) this.#memory = createPacketMemory(bytes);
    let treatedCount = 0;
    for (let index = 0; index < count; index++) {
      const offset = offsets[index] as number;
      const result = this.#treat(this.#memory, offset, lengths[index] as number);
      if (typeof result === 'string') this.failures[result]++;
      else treatedCount++;
      lengths[index] = typeof result === 'string' ? 0 : result - offset;
    }
    return treatedCount;
  }
}
