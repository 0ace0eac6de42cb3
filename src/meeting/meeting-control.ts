import type { MeetingAction, MeetingControl } from '../http/meeting-control.ts';
import type { Meeting } from './meeting.ts';
import type { MeetingDirectory } from './meeting-directory.ts';
import type { MeetingRecorder } from './meeting-recorder.ts';
import { meetingDetail } from './meeting-view.ts';

export interface DirectoryControlParts {
  readonly meetings: Pick<MeetingDirectory, 'get'>;
  readonly recordings: Pick<MeetingRecorder, 'segments'>;
  now(): number;
}

/** What may be done to the meetings of the directory over HTTP. */
export class DirectoryControl implements MeetingControl {
  readonly #parts: DirectoryControlParts;

  constructor(parts: DirectoryControlParts) {
    this.#parts = parts;
  }

  lock(meetingId: string, isLocked: boolean): MeetingAction | null {
    return this.#act(meetingId, (meeting, nowMs) => {
      meeting.lock(isLocked, nowMs);
      return null;
    });
  }

  mute(meetingId: string, callId: string, isMuted: boolean): MeetingAction | null {
    return this.#act(meetingId, (meeting, nowMs) => {
      const participant = meeting.participant(callId);
      if (participant?.state !== 'joined') return `Call ${callId} takes no part in meeting ${meetingId}.`;
      if (participant.isMuted === isMuted) return null;
      meeting.mute(participant, isMuted, nowMs);
      participant.seat.say(isMuted ? 'muted-by-moderator' : 'unmuted');
      return null;
    });
  }

  letIn(meetingId: string, callId: string | null): MeetingAction | null {
    return this.#act(meetingId, (meeting, nowMs) =>
      meeting.letIn(callId, nowMs) > 0 ? null : nobodyWaits(meetingId, callId),
    );
  }

  turnAway(meetingId: string, callId: string | null): MeetingAction | null {
    return this.#act(meetingId, (meeting, nowMs) =>
      meeting.turnAway(callId, nowMs) > 0 ? null : nobodyWaits(meetingId, callId),
    );
  }

  /** @param act returns why nothing was done, else null */
  #act(meetingId: string, act: (meeting: Meeting, nowMs: number) => string | null): MeetingAction | null {
    const { meetings, recordings, now } = this.#parts;
    const meeting = meetings.get(meetingId);
    if (meeting === undefined) return null;
    const detail = act(meeting, now());
    if (detail !== null) return { kind: 'conflict', detail };
    return { kind: 'done', meeting: meetingDetail(meeting, recordings.segments(meetingId)) };
  }
}

function nobodyWaits(meetingId: string, callId: string | null): string {
  const who = callId === null ? 'Nobody' : `No call ${callId}`;
  return `${who} is in the waiting room of meeting ${meetingId}.`;
}
