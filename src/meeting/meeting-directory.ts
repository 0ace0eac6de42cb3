import { CallFailure } from '../../signaling/call-failure.ts';
import { secretDigest } from '../guessing/secret-digits.ts';
import { Meeting } from './meeting.ts';
import type { MeetingDefinition } from './meeting-definition.ts';
import type { MeetingListener } from './meeting-listener.ts';
import type { Invitee } from './participant.ts';
import type { RoomRules } from './room-rules.ts';

/** A definition that collides with one the directory already holds. */
export class MeetingConflict extends Error {
  override readonly name = 'MeetingConflict';
}

/** All meetings by their 10-digit ID, and all invitees by their 13-digit ID. */
export class MeetingDirectory {
  readonly #rules: RoomRules;
  readonly #listener: MeetingListener;
  readonly #meetings = new Map<string, Meeting>();
  /** By the digest of the 13-digit ID, so that the time a look-up takes tells nothing of the digits. */
  readonly #invitees = new Map<string, { readonly meeting: Meeting; readonly invitee: Invitee }>();

  constructor(definitions: readonly MeetingDefinition[], rules: RoomRules, listener: MeetingListener) {
    this.#rules = rules;
    this.#listener = listener;
    for (const definition of definitions) this.create(definition);
  }

  /** @throws MeetingConflict when the ID of the meeting or of an invitee is taken. */
  create(definition: MeetingDefinition): Meeting {
    if (this.#meetings.has(definition.id))
      throw new MeetingConflict(`Meeting ${definition.id} exists already.`);
    for (const { pin } of definition.invitees) {
      const holder = this.#invitees.get(secretDigest(pin));
      if (holder !== undefined) {
        throw new MeetingConflict(`Invitee ID ${pin} belongs to meeting ${holder.meeting.id} already.`);
      }
    }
    const meeting = new Meeting(definition, this.#rules, this.#listener);
    this.#meetings.set(meeting.id, meeting);
    for (const invitee of definition.invitees)
      this.#invitees.set(secretDigest(invitee.pin), { meeting, invitee });
    return meeting;
  }

  get(meetingId: string): Meeting | undefined {
    return this.#meetings.get(meetingId);
  }

  all(): readonly Meeting[] {
    return [...this.#meetings.values()];
  }

  /** @throws CallFailure `unknown-meeting` with what would have matched. */
  byMeetingId(meetingId: string): Meeting {
    const meeting = this.#meetings.get(meetingId);
    if (meeting === undefined) {
      throw new CallFailure(
        'unknown-meeting',
        `There is no meeting ${meetingId}. A 10-digit meeting ID or a 13-digit invitee ID that exists would have matched.`,
      );
    }
    return meeting;
  }

  /** @throws CallFailure `unknown-meeting`. */
  byInviteePin(pin: string): { readonly meeting: Meeting; readonly invitee: Invitee } {
    const found = this.#invitees.get(secretDigest(pin));
    if (found === undefined) {
      throw new CallFailure('unknown-meeting', `No meeting has an invitee with the 13-digit ID ${pin}.`);
    }
    return found;
  }
}
