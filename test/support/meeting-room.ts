import { configSchema } from '../../config/schema.ts';
import { CallFailure } from '../../signaling/call-failure.ts';
import { Meeting } from '../../src/meeting/meeting.ts';
import type { MeetingDefinition } from '../../src/meeting/meeting-definition.ts';
import type { MeetingListener } from '../../src/meeting/meeting-listener.ts';
import type { Hearing, Participant, ParticipantOrigin, Seat } from '../../src/meeting/participant.ts';
import type { RoomRules } from '../../src/meeting/room-rules.ts';
import { roomRules } from '../../src/service-options.ts';

/** The defaults of the configuration. */
export const ROOM_RULES: RoomRules = roomRules({ rooms: configSchema.parse({}).rooms });

export const MARY = { pin: '6064724824001', name: 'Mary Major', role: 'host' } as const;
export const JOHN = { pin: '6064724824002', name: 'John Stiles', role: 'attendee' } as const;

export const MODERATED: MeetingDefinition = {
  id: '6064724824',
  title: 'Stand-up',
  moderatorPasscode: '4321',
  invitees: [MARY, JOHN],
  maxParticipants: 250,
  waitingRoom: false,
  largeMeeting: 'auto',
};

export const OPEN: MeetingDefinition = { ...MODERATED, moderatorPasscode: null, invitees: [] };

/** Remembers what the meeting does to it, one line each. */
export class FakeSeat implements Seat {
  readonly log: string[] = [];

  hear(hearing: Hearing): void {
    this.log.push(`hears ${hearing}`);
  }
  setMuted(isMuted: boolean): void {
    this.log.push(isMuted ? 'is muted' : 'is unmuted');
  }
  say(...phrases: string[]): void {
    this.log.push(`said ${phrases.join(' ')}`);
  }
  sound(sound: string): void {
    this.log.push(sound);
  }
  dismiss(lastWords: readonly string[]): void {
    this.log.push(`dismissed with ${lastWords.join(' ')}`);
  }

  /** What happened since this was last called. */
  take(): string[] {
    return this.log.splice(0);
  }
}

export function originOf(callId: string, overrides: Partial<ParticipantOrigin> = {}): ParticipantOrigin {
  return {
    callId,
    callerName: `room-${callId}`,
    invitee: null,
    isModerator: false,
    device: 'telephone',
    seat: new FakeSeat(),
    ...overrides,
  };
}

/** A meeting with its changes as lines, `<ms> <change> <who>`. */
export class MeetingRig {
  readonly changes: string[] = [];
  readonly meeting: Meeting;
  readonly #seats = new Map<string, FakeSeat>();

  constructor(definition: Partial<MeetingDefinition> = {}, rules: Partial<RoomRules> = {}) {
    this.meeting = new Meeting({ ...MODERATED, ...definition }, { ...ROOM_RULES, ...rules }, this.listener);
  }

  get listener(): MeetingListener {
    return {
      meetingChanged: (change, _meeting, nowMs) => this.changes.push(`${nowMs} ${change}`),
      participantChanged: (change, _meeting, { name }, nowMs) =>
        this.changes.push(`${nowMs} ${change} ${name}`),
    };
  }

  admit(callId: string, overrides: Partial<ParticipantOrigin> = {}): Participant {
    const seat = new FakeSeat();
    this.#seats.set(callId, seat);
    return this.meeting.admit(originOf(callId, { seat, ...overrides }));
  }

  /** Admitted, and answered. */
  seat(callId: string, nowMs = 0, overrides: Partial<ParticipantOrigin> = {}): Participant {
    const participant = this.admit(callId, overrides);
    this.meeting.join(callId, nowMs);
    return participant;
  }

  /** What happened to a seat since it was last asked. */
  heard(callId: string): string[] {
    return this.#seats.get(callId)?.take() ?? [];
  }

  /** The same for everybody, to begin anew. */
  forget(): void {
    this.changes.length = 0;
    for (const seat of this.#seats.values()) seat.take();
  }
}

/** The slug of the failure that is thrown. */
export function reasonOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof CallFailure) return error.reason;
    throw error;
  }
  return 'no failure';
}
