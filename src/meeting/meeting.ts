import { CallFailure } from '../../signaling/call-failure.ts';
import { Attendance } from './attendance.ts';
import type { MeetingDefinition } from './meeting-definition.ts';
import type { MeetingListener, ParticipantChange } from './meeting-listener.ts';
import { type Invitee, isHosting, Participant, type ParticipantOrigin } from './participant.ts';
import type { RoomRules } from './room-rules.ts';

/**
 * `idle` until first dialed. `waiting`: somebody is there, and no moderator yet. `ended` when the last one left or it
 * was ended for all; dialing again begins anew.
 */
export type MeetingState = 'idle' | 'waiting' | 'started' | 'ended';

export type RecordingState = 'off' | 'starting' | 'on';

/** A meeting and who sits in it. Pure: it knows calls by their seats only, and the time from its callers. */
export class Meeting {
  readonly definition: MeetingDefinition;
  readonly #rules: RoomRules;
  readonly #listener: MeetingListener;
  readonly #attendance = new Attendance();
  #state: MeetingState = 'idle';
  #isLocked = false;
  #startedAtMs: number | null = null;
  #endedAtMs: number | null = null;
  /** Kept by whoever records. */
  recording: RecordingState = 'off';

  constructor(definition: MeetingDefinition, rules: RoomRules, listener: MeetingListener) {
    this.definition = definition;
    this.#rules = rules;
    this.#listener = listener;
  }

  get id(): string {
    return this.definition.id;
  }

  get state(): MeetingState {
    return this.#state;
  }

  get isLocked(): boolean {
    return this.#isLocked;
  }

  get startedAtMs(): number | null {
    return this.#startedAtMs;
  }

  get endedAtMs(): number | null {
    return this.#endedAtMs;
  }

  get participants(): readonly Participant[] {
    return this.#attendance.all();
  }

  get participantCount(): number {
    return this.#attendance.count;
  }

  /** Waits for its first moderator. */
  get isModerated(): boolean {
    return this.definition.moderatorPasscode !== null;
  }

  /** By those who are invited and those who came without. */
  get isLarge(): boolean {
    const { largeMeeting, invitees } = this.definition;
    return (
      largeMeeting === 'auto' &&
      invitees.length + this.#attendance.uninvitedCount > this.#rules.largeMeetingSize
    );
  }

