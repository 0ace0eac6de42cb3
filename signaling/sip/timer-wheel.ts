/** Timers fire at most this much late, and never early. */
export const TICK_MS = 10;

/** 41 s in one turn: every transaction timer (32 s and less) is met once, when it is due. */
const SLOT_COUNT = 4096;
const SLOT_MASK = SLOT_COUNT - 1;
/** Behind the slots stands one more list: those being fired. */
const DUE_LIST = SLOT_COUNT;

const IDLE = -1;
const DUE = -2;

/** Something that waits for one moment at a time. The node of the wheel's lists, so that waiting allocates nothing. */
export abstract class WheelTimer {
  /** The wheel's own: neighbours in the slot, and the tick waited for (or IDLE, or DUE). */
  nextTimer: WheelTimer | null = null;
  previousTimer: WheelTimer | null = null;
  deadlineTick: number = IDLE;

  get isScheduled(): boolean {
    return this.deadlineTick !== IDLE;
  }

  abstract onTimer(nowMs: number): void;
}

/** What owners of timers need: the time, and to be woken. Milliseconds of a clock that never goes back. */
export interface TimerScheduler {
  nowMs(): number;
  /** Wakes the timer once, `delayMs` from now; one that already waits is moved. */
  schedule(timer: WheelTimer, delayMs: number): void;
  cancel(timer: WheelTimer): void;
}

/**
 * A hashed timing wheel (Varghese and Lauck, scheme 6): `schedule` and `cancel` are O(1), `advance` visits
 * the slots passed and the timers in them. Timers of the same tick fire in no promised order.
 */
export class TimerWheel {
  readonly #lists: (WheelTimer | null)[] = new Array<WheelTimer | null>(SLOT_COUNT + 1).fill(null);
  /** A bit per slot that may hold timers, so that the next deadline is found without walking 4096 slots. */
  readonly #occupied = new Uint32Array(SLOT_COUNT / 32);
  #tick = 0;
  #size = 0;

  /** How many timers wait. */
  get size(): number {
    return this.#size;
  }

  schedule(timer: WheelTimer, delayMs: number, nowMs: number): void {
    if (timer.deadlineTick !== IDLE) this.cancel(timer);
    const tick = Math.max(Math.ceil((nowMs + delayMs) / TICK_MS), this.#tick + 1);
    const slot = tick & SLOT_MASK;
    timer.deadlineTick = tick;
    this.#push(timer, slot);
    this.#occupied[slot >>> 5] = (this.#occupied[slot >>> 5] ?? 0) | (1 << (slot & 31));
    this.#size++;
  }

  cancel(timer: WheelTimer): void {
    if (timer.deadlineTick === IDLE) return;
    const list = timer.deadlineTick === DUE ? DUE_LIST : timer.deadlineTick & SLOT_MASK;
    this.#unlink(timer, list);
    timer.deadlineTick = IDLE;
    this.#size--;
  }

  /** Fires all that is due at `nowMs`. A timer may schedule and cancel others, or itself, while it fires. */
  advance(nowMs: number): void {
    this.#fireDue(nowMs);
    const target = Math.floor(nowMs / TICK_MS);
    if (this.#size === 0 || target <= this.#tick) {
      this.#tick = Math.max(this.#tick, target);
      return;
    }
    // After a long sleep each slot need be visited only once.
    if (target - this.#tick > SLOT_COUNT) this.#tick = target - SLOT_COUNT;
    while (this.#tick < target) {
      this.#tick++;
      const slot = this.#tick & SLOT_MASK;
      if (this.#lists[slot] === null) continue;
      this.#collect(slot, target);
      this.#fireDue(nowMs);
    }
  }

  /**
   * When `advance` is next worth calling, or null with nothing scheduled. May be early by whole turns for a
   * timer that waits longer than one.
   */
  nextDeadlineMs(): number | null {
    if (this.#size === 0) return null;
    let slot = (this.#tick + 1) & SLOT_MASK;
    for (let passed = 0; passed <= SLOT_COUNT; ) {
      const word = (this.#occupied[slot >>> 5] ?? 0) >>> (slot & 31);
      if (word === 0) {
        passed += 32 - (slot & 31);
        slot = (slot + 32 - (slot & 31)) & SLOT_MASK;
        continue;
      }
      const skip = 31 - Math.clz32(word & -word);
      return (this.#tick + 1 + passed + skip) * TICK_MS;
    }
    return (this.#tick + 1) * TICK_MS;
  }

  #push(timer: WheelTimer, list: number): void {
    const head = this.#lists[list] ?? null;
    timer.previousTimer = null;
    timer.nextTimer = head;
    if (head !== null) head.previousTimer = timer;
    this.#lists[list] = timer;
  }

  #unlink(timer: WheelTimer, list: number): void {
    if (timer.previousTimer === null) this.#lists[list] = timer.nextTimer;
    else timer.previousTimer.nextTimer = timer.nextTimer;
    if (timer.nextTimer !== null) timer.nextTimer.previousTimer = timer.previousTimer;
    timer.nextTimer = null;
    timer.previousTimer = null;
    if (this.#lists[list] === null && list !== DUE_LIST) {
      this.#occupied[list >>> 5] = (this.#occupied[list >>> 5] ?? 0) & ~(1 << (list & 31));
    }
  }

  /** Moves what is due out of the slot first, for firing may change the slot's list. */
  #collect(slot: number, targetTick: number): void {
    let timer = this.#lists[slot] ?? null;
    while (timer !== null) {
      const next = timer.nextTimer;
      if (timer.deadlineTick <= targetTick) {
        this.#unlink(timer, slot);
        timer.deadlineTick = DUE;
        this.#push(timer, DUE_LIST);
      }
      timer = next;
    }
  }

  #fireDue(nowMs: number): void {
    for (let timer = this.#lists[DUE_LIST]; timer; timer = this.#lists[DUE_LIST]) {
      this.cancel(timer);
      timer.onTimer(nowMs);
    }
  }
}
