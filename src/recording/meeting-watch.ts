import type { MeetingListener } from '../meeting/meeting-listener.ts';
import type { RecordingDesk } from '../meeting/recording-desk.ts';

/** Passes on what meetings tell, and ends the recording of one that ends. */
export function endRecordingsWith(
  recordings: Pick<RecordingDesk, 'stop'>,
  next: MeetingListener,
): MeetingListener {
  return {
    participantChanged: (...change) => next.participantChanged(...change),
    meetingChanged: (change, meeting, nowMs) => {
      if (change === 'meeting-ended') void recordings.stop(meeting, nowMs);
      next.meetingChanged(change, meeting, nowMs);
    },
  };
}
