import { z } from 'zod';
import { connectorId } from './connector-schema.ts';
import { flag, integer, listOf, oneOf, text } from './field.ts';

const GROUP = 'a group of keys';

/** What callers with a meeting ID, or without one, hear and may do. */
export const roomsSchema = z.strictObject(
  {
    connectorId: connectorId
      .default('carillonroombridge0000')
      .describe('Calls into meetings are told as those of this connector.'),
    language: oneOf(['en', 'de'])
      .default('en')
      .describe('Of the voice, for callers whose Accept-Language asks for none that it speaks.'),
    interDigitPauseSeconds: integer(1, 30, 'seconds')
      .default(3)
      .describe('Completes a meeting ID of 10 or 13 digits without #; takes back a code that was begun.'),
    welcomeSilenceSeconds: integer(5, 600, 'seconds')
      .default(30)
      .describe('Without a key for so long the welcome screen asks again.'),
    welcomeAttempts: integer(1, 10).default(3).describe('So many silences, or wrong entries, end the call.'),
    largeMeetingSize: integer(2, 250)
      .default(25)
      .describe('With more invitees and callers newcomers are muted and tones are silent.'),
    tones: flag().default(true).describe('Others hear that somebody joins or leaves.'),
    waitingNoticeSeconds: integer(5, 600, 'seconds')
      .default(60)
      .describe('How often those who wait for the moderator are told so again.'),
    waitingRoomCueSeconds: integer(5, 600, 'seconds').default(60).describe('The same in the waiting room.'),
    waitingRoomLimitSeconds: integer(5, 3600, 'seconds')
      .default(600)
      .describe('Whom nobody lets in from the waiting room by then is hung up.'),
    roomSystems: listOf(text('a part of a User-Agent'), 'a list of parts of User-Agent headers')
      .default(['TANDBERG', 'Cisco', 'RoomOS', 'Polycom', 'Poly Trio', 'PolyTrio', 'LifeSize'])
      .describe(
        'Tell room systems, which large meetings do not mute, from telephones; case does not matter.',
      ),
  },
  GROUP,
);
