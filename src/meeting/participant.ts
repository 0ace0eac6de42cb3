/** What an invitation makes of a person. */
type InviteeRole = 'host' | 'delegate' | 'attendee';

/** Somebody named in the invitation, known by a 13-digit ID of their own. */
export interface Invitee {
  /** 13 digits. */
  readonly pin: string;
  readonly name: string;
  readonly role: InviteeRole;
}

/** How a participant came: decides how the roster names them. */
export interface ParticipantOrigin {
  readonly callId: string;
  /** Display name or user part of the calling party. */
  readonly callerName: string;
  /** Set when a 13-digit ID was dialed. */
  readonly invitee: Invitee | null;
  readonly isModerator: boolean;
}

/** One seat of a meeting. `joining` holds the seat while the call is being answered. */
export class Participant {
  readonly callId: string;
  readonly name: string;
  readonly invitee: Invitee | null;
  readonly isModerator: boolean;
  readonly admittedAtMs: number;
  joinedAtMs: number | null = null;

  constructor(origin: ParticipantOrigin, nowMs: number) {
    this.callId = origin.callId;
    this.invitee = origin.invitee;
    this.name = rosterName(origin);
    this.isModerator =
      origin.isModerator || origin.invitee?.role === 'host' || origin.invitee?.role === 'delegate';
    this.admittedAtMs = nowMs;
  }

  get state(): 'joining' | 'joined' {
    return this.joinedAtMs === null ? 'joining' : 'joined';
  }
}

/** Invitees stand plain in the roster; rooms and anonymous callers in angle brackets. */
function rosterName(origin: ParticipantOrigin): string {
  return origin.invitee?.name ?? `<${origin.callerName || 'anonymous'}>`;
}
