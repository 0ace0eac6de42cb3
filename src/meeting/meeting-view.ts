import type { MeetingDetail, MeetingSummary, ParticipantView } from '../http/service-view.ts';
import { mayPress } from './keypad.ts';
import type { Meeting } from './meeting.ts';
import type { RecordingSegment } from './meeting-recorder.ts';
import type { Participant } from './participant.ts';

/** One line of `/meetings`. */
export function meetingSummary(meeting: Meeting, isRecording = false): MeetingSummary {
  const { id, title, maxParticipants } = meeting.definition;
  return {
    id,
    title,
    state: meeting.state,
    isLocked: meeting.isLocked,
    isRecording,
    participantCount: meeting.participantCount,
    maxParticipants,
    startedAtMs: meeting.startedAtMs,
    endedAtMs: meeting.endedAtMs,
  };
}

/** The whole of `/meetings/:id`. Passcodes and invitee IDs are secrets and stay out. */
export function meetingDetail(meeting: Meeting, recordings: readonly RecordingSegment[]): MeetingDetail {
  const { moderatorPasscode, invitees } = meeting.definition;
  return {
    ...meetingSummary(
      meeting,
      recordings.some(({ endedAtMs }) => endedAtMs === null),
    ),
    hasModeratorPasscode: moderatorPasscode !== null,
    isLarge: meeting.isLarge,
    hasWaitingRoom: meeting.definition.waitingRoom,
    participants: meeting.participants.map((participant) => participantView(meeting, participant)),
    roster: meeting.roster,
    invitees: invitees.map(({ name, role }) => ({ name, role })),
    recordings,
  };
}

export function participantView(meeting: Meeting, participant: Participant): ParticipantView {
  const { callId, name, state, device, isModerator, isMuted, hears, joinedAtMs } = participant;
  return {
    callId,
    name,
    state,
    device,
    isModerator,
    isMuted,
    hears,
    mayPress: mayPress(meeting, participant),
    joinedAtMs,
  };
}
