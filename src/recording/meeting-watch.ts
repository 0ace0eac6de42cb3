import type { Meeting, MeetingListener } from '../meeting/meeting.ts';
import type { MeetingRecorder } from '../meeting/meeting-recorder.ts';

/** Passes on what meetings tell, and ends the recording of one that ends. */
export function endRecordingsWith(recorder: MeetingRecorder, next: MeetingListener): MeetingListener {
  return {
    onStarted: (meeting, nowMs) => next.onStarted(meeting, nowMs),
    onJoined: (meeting, participant, nowMs) => next.onJoined(meeting, participant, nowMs),
    onLeft: (meeting, participant, nowMs) => next.onLeft(meeting, participant, nowMs),
    onEnded: (meeting: Meeting, nowMs) => {
      void recorder.stop(meeting.id, nowMs);
      next.onEnded(meeting, nowMs);
    },
  };
}
