import type { Phrase } from '../../media/prompt/phrases.ts';
import { CallFailure, type FailureReason } from '../../signaling/call-failure.ts';
import type { KeyRecord } from '../call/digit-transcript.ts';
import type { InboundCallDesk } from './call-desk.ts';
import type { CallStage, StageHost } from './call-stage.ts';
import { MeetingStage } from './meeting-stage.ts';
import { type WelcomeOutcome, WelcomeScreen } from './welcome-screen.ts';

/** What is said where an ID leads into no meeting. */
const SPOKEN: Partial<Record<FailureReason, Phrase>> = {
  'unknown-meeting': 'invalid-meeting-id',
  'meeting-full': 'meeting-full',
  'meeting-locked': 'locked-out',
  'invitee-already-joined': 'id-in-use',
};

/** A look-up that takes longer is announced. */
const NOTICE_AFTER_MS = 500;

/** The caller is asked for a meeting ID, and goes on into the meeting. */
export class WelcomeStage implements CallStage {
  readonly #host: StageHost;
  readonly #desk: InboundCallDesk;
  readonly #reason: Phrase | null;
  readonly #screen: WelcomeScreen;

  /** @param reason what is said first, where the caller dialed something that led nowhere */
  constructor(host: StageHost, desk: InboundCallDesk, reason: Phrase | null) {
    this.#host = host;
    this.#desk = desk;
    this.#reason = reason;
    this.#screen = new WelcomeScreen(desk.rules);
  }

  get mixId(): string {
    return this.#host.call.id;
  }

  get dueAtMs(): number | null {
    return this.#screen.dueAtMs;
  }

  begin(nowMs: number): void {
    this.#carryOut(this.#screen.open(this.#reason, nowMs));
  }

  press(key: string, record: KeyRecord, nowMs: number): void {
    const wasListening = this.#screen.state === 'asking' || this.#screen.state === 'entering';
    const outcome = this.#screen.press(key, nowMs);
    if (!wasListening) record.ignore('The meeting ID was being looked up.');
    else if (/^\d$/.test(key)) record.did('a digit of the meeting ID');
    else if (key === '*') record.did('cleared the entry');
    else if (outcome.kind === 'check') record.did('completed the meeting ID');
    else record.ignore('No digits came before it.');
    this.#carryOut(outcome);
  }

  played(nowMs: number): void {
    this.#screen.played(nowMs);
  }

  advance(nowMs: number): void {
    this.#carryOut(this.#screen.advance(nowMs));
  }

  leave(): void {}

  #carryOut(outcome: WelcomeOutcome): void {
    switch (outcome.kind) {
      case 'say':
        this.#host.voice.say(...outcome.phrases);
        break;
      case 'check':
        void this.#check(outcome.digits);
        break;
      case 'goodbye':
        this.#host.farewell(outcome.phrases, outcome.detail);
        break;
      case 'nothing':
    }
  }

  /** Takes a while for who was wrong before. */
  async #check(digits: string): Promise<void> {
    const { call, voice } = this.#host;
    const { lookup, now, after } = this.#desk;
    const cancelNotice = after(NOTICE_AFTER_MS, () => voice.say('one-moment'));
    try {
      const found = await lookup.byId(call, 'keyed', digits);
      if (call.isOver) return;
      const entry = { ...found, isPasscodeRight: null };
      this.#host.enter(MeetingStage.admit(this.#host, this.#desk, entry, 'joining'));
    } catch (error) {
      if (!call.isOver) this.#refuse(error, now());
    } finally {
      cancelNotice();
    }
  }

  #refuse(error: unknown, nowMs: number): void {
    const reason = error instanceof CallFailure ? error.reason : null;
    const spoken = reason === null ? undefined : SPOKEN[reason];
    if (reason === 'too-many-guesses') {
      this.#host.farewell(['too-many-tries', 'goodbye'], 'Too many wrong IDs came from there.');
    } else if (spoken === undefined) this.#host.fail(error);
    else {
      this.#carryOut(this.#screen.refuse(spoken, nowMs));
      this.#host.reschedule();
    }
  }
}
