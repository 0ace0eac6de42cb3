/**
 * Which packets of one source were heard, which were lost, and which came in vain, too late to be played.
 * A packet is judged when 64 later ones were sent, so that one overtaken is no loss.
 */
import { BurstGap, type BurstGapCounts } from './burst-gap.ts';

const WINDOW = 64;
const WINDOW_MASK = WINDOW - 1;

const MISSING = 0;
const HEARD = 1;
const DISCARDED = 2;
type Fate = typeof MISSING | typeof HEARD | typeof DISCARDED;

export interface HeardCounts extends BurstGapCounts {
  readonly expected: number;
  readonly lost: number;
  readonly discarded: number;
}

export class HeardPackets {
  readonly #bursts = new BurstGap();
  /** By sequence number; a plain array, since legs come and go and memory outside the heap is dear. */
  readonly #fates: Fate[] = new Array(WINDOW).fill(MISSING);
  #highest = -1;
  /** Packets in the window that are not judged yet, the highest one included. */
  #pending = 0;
  #expected = 0;
  #lost = 0;
  #discarded = 0;

  /** A packet came, the first of its number; of another run of numbers there is another one of us. */
  receive(sequenceNumber: number, isHeard: boolean): void {
    if (this.#highest < 0) this.#highest = (sequenceNumber - 1) & 0xffff;
    const ahead = ((sequenceNumber - this.#highest) << 16) >> 16;
    for (let step = 0; step < ahead; step++) this.#advance();
    if (ahead <= -this.#pending && ahead <= 0) return;
    this.#fates[sequenceNumber & WINDOW_MASK] = isHeard ? HEARD : DISCARDED;
  }

  /** Nothing more is awaited: all that was sent is judged. */
  close(): void {
    while (this.#pending > 0) this.#judge();
  }

  /** Of the packets judged up to now. */
  read(): HeardCounts {
    return {
      expected: this.#expected,
      lost: this.#lost,
      discarded: this.#discarded,
      ...this.#bursts.read(),
    };
  }

  #advance(): void {
    if (this.#pending === WINDOW) this.#judge();
    this.#highest = (this.#highest + 1) & 0xffff;
    this.#fates[this.#highest & WINDOW_MASK] = MISSING;
    this.#pending++;
  }

  #judge(): void {
    const fate = this.#fates[(this.#highest - this.#pending + 1) & WINDOW_MASK];
    this.#pending--;
    this.#expected++;
    if (fate === MISSING) this.#lost++;
    if (fate === DISCARDED) this.#discarded++;
    this.#bursts.push(fate === HEARD);
  }
}
