import type { Phrase } from '../../media/prompt/phrases.ts';
import type { Sound } from '../../media/prompt/read-clips.ts';
import type { Device } from './device.ts';

/** What an invitation makes of a person. */
type InviteeRole = 'host' | 'delegate' | 'attendee';

/** Somebody named in the invitation, known by a 13-digit ID of their own. */
export interface Invitee {
  /** 13 digits. */
  readonly pin: string;
  readonly name: string;
  readonly role: InviteeRole;
}

/** What a participant hears: music waits for something, `meeting` is the others. */
export type Hearing = 'nothing' | 'hold-music' | 'meeting';

/** What a meeting does to the call that sits in it. */
export interface Seat {
  hear(hearing: Hearing): void;
  setMuted(isMuted: boolean): void;
  /** Says phrases to this one alone, one after the other. */
  say(...phrases: readonly Phrase[]): void;
  sound(sound: Sound): void;
  /** Says a last word and hangs up; the seat has been given back. */
  dismiss(lastWords: readonly Phrase[], detail: string): void;
}

/** How a participant came: decides how the roster names them. */
export interface ParticipantOrigin {
  readonly callId: string;
  /** Display name or user part of the calling party. */
  readonly callerName: string;
  /** Set when a 13-digit ID was dialed. */
  readonly invitee: Invitee | null;
  /** The passcode was dialed with the meeting ID. */
  readonly isModerator: boolean;
  readonly device: Device;
  readonly seat: Seat;
}

/**
 * `joining`: the call is being answered. `waiting-room`: until somebody lets them in. `waiting`: until a moderator
 * starts the meeting. `joined`: takes part.
 */
export type ParticipantState = 'joining' | 'waiting-room' | 'waiting' | 'joined';

/** One seat of a meeting; only the meeting changes it. */
export class Participant {
  readonly callId: string;
  readonly device: Device;
  readonly seat: Seat;
  name: string;
  invitee: Invitee | null;
  isModerator: boolean;
  state: ParticipantState = 'joining';
  isMuted = false;
  /** Does not wait in the waiting room: invited by name, a moderator, or let in. */
  isLetIn: boolean;
  joinedAtMs: number | null = null;
  /** When it is told again that it waits, and when its waiting has lasted too long; null where it does not wait. */
  nextCueAtMs: number | null = null;
  givesUpAtMs: number | null = null;

  constructor(origin: ParticipantOrigin) {
    this.callId = origin.callId;
    this.device = origin.device;
    this.seat = origin.seat;
    this.invitee = origin.invitee;
    this.name = origin.invitee?.name ?? `<${origin.callerName || 'anonymous'}>`;
    this.isModerator = origin.isModerator || isHosting(origin.invitee);
    this.isLetIn = this.isModerator || origin.invitee !== null;
  }

  /** When `Meeting.advance` is due. */
  get dueAtMs(): number | null {
    if (this.nextCueAtMs === null) return null;
    return Math.min(this.nextCueAtMs, this.givesUpAtMs ?? Number.POSITIVE_INFINITY);
  }

  get hears(): Hearing {
    if (this.state === 'joined') return 'meeting';
    return this.state === 'joining' ? 'nothing' : 'hold-music';
  }
}

/** A host or delegate moderates without a passcode. */
export function isHosting(invitee: Invitee | null): boolean {
  return invitee?.role === 'host' || invitee?.role === 'delegate';
}
