import { EVENTS_MAXIMUM } from './event-kinds.ts';

/** Words of an entry: slot and kind, first and last packet. */
const EVENT_WORDS = 3;

export interface EventMemory {
  /** `EVENTS_MAXIMUM` entries. */
  readonly events: Int32Array;
  /** One word: how many there are. */
  readonly count: Int32Array;
}

function createEventMemory(): EventMemory {
  return { events: new Int32Array(EVENTS_MAXIMUM * EVENT_WORDS), count: new Int32Array(1) };
}

/**
 * What happened to packets of any stream, one behind the other, until somebody asks or the log is full; then it is
 * told stream by stream. Each by itself would wait for the memory of its stream.
 */
export class EventLog {
  readonly #events: Int32Array;
  readonly #count: Int32Array;
  readonly #order = new Uint32Array(EVENTS_MAXIMUM);
  readonly #onEvent: (slot: number, kind: number, from: number, to: number) => void;

  constructor(
    onEvent: (slot: number, kind: number, from: number, to: number) => void,
    memory = createEventMemory(),
  ) {
    this.#onEvent = onEvent;
    this.#events = memory.events;
    this.#count = memory.count;
  }

  add(slot: number, kind: number, from: number, to: number): void {
    if (this.#count[0] === EVENTS_MAXIMUM) this.drain();
    const count = this.#count[0] as number;
    const at = count * EVENT_WORDS;
    this.#events[at] = (slot << 2) | kind;
    this.#events[at + 1] = from;
    this.#events[at + 2] = to;
    this.#count[0] = count + 1;
  }

  /** Tells and forgets all. */
  drain(): void {
    const events = this.#events;
    const count = this.#count[0] as number;
    this.#sort(count);
    for (let place = 0; place < count; place++) {
      const at = (this.#order[place] as number) * EVENT_WORDS;
      const word = events[at] as number;
      this.#onEvent(word >>> 2, word & 3, events[at + 1] as number, events[at + 2] as number);
    }
    this.#count[0] = 0;
  }

  /** By slot, those of one slot as they came. */
  #sort(count: number): void {
    const events = this.#events;
    let slots = 0;
    for (let index = 0; index < count; index++) {
      slots = Math.max(slots, ((events[index * EVENT_WORDS] as number) >>> 2) + 1);
    }
    const ends = new Uint32Array(slots + 1);
    for (let index = 0; index < count; index++) {
      const slot = (events[index * EVENT_WORDS] as number) >>> 2;
      ends[slot + 1] = (ends[slot + 1] as number) + 1;
    }
    for (let slot = 0; slot < slots; slot++)
      ends[slot + 1] = (ends[slot + 1] as number) + (ends[slot] as number);
    for (let index = 0; index < count; index++) {
      const slot = (events[index * EVENT_WORDS] as number) >>> 2;
      const place = ends[slot] as number;
      this.#order[place] = index;
      ends[slot] = place + 1;
    }
  }
}
