import { CallFailure } from '../../signaling/call-failure.ts';
import type { Call } from '../call/call.ts';
import type { Guessing, GuessKind, GuessWay } from '../guessing/guessing.ts';
import { isSameSecret } from '../guessing/secret-digits.ts';
import type { Meeting } from './meeting.ts';
import type { MeetingDirectory } from './meeting-directory.ts';
import type { Invitee } from './participant.ts';

export type Guesser = Pick<Call, 'id' | 'leg'>;

/** Where an ID leads: under a name where it was that of an invitee. */
export interface FoundMeeting {
  readonly meeting: Meeting;
  readonly invitee: Invitee | null;
}

const INVITEE_PIN_DIGITS = 13;

interface GuardedLookupDesk {
  readonly meetings: MeetingDirectory;
  readonly guessing: Guessing;
  now(): number;
  /** Resolves after so long. */
  pause(delayMs: number): Promise<void>;
}

/**
 * Finds what callers name by an ID, and tells whether their passcode is right, each when its turn has come: who was
 * wrong before, in whatever call, waits. While nobody has to wait the answer is found before another call can ask.
 */
export class GuardedLookup {
  readonly #desk: GuardedLookupDesk;

  constructor(desk: GuardedLookupDesk) {
    this.#desk = desk;
  }

  /**
   * By the ID of a meeting or, with 13 digits, of an invitee.
   * @throws CallFailure `unknown-meeting`, `too-many-guesses`.
   */
  async byId(caller: Guesser, way: GuessWay, id: string): Promise<FoundMeeting> {
    if (id.length === INVITEE_PIN_DIGITS) return this.byInviteePin(caller, way, id);
    return { meeting: await this.#byMeetingId(caller, way, id), invitee: null };
  }

  async #byMeetingId(caller: Guesser, way: GuessWay, meetingId: string): Promise<Meeting> {
    const turn = this.#turn(caller, null);
    if (turn !== null) await turn;
    return this.#found(caller, way, 'meeting-id', () => this.#desk.meetings.byMeetingId(meetingId));
  }

  /** @throws CallFailure `unknown-meeting`, `too-many-guesses`. */
  async byInviteePin(
    caller: Guesser,
    way: GuessWay,
    pin: string,
  ): Promise<ReturnType<MeetingDirectory['byInviteePin']>> {
    const turn = this.#turn(caller, null);
    if (turn !== null) await turn;
    return this.#found(caller, way, 'invitee-id', () => this.#desk.meetings.byInviteePin(pin));
  }

  /**
   * Whether it makes its caller a moderator; never where the meeting has none, which is no guess.
   * @throws CallFailure `too-many-guesses`.
   */
  async isPasscode(caller: Guesser, way: GuessWay, meeting: Meeting, passcode: string): Promise<boolean> {
    const { moderatorPasscode } = meeting.definition;
    if (moderatorPasscode === null) return false;
    const turn = this.#turn(caller, meeting.id);
    if (turn !== null) await turn;
    const isRight = isSameSecret(passcode, moderatorPasscode);
    if (!isRight) this.#failed(caller, way, 'passcode', meeting.id);
    return isRight;
  }

  /** Null without a wait, not even for a microtask: then no other call comes between asking and looking. */
  #turn(caller: Guesser, meetingId: string | null): Promise<void> | null {
    const { guessing, pause, now } = this.#desk;
    const admission = guessing.admit(caller.leg.remoteAddress, meetingId, now());
    if (admission.kind === 'granted') return admission.delayMs === 0 ? null : pause(admission.delayMs);
    const seconds = Math.ceil(admission.retryAfterMs / 1000);
    throw new CallFailure(
      'too-many-guesses',
      `Too many wrong IDs or passcodes came from ${caller.leg.remoteAddress}${meetingId === null ? '' : `, or for meeting ${meetingId}`}.`,
      seconds,
    );
  }

  #found<Found>(caller: Guesser, way: GuessWay, kind: GuessKind, find: () => Found): Found {
    try {
      return find();
    } catch (error) {
      if (error instanceof CallFailure) this.#failed(caller, way, kind, null);
      throw error;
    }
  }

  #failed({ id, leg }: Guesser, way: GuessWay, kind: GuessKind, meetingId: string | null): void {
    const { remoteAddress: source, protocol, transport } = leg;
    this.#desk.guessing.failed(
      { kind, way, source, meetingId, callId: id, protocol, transport },
      this.#desk.now(),
    );
  }
}
