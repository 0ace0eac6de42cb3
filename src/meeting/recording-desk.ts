import type { Phrase } from '../../media/prompt/phrases.ts';
import type { Meeting } from './meeting.ts';
import type { MeetingRecorder, RecordingStart } from './meeting-recorder.ts';
import type { Participant } from './participant.ts';

/** Starts and stops the recordings of meetings, by keypad and over HTTP, and tells everybody in them. */
export class RecordingDesk {
  readonly #recorder: MeetingRecorder;

  constructor(recorder: MeetingRecorder) {
    this.#recorder = recorder;
  }

  /** What `*2` does; what it came to, in a word. The voice says more once the recorder has answered. */
  toggle(meeting: Meeting, participant: Participant, nowMs: number): string {
    // A second press while a file is being opened, by the same hand or another, asks for the same.
    if (meeting.recording === 'starting') return 'recording-starting';
    if (meeting.recording === 'on') {
      void this.stop(meeting, nowMs);
      return 'recording-stopped';
    }
    void this.start(meeting, participant, nowMs);
    return 'recording-starting';
  }

  /**
   * Begins a recording and, once its file is open, says so to all who take part.
   * @param starter hears why there is none; null over HTTP
   */
  async start(meeting: Meeting, starter: Participant | null, nowMs: number): Promise<RecordingStart> {
    const { id, title } = meeting.definition;
    meeting.recording = 'starting';
    const request = { meetingId: id, title, startedBy: starter?.name ?? null, nowMs };
    const answer = await this.#recorder.start(request, () => this.#break(meeting));
    const isWanted = meeting.recording === 'starting';
    if (answer.kind === 'refused') {
      if (isWanted) meeting.recording = 'off';
      starter?.seat.say(`recording-${answer.reason}`);
    } else if (isWanted) {
      meeting.recording = 'on';
      sayToAll(meeting, 'recording-started');
    } else await this.#recorder.stop(id, nowMs);
    return answer;
  }

  /** Also when the meeting is over. One that is just beginning ends when it has begun. */
  async stop(meeting: Meeting, nowMs: number): Promise<void> {
    const wasOn = meeting.recording === 'on';
    meeting.recording = 'off';
    if (!wasOn) return;
    sayToAll(meeting, 'recording-stopped');
    await this.#recorder.stop(meeting.id, nowMs);
  }

  /** The file broke, as with a full disk: said, and the meeting goes on. */
  #break(meeting: Meeting): void {
    if (meeting.recording === 'off') return;
    meeting.recording = 'off';
    sayToAll(meeting, 'recording-failed');
  }
}

function sayToAll(meeting: Meeting, phrase: Phrase): void {
  for (const { state, seat } of meeting.participants) if (state === 'joined') seat.say(phrase);
}