  /** Whom attendees see: nobody before the meeting has started. */
  get roster(): readonly string[] {
    if (this.#state !== 'started') return [];
    return this.participants.filter(({ state }) => state === 'joined').map(({ name }) => name);
  }

  participant(callId: string): Participant | undefined {
    return this.#attendance.get(callId);
  }

  /**
   * Holds a seat for a call that is about to be answered, so that two callers cannot take the last one.
   * @throws CallFailure `meeting-full`, `meeting-locked`, `invitee-already-joined`.
   */
  admit(origin: ParticipantOrigin): Participant {
    const { id, maxParticipants } = this.definition;
    if (this.#attendance.count >= maxParticipants) {
      throw new CallFailure(
        'meeting-full',
        `Meeting ${id} is full: ${maxParticipants} participants are the limit.`,
      );
    }
    if (this.#isLocked && origin.invitee === null) {
      throw new CallFailure('meeting-locked', `Meeting ${id} is locked: only a 13-digit ID leads into it.`);
    }
    if (origin.invitee !== null) this.#refuseTwice(origin.invitee);
    const participant = new Participant(origin);
    this.#attendance.add(participant);
    return participant;
  }

  /** The call was answered: from now the participant takes part, or waits to. */
  join(callId: string, nowMs: number): void {
    const participant = this.#attendance.get(callId);
    if (participant?.state !== 'joining') return;
    this.#settle(participant, nowMs);
    if (participant.isModerator) this.#tell('moderator-joined', participant, nowMs);
  }

  /** Gives the seat back, whether the call was answered or not; the last one out ends the meeting. */
  leave(callId: string, nowMs: number): void {
    const participant = this.#attendance.get(callId);
    if (participant === undefined) return;
    this.#attendance.remove(participant);
    if (participant.state === 'joining') return;
    if (participant.state === 'joined') this.#soundToOthers('leave-tone', participant);
    this.#tell('participant-left', participant, nowMs);
    if (this.#state === 'started' && !this.#attendance.hasAny('joined')) this.#end(nowMs);
    if (this.#state === 'waiting' && !this.#attendance.hasAny('waiting')) {
      this.#state = this.#endedAtMs === null ? 'idle' : 'ended';
    }
  }

  /** Somebody proved to be a moderator: starts a meeting that waits for one. */
  makeModerator(participant: Participant, nowMs: number): void {
    if (participant.isModerator) return;
    participant.isModerator = true;
    participant.isLetIn = true;
    // Who is still being answered settles when it joins.
    if (participant.state === 'joining') return;
    if (participant.state !== 'joined') this.#settle(participant, nowMs);
    this.#tell('moderator-joined', participant, nowMs);
  }

  /**
   * Somebody who is here already keyed a 13-digit ID: goes on under the name of that invitee.
   * @throws CallFailure `invitee-already-joined`.
   */
  identify(participant: Participant, invitee: Invitee, nowMs: number): void {
    if (participant.invitee?.pin === invitee.pin) return;
    this.#refuseTwice(invitee);
    this.#attendance.identify(participant, invitee);
    participant.isLetIn = true;
    if (isHosting(invitee)) this.makeModerator(participant, nowMs);
    else if (participant.state === 'waiting-room') this.#settle(participant, nowMs);
  }

  /** Out of the waiting room, one of them or, with null, all; how many that were. */
  letIn(callId: string | null, nowMs: number): number {
    const meant = this.#attendance.inWaitingRoom(callId);
    for (const participant of meant) {
      participant.isLetIn = true;
      this.#tell('participant-let-in', participant, nowMs);
      this.#settle(participant, nowMs);
    }
    return meant.length;
  }

  /** The other way out of the waiting room. */
  turnAway(callId: string | null, nowMs: number): number {
    const meant = this.#attendance.inWaitingRoom(callId);
    for (const participant of meant) this.#turnAway(participant, 'turned-away', nowMs);
    return meant.length;
  }

  lock(isLocked: boolean, nowMs: number): void {
    if (this.#isLocked === isLocked) return;
    this.#isLocked = isLocked;
    this.#listener.meetingChanged(isLocked ? 'meeting-locked' : 'meeting-unlocked', this, nowMs);
  }

  mute(participant: Participant, isMuted: boolean, nowMs: number): void {
    if (participant.isMuted === isMuted) return;
    participant.isMuted = isMuted;
    participant.seat.setMuted(isMuted);
    this.#tell(isMuted ? 'participant-muted' : 'participant-unmuted', participant, nowMs);
  }

  /** Everybody hears that it is over, and is hung up; new callers begin anew at once. */
  endForAll(nowMs: number): void {
    const everybody = this.#attendance.clear();
    for (const participant of everybody) {
      if (participant.state !== 'joining') this.#tell('participant-left', participant, nowMs);
    }
    this.#end(nowMs);
    for (const { seat } of everybody)
      seat.dismiss(['meeting-ended'], `Meeting ${this.id} was ended for all.`);
  }

  /** What is due for one who waits: the cue, and the end of patience. */
  advance(callId: string, nowMs: number): void {
    const participant = this.#attendance.get(callId);
    if (participant === undefined) return;
    const { givesUpAtMs, nextCueAtMs } = participant;
    if (givesUpAtMs !== null && nowMs >= givesUpAtMs) this.#turnAway(participant, 'not-let-in', nowMs);
    else if (nextCueAtMs !== null && nowMs >= nextCueAtMs) {
      participant.nextCueAtMs = nowMs + this.#cueMs(participant);
      participant.seat.say(noticeOf(participant));
    }
  }

  /** Where a participant belongs now. */
  #settle(participant: Participant, nowMs: number): void {
    if (this.definition.waitingRoom && !participant.isLetIn) this.#wait(participant, 'waiting-room', nowMs);
    else if (this.#state === 'started') {
      this.#takePart(participant, nowMs);
      this.#soundToOthers('join-tone', participant);
    } else if (!this.isModerated || participant.isModerator) {
      this.#start(nowMs);
      this.#takePart(participant, nowMs);
      // Whoever waited is connected with the one who starts the meeting.
      for (const other of this.participants) if (other.state === 'waiting') this.#takePart(other, nowMs);
    } else this.#wait(participant, 'waiting', nowMs);
  }

  #wait(participant: Participant, state: 'waiting' | 'waiting-room', nowMs: number): void {
    participant.state = state;
    participant.nextCueAtMs = nowMs + this.#cueMs(participant);
    participant.givesUpAtMs = state === 'waiting-room' ? nowMs + this.#rules.waitingRoomLimitMs : null;
    participant.seat.hear('hold-music');
    participant.seat.say(noticeOf(participant));
    if (state === 'waiting' && this.#state !== 'waiting') {
      this.#state = 'waiting';
      this.#listener.meetingChanged('meeting-waiting', this, nowMs);
    }
    this.#tell('participant-waiting', participant, nowMs);
  }

  #start(nowMs: number): void {
    this.#state = 'started';
    this.#startedAtMs = nowMs;
    this.#endedAtMs = null;
    this.#listener.meetingChanged('meeting-started', this, nowMs);
  }

