import type { Invitee } from './participant.ts';

export interface MeetingDefinition {
  /** 10 digits. */
  readonly id: string;
  readonly title: string;
  /** 4–8 digits, or null where nobody moderates. */
  readonly moderatorPasscode: string | null;
  readonly invitees: readonly Invitee[];
  readonly maxParticipants: number;
  /** Callers who are not invited by name wait until they are let in. */
  readonly waitingRoom: boolean;
  /** `off`: a large meeting is like any other. */
  readonly largeMeeting: 'auto' | 'off';
}
