import type { Phrase } from '../../media/prompt/phrases.ts';
import type { CallLeg } from '../../signaling/call-leg.ts';
import type { Call } from '../call/call.ts';
import type { KeyRecord } from '../call/digit-transcript.ts';
import type { CallVoice } from './call-voice.ts';

/** A part of a call's story: the echo test, the welcome screen, a meeting, the farewell. One follows the other. */
export interface CallStage {
  /** The mix that the leg is in meanwhile. */
  readonly mixId: string;
  /** Sound can flow from now on. */
  begin(nowMs: number): void;
  /** A key was pressed, and `record` is told what it did; what was being said has been silenced. */
  press(key: string, record: KeyRecord, nowMs: number): void;
  /** What was to be said has been. */
  played(nowMs: number): void;
  /** When `advance` is to be called, on the clock of `nowMs`; null where time changes nothing. */
  readonly dueAtMs: number | null;
  advance(nowMs: number): void;
  /** The call is over: gives back what the stage holds. */
  leave(nowMs: number): void;
}

/** What a stage may do with the call that it is a part of. */
export interface StageHost {
  readonly call: Call;
  readonly leg: CallLeg;
  readonly voice: CallVoice;
  /** Goes on with another stage, which begins when the leg is in its mix. */
  enter(next: CallStage): void;
  /** Says last words and hangs up; `detail` says why, for a person. */
  farewell(lastWords: readonly Phrase[], detail: string): void;
  /** `dueAtMs` changed. */
  reschedule(): void;
  /** Something went wrong that is our fault; the call cannot go on. */
  fail(error: unknown): void;
}
