import { ChurnMap } from '../../memory/churn-map.ts';
import { CallFailure } from '../../signaling/call-failure.ts';
import { type Invitee, Participant, type ParticipantOrigin } from './participant.ts';

/** `idle` until first dialed; `ended` when the last one left or it was ended for all; dialing again starts it anew. */
export type MeetingState = 'idle' | 'started' | 'ended';

export interface MeetingDefinition {
  /** 10 digits. */
  readonly id: string;
  readonly title: string;
  /** 4–8 digits, or null where nobody moderates. */
  readonly moderatorPasscode: string | null;
  readonly invitees: readonly Invitee[];
  readonly maxParticipants: number;
}

/** What a meeting tells of itself. */
export interface MeetingListener {
  onStarted(meeting: Meeting, nowMs: number): void;
  onJoined(meeting: Meeting, participant: Participant, nowMs: number): void;
  onLeft(meeting: Meeting, participant: Participant, nowMs: number): void;
  onEnded(meeting: Meeting, nowMs: number): void;
}

/** A meeting and who sits in it. Pure: it knows calls by their ID only, and the time from its callers. */
export class Meeting {
  readonly definition: MeetingDefinition;
  readonly #listener: MeetingListener;
  readonly #participants = new ChurnMap<string, Participant>();
  #state: MeetingState = 'idle';
  #startedAtMs: number | null = null;
  #endedAtMs: number | null = null;

  constructor(definition: MeetingDefinition, listener: MeetingListener) {
    this.definition = definition;
    this.#listener = listener;
  }

  get id(): string {
    return this.definition.id;
  }

  get state(): MeetingState {
    return this.#state;
  }

  get startedAtMs(): number | null {
    return this.#startedAtMs;
  }

  get endedAtMs(): number | null {
    return this.#endedAtMs;
  }

  get participants(): readonly Participant[] {
    return [...this.#participants.values()];
  }

  /**
   * Holds a seat for a call that is about to be answered, so that two callers cannot take the last one.
   * @throws CallFailure `meeting-full`, `invitee-already-joined`.
   */
  admit(origin: ParticipantOrigin, nowMs: number): Participant {
    const { id, maxParticipants } = this.definition;
    if (this.#participants.size >= maxParticipants) {
      throw new CallFailure(
        'meeting-full',
        `Meeting ${id} is full: ${maxParticipants} participants are the limit.`,
      );
    }
    if (origin.invitee !== null && this.#hasInvitee(origin.invitee.pin)) {
      throw new CallFailure(
        'invitee-already-joined',
        `The ID of ${origin.invitee.name} is in use in meeting ${id}; each 13-digit ID admits one attendee.`,
      );
    }
    const participant = new Participant(origin, nowMs);
    this.#participants.set(origin.callId, participant);
    return participant;
  }

  /** The call was answered: from now the participant takes part, and the first one starts the meeting. */
  join(callId: string, nowMs: number): void {
    const participant = this.#participants.get(callId);
    if (participant === undefined || participant.joinedAtMs !== null) return;
    participant.joinedAtMs = nowMs;
    if (this.#state !== 'started') {
      this.#state = 'started';
      this.#startedAtMs = nowMs;
      this.#endedAtMs = null;
      this.#listener.onStarted(this, nowMs);
    }
    this.#listener.onJoined(this, participant, nowMs);
  }

  /** Gives the seat back, whether the call was answered or not; the last one out ends the meeting. */
  leave(callId: string, nowMs: number): void {
    const participant = this.#participants.get(callId);
    if (participant === undefined) return;
    this.#participants.delete(callId);
    if (participant.joinedAtMs !== null) this.#listener.onLeft(this, participant, nowMs);
    if (this.#state === 'started' && !this.#hasJoined()) {
      this.#state = 'ended';
      this.#endedAtMs = nowMs;
      this.#listener.onEnded(this, nowMs);
    }
  }

  #hasInvitee(pin: string): boolean {
    return this.participants.some((participant) => participant.invitee?.pin === pin);
  }

  #hasJoined(): boolean {
    return this.participants.some((participant) => participant.joinedAtMs !== null);
  }
}
