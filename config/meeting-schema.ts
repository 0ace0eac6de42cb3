import { z } from 'zod';
import { digits, flag, integer, listOf, oneOf, refuseDuplicates, text, type UniqueValue } from './field.ts';

/** Chime shows a meeting ID in groups of 4, 2 and 4 digits and takes it in any grouping. */
const meetingId = digits('a meeting ID of 10 digits, such as "6064724824" or "6064 72 4824"', [10]);

/** Chime gives each invited user a PIN of 13 digits, unique over all meetings. */
const inviteePin = digits('a PIN of 13 digits, such as "6064724824001"', [13]);

const inviteeSchema = z.strictObject(
  {
    pin: inviteePin.describe('Who dials this instead of the meeting ID joins under the name below.'),
    name: text('a name').describe('Shown in the roster.'),
    role: oneOf(['host', 'delegate', 'attendee'])
      .default('attendee')
      .describe('A host or delegate joins as moderator, without a passcode.'),
  },
  'an invitee: { pin, name, role }',
);

type Invitees = readonly z.output<typeof inviteeSchema>[];

/** One meeting, as the configuration and `POST /meetings` describe it. */
export const meetingSchema = z.strictObject(
  {
    id: meetingId.describe('What callers dial.'),
    title: text('a title').default('Meeting').describe('Shown to people in place of the ID.'),
    moderatorPasscode: digits('a passcode of 4 to 8 digits in quotes, or null', [4, 5, 6, 7, 8])
      .nullable()
      .default(null)
      .describe('With a passcode the meeting waits for its first moderator; null starts it at once.'),
    invitees: listOf(inviteeSchema, 'a list of invitees: [{ pin, name, role }]')
      .superRefine(refuseDuplicates('invitees', pinsOf))
      .default([])
      .describe('People with a PIN of their own.'),
    maxParticipants: integer(2, 250)
      .default(250)
      .describe('Chime connects 250 attendees; the next one hears that the meeting is full.'),
    waitingRoom: flag().default(false).describe('Who has no PIN and no passcode waits to be let in.'),
    largeMeeting: oneOf(['auto', 'off'])
      .default('auto')
      .describe('off: newcomers are not muted and tones sound, whatever rooms.largeMeetingSize.'),
  },
  'a meeting: { id, title, moderatorPasscode, invitees, maxParticipants, waitingRoom, largeMeeting }',
);

export type MeetingConfig = z.output<typeof meetingSchema>;

export const meetingsSchema = listOf(meetingSchema, 'a list of meetings: [{ id, title, … }]')
  .superRefine(refuseDuplicates('meetings', meetingIdsOf))
  .superRefine(refuseDuplicates('meetings', allPinsOf));

function pinsOf(invitees: Invitees): UniqueValue[] {
  return invitees.map(({ pin }, index) => ({ path: [index, 'pin'], value: pin }));
}

function meetingIdsOf(meetings: readonly MeetingConfig[]): UniqueValue[] {
  return meetings.map(({ id }, index) => ({ path: [index, 'id'], value: id }));
}

function allPinsOf(meetings: readonly MeetingConfig[]): UniqueValue[] {
  return meetings.flatMap(({ invitees }, index) =>
    pinsOf(invitees).map(({ path, value }) => ({ path: [index, 'invitees', ...path], value })),
  );
}
