/**
 * Every 20 ms: frames are read from all legs, mixed, and sent. Legs at rest, whose packets are relayed and heard by
 * nobody, are left out of that: packets bring them their time, and five times a second it is looked after what is due
 * without any. To go through thousands of them at each tick cost as much again as their packets.
 */
import type { ChurnMap } from '../../memory/churn-map.ts';
import type { Mixer } from '../mix/mixer.ts';
import type { WorkerRecordings } from '../record/worker-recordings.ts';
import type { LegMedia } from './leg-media.ts';
import type { OpenLeg } from './open-leg.ts';

export const TICK_MS = 20;
const REVIEW_TICKS = 10;

export class LegTicks {
  readonly #legs: ChurnMap<string, OpenLeg>;
  readonly #mixers: ChurnMap<string, Mixer<LegMedia>>;
  readonly #recordings: WorkerRecordings<LegMedia>;
  /** Those that are not at rest, and those that are. */
  #busy: OpenLeg[] = [];
  #resting: OpenLeg[] = [];
  /** The one at rest to be looked after next. */
  #nextResting = 0;
  #ticksToReview = 0;
  #halfTickMs = Number.POSITIVE_INFINITY;

  constructor(
    legs: ChurnMap<string, OpenLeg>,
    mixers: ChurnMap<string, Mixer<LegMedia>>,
    recordings: WorkerRecordings<LegMedia>,
  ) {
    this.#legs = legs;
    this.#mixers = mixers;
    this.#recordings = recordings;
  }

  /** When packets leave between frames; infinity where none do. */
  get halfTickMs(): number {
    return this.#halfTickMs;
  }

  /** Something was changed: a leg at rest may be heard now. */
  change(): void {
    this.#ticksToReview = 0;
  }

  clear(): void {
    this.#busy = [];
    this.#resting = [];
    this.#ticksToReview = 0;
    this.#halfTickMs = Number.POSITIVE_INFINITY;
  }

  tick(nowMs: number): void {
    if (this.#ticksToReview === 0) this.#review();
    this.#ticksToReview--;
    this.#advanceResting(nowMs);
    let isPaced = false;
    for (const { media, mixer } of this.#busy) {
      media.advance(nowMs, mixer !== null || this.#recordings.hasLeg(media.legId));
      media.relay.advance(nowMs);
    }
    for (const mixer of this.#mixers.values()) mixer.mix();
    this.#recordings.advance();
    for (const { media, mixer } of this.#busy) {
      media.send(mixer);
      isPaced ||= media.isPaced;
    }
    if (isPaced) this.#halfTickMs = nowMs + TICK_MS / 2;
  }

  /** Half a frame after a tick. */
  halfTick(): void {
    this.#halfTickMs = Number.POSITIVE_INFINITY;
    for (const { media } of this.#busy) if (media.isPaced) media.sendPaced();
  }

  /** A part of them at each tick: all at once, what comes meanwhile would wait for them. */
  #advanceResting(nowMs: number): void {
    const resting = this.#resting;
    for (let count = Math.ceil(resting.length / REVIEW_TICKS); count > 0; count--) {
      if (this.#nextResting >= resting.length) this.#nextResting = 0;
      resting[this.#nextResting++]?.media.advance(nowMs, false);
    }
  }

  #review(): void {
    this.#ticksToReview = REVIEW_TICKS;
    this.#busy = [];
    this.#resting = [];
    for (const leg of this.#legs.values()) {
      const { media, mixer } = leg;
      media.isAtRest = media.mayRest && mixer === null && !this.#recordings.hasLeg(media.legId);
      (media.isAtRest ? this.#resting : this.#busy).push(leg);
    }
  }
}
