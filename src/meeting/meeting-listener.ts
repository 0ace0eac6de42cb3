import type { Meeting } from './meeting.ts';
import type { Participant } from './participant.ts';

export type MeetingChange =
  | 'meeting-waiting'
  | 'meeting-started'
  | 'meeting-ended'
  | 'meeting-locked'
  | 'meeting-unlocked';

export type ParticipantChange =
  | 'participant-waiting'
  | 'participant-joined'
  | 'participant-left'
  | 'participant-let-in'
  | 'participant-turned-away'
  | 'participant-muted'
  | 'participant-unmuted'
  | 'moderator-joined';

/** What a meeting tells of itself. */
export interface MeetingListener {
  meetingChanged(change: MeetingChange, meeting: Meeting, nowMs: number): void;
  participantChanged(
    change: ParticipantChange,
    meeting: Meeting,
    participant: Participant,
    nowMs: number,
  ): void;
}
