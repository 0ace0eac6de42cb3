/** What a playout knows of packets that nobody hears: none is kept, but where they end is where it would fall silent. */

export class UnheardPackets {
  /** Whether any came since it last played. */
  isWaiting = false;
  #end = Number.NEGATIVE_INFINITY;

  /** A packet that ends there, in samples. */
  receive(end: number, isPlaying: boolean): void {
    if (end > this.#end) this.#end = end;
    this.isWaiting = !isPlaying;
  }

  /** How long ago the last one ended, in samples. */
  idleSamples(position: number): number {
    return position - this.#end;
  }

  /** Another run of timestamps, or another one who hears. */
  restart(end = Number.NEGATIVE_INFINITY): void {
    this.isWaiting = false;
    this.#end = end;
  }
}
