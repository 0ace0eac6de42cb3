/**
 * Who may key what in a meeting, and what it does. The rules stand in one place, `judge`; the rest carries out what
 * they allow, and says so by voice.
 */
import { PHRASES, type Phrase } from '../../media/prompt/phrases.ts';
import { CallFailure, type FailureReason } from '../../signaling/call-failure.ts';
import type { GuardedLookup, Guesser } from './guarded-lookup.ts';
import { KEYPAD_CODES, type KeyEntry, type KeypadCode } from './key-entry.ts';
import type { Meeting } from './meeting.ts';
import type { Participant, ParticipantState } from './participant.ts';
import type { RecordingDesk } from './recording-desk.ts';

/** What came of an entry, for the transcript: what it did, or a sentence that says why nothing. */
export interface KeyOutcome {
  readonly isDone: boolean;
  readonly what: string;
}

/** Allowed, or the phrase that says why not. */
type Verdict = 'allowed' | Extract<Phrase, 'moderators-only' | 'not-yet'>;

/** Everybody may ask for the menu and, in a meeting that has begun, mute themselves; all else is for moderators. */
export function judge(code: KeypadCode, state: ParticipantState, isModerator: boolean): Verdict {
  if (code === '*0') return 'allowed';
  if (state !== 'joined') return 'not-yet';
  return code === '*7' || isModerator ? 'allowed' : 'moderators-only';
}

/** Every entry that would be obeyed now, in the order of the menu. */
export function mayPress(meeting: Meeting, { state, isModerator, invitee }: Participant): string[] {
  if (state === 'joining') return [];
  return [
    ...KEYPAD_CODES.filter((code) => judge(code, state, isModerator) === 'allowed'),
    ...(meeting.isModerated && !isModerator ? ['<passcode>#'] : []),
    ...(invitee === null && meeting.definition.invitees.length > 0 ? ['<13-digit ID>#'] : []),
  ];
}

/** The menu names what may be pressed, and nothing else. */
export function menu(meeting: Meeting, participant: Participant): Phrase[] {
  const pressable = mayPress(meeting, participant);
  return [
    pressable.includes('*7') ? 'menu-mute' : 'not-yet',
    ...(pressable.includes('##') ? (['menu-moderator'] as const) : []),
    ...(pressable.includes('<passcode>#') ? (['menu-passcode'] as const) : []),
  ];
}

const INVITEE_PIN_DIGITS = 13;

/** What is said where an entry does nothing. */
const SPOKEN: Partial<Record<FailureReason, Phrase>> = {
  'unknown-meeting': 'invalid-meeting-id',
  'invitee-already-joined': 'id-in-use',
  'too-many-guesses': 'too-many-tries',
};

export class Keypad {
  readonly #lookup: GuardedLookup;
  readonly #recordings: RecordingDesk;
  readonly #now: () => number;

  constructor(lookup: GuardedLookup, recordings: RecordingDesk, now: () => number) {
    this.#lookup = lookup;
    this.#recordings = recordings;
    this.#now = now;
  }

  /**
   * Does what somebody in a meeting asks for and says so, or says why not. Codes are obeyed on the spot; IDs and
   * passcodes may have to wait for their turn.
   */
  async obey(
    entry: KeyEntry,
    meeting: Meeting,
    participant: Participant,
    caller: Guesser,
  ): Promise<KeyOutcome> {
    switch (entry.kind) {
      case 'unknown':
        return refuse(participant, 'unknown-code');
      case 'digits':
        return this.#takeDigits(entry.digits, meeting, participant, caller);
      case 'code': {
        const verdict = judge(entry.code, participant.state, participant.isModerator);
        if (verdict !== 'allowed') return refuse(participant, verdict);
        return this.#carryOut(entry.code, meeting, participant, this.#now());
      }
    }
  }

  #carryOut(code: KeypadCode, meeting: Meeting, participant: Participant, nowMs: number): KeyOutcome {
    switch (code) {
      case '*7':
        meeting.mute(participant, !participant.isMuted, nowMs);
        return confirm(participant, participant.isMuted ? 'muted' : 'unmuted');
      case '*97':
        muteOthers(meeting, participant, nowMs);
        return confirm(participant, 'all-muted');
      case '*2':
        return { isDone: true, what: this.#recordings.toggle(meeting, participant, nowMs) };
      case '*4':
        meeting.lock(!meeting.isLocked, nowMs);
        return confirm(participant, meeting.isLocked ? 'locked' : 'unlocked');
      case '##':
        meeting.endForAll(nowMs);
        return { isDone: true, what: 'meeting-ended' };
      case '*0':
        participant.seat.say(...menu(meeting, participant));
        return { isDone: true, what: 'menu' };
    }
  }

  /** An invitee's ID, or else a passcode. The ID of the meeting is what one-click dialers send again. */
  async #takeDigits(
    digits: string,
    meeting: Meeting,
    participant: Participant,
    caller: Guesser,
  ): Promise<KeyOutcome> {
    if (digits === meeting.id) return { isDone: false, what: 'The caller is in this meeting already.' };
    const isInviteePin = digits.length === INVITEE_PIN_DIGITS;
    if (!isInviteePin && !meeting.isModerated) return refuse(participant, 'no-passcode');
    if (!isInviteePin && participant.isModerator) return refuse(participant, 'already-moderator');
    try {
      if (isInviteePin) return await this.#identify(digits, meeting, participant, caller);
      return await this.#moderate(digits, meeting, participant, caller);
    } catch (error) {
      const spoken = error instanceof CallFailure ? SPOKEN[error.reason] : undefined;
      if (spoken === undefined) throw error;
      return refuse(participant, spoken);
    }
  }

  async #moderate(
    passcode: string,
    meeting: Meeting,
    participant: Participant,
    caller: Guesser,
  ): Promise<KeyOutcome> {
    const isRight = await this.#lookup.isPasscode(caller, 'keyed', meeting, passcode);
    if (meeting.participant(participant.callId) !== participant) return GONE;
    if (!isRight) return refuse(participant, 'wrong-passcode');
    meeting.makeModerator(participant, this.#now());
    return confirm(participant, 'you-are-moderator');
  }

  async #identify(
    pin: string,
    meeting: Meeting,
    participant: Participant,
    caller: Guesser,
  ): Promise<KeyOutcome> {
    const found = await this.#lookup.byInviteePin(caller, 'keyed', pin);
    if (meeting.participant(participant.callId) !== participant) return GONE;
    if (found.meeting !== meeting) return refuse(participant, 'invalid-meeting-id');
    const wasModerator = participant.isModerator;
    meeting.identify(participant, found.invitee, this.#now());
    const outcome = confirm(participant, 'id-accepted');
    if (participant.isModerator && !wasModerator) participant.seat.say('you-are-moderator');
    return outcome;
  }
}

const GONE: KeyOutcome = { isDone: false, what: 'The caller had left by then.' };

function muteOthers(meeting: Meeting, participant: Participant, nowMs: number): void {
  for (const other of meeting.participants) {
    if (other === participant || other.state !== 'joined' || other.isMuted) continue;
    meeting.mute(other, true, nowMs);
    other.seat.say('muted-by-moderator');
  }
}

function confirm(participant: Participant, phrase: Phrase): KeyOutcome {
  participant.seat.say(phrase);
  return { isDone: true, what: phrase };
}

function refuse(participant: Participant, phrase: Phrase): KeyOutcome {
  participant.seat.say(phrase);
  return { isDone: false, what: PHRASES[phrase].en };
}
