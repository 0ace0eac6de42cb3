import { EVENT_LATE, EVENT_MEND, EVENT_RESTART } from './event-kinds.ts';
import { EventLog, type EventMemory } from './event-log.ts';
import { LossRuns } from './loss-runs.ts';

/** What only streams have to which something happened. */
export interface Events {
  readonly runs: LossRuns;
  late: number;
  silenceUnits: number;
  packetTimeChanges: number;
  /** A pace seen once, and the packet it was seen at. */
  candidateUnits: number;
  candidateSequence: number;
}

export class StreamEvents {
  /** By slot; with holes. */
  readonly #events: (Events | undefined)[] = [];
  readonly #log: EventLog;

  constructor(memory?: EventMemory) {
    this.#log = new EventLog(this.#onEvent.bind(this), memory);
  }

  /** A slot is given to a new stream. */
  begin(slot: number): void {
    const isUsed = slot < this.#events.length;
    // What happened to the stream that had the slot before.
    if (isUsed) this.#log.drain();
    this.#events[slot] = undefined;
  }

  /** Of the packets `from` … `to`; known to `find` after the next `settle`. */
  tell(slot: number, kind: number, from: number, to: number): void {
    this.#log.add(slot, kind, from, to);
  }

  settle(): void {
    this.#log.drain();
  }

  find(slot: number): Events | undefined {
    return this.#events[slot];
  }

  of(slot: number): Events {
    let events = this.#events[slot];
    if (events === undefined) {
      events = {
        runs: new LossRuns(),
        late: 0,
        silenceUnits: 0,
        packetTimeChanges: 0,
        candidateUnits: 0,
        candidateSequence: 0,
      };
      this.#events[slot] = events;
    }
    return events;
  }

  #onEvent(slot: number, kind: number, from: number, to: number): void {
    const events = this.of(slot);
    if (kind === EVENT_RESTART) {
      events.runs.restart();
    } else if (kind === EVENT_MEND) {
      events.runs.mend(from);
    } else {
      events.runs.miss(from, to);
      if (kind === EVENT_LATE) events.late++;
    }
  }
}
