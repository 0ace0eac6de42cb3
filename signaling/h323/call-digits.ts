import type { CallLegListener, SignaledDigit } from '../call-leg.ts';
import type { EventQueue } from '../sip/event-queue.ts';
import type { Clock } from './clock.ts';
import { keysOfKeypad } from './keypad.ts';

/** The keys of a call, told in the order in which they come, whichever message brings them. */
export class CallDigits<Listener extends CallLegListener> {
  readonly #events: EventQueue<Listener>;
  readonly #clock: Clock;
  #lastSignal: SignaledDigit | null = null;

  constructor(events: EventQueue<Listener>, clock: Clock) {
    this.#events = events;
    this.#clock = clock;
  }

  tell(digit: Omit<SignaledDigit, 'atMs'>): void {
    const told = { ...digit, atMs: this.#clock.now() };
    if (digit.source === 'h245-signal') this.#lastSignal = told;
    this.#events.tell((listener) => listener.onDigit(told));
  }

  /** The last key that came as a signal was held for so long. */
  held(durationMs: number): void {
    const last = this.#lastSignal;
    if (last !== null) this.#events.tell((listener) => listener.onDigitHeld?.({ ...last, durationMs }));
  }

  /** Content of a Q.931 keypad element, or null where the message has none. */
  keypad(content: Uint8Array | null): void {
    for (const digit of content === null ? [] : keysOfKeypad(content)) {
      this.tell({ digit, source: 'q931-keypad', durationMs: null });
    }
  }
}