  #takePart(participant: Participant, nowMs: number): void {
    participant.state = 'joined';
    participant.joinedAtMs = nowMs;
    participant.nextCueAtMs = null;
    participant.givesUpAtMs = null;
    const isMuted = this.isLarge && participant.device !== 'room-system' && !participant.isModerator;
    if (isMuted) this.mute(participant, true, nowMs);
    participant.seat.hear('meeting');
    if (isMuted) participant.seat.say('joined-muted');
    if (this.recording === 'on') participant.seat.say('recording-started');
    this.#tell('participant-joined', participant, nowMs);
  }

  #end(nowMs: number): void {
    this.#state = 'ended';
    this.#endedAtMs = nowMs;
    this.#isLocked = false;
    this.#listener.meetingChanged('meeting-ended', this, nowMs);
  }

  #turnAway(participant: Participant, phrase: 'turned-away' | 'not-let-in', nowMs: number): void {
    this.#attendance.remove(participant);
    this.#tell('participant-turned-away', participant, nowMs);
    participant.seat.dismiss([phrase, 'goodbye'], `Not let into meeting ${this.id} from its waiting room.`);
  }

  #soundToOthers(sound: 'join-tone' | 'leave-tone', who: Participant): void {
    if (!this.#rules.hasTones || this.isLarge) return;
    for (const other of this.participants) {
      if (other !== who && other.state === 'joined') other.seat.sound(sound);
    }
  }

  /** @throws CallFailure `invitee-already-joined`. */
  #refuseTwice(invitee: Invitee): void {
    if (!this.#attendance.hasInvitee(invitee.pin)) return;
    throw new CallFailure(
      'invitee-already-joined',
      `The ID of ${invitee.name} is in use in meeting ${this.id}; each 13-digit ID admits one attendee.`,
    );
  }

  #cueMs({ state }: Participant): number {
    return state === 'waiting-room' ? this.#rules.waitingRoomCueMs : this.#rules.waitingNoticeMs;
  }

  #tell(change: ParticipantChange, participant: Participant, nowMs: number): void {
    this.#listener.participantChanged(change, this, participant, nowMs);
  }
}

function noticeOf({ state }: Participant): 'waiting-room' | 'waiting-for-moderator' {
  return state === 'waiting-room' ? 'waiting-room' : 'waiting-for-moderator';
}
