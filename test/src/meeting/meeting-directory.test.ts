import { describe, expect, it } from 'vitest';
import { MeetingConflict, MeetingDirectory } from '../../../src/meeting/meeting-directory.ts';
import { MARY, MeetingRig, MODERATED, ROOM_RULES, reasonOf } from '../../support/meeting-room.ts';

const createDirectory = () => new MeetingDirectory([MODERATED], ROOM_RULES, new MeetingRig().listener);

describe('MeetingDirectory', () => {
  it('finds meetings by 10 digits and invitees by 13', () => {
    const directory = createDirectory();
    expect(directory.get('6064724824')?.definition.title).toBe('Stand-up');
    expect(directory.byInviteePin(MARY.pin)).toMatchObject({ meeting: { id: '6064724824' }, invitee: MARY });
  });

  it('says what would have matched when it finds nothing', () => {
    const directory = createDirectory();
    expect(() => directory.byMeetingId('0000000000')).toThrow(
      /There is no meeting 0000000000.*would have matched/,
    );
    expect(reasonOf(() => directory.byInviteePin('0000000000000'))).toBe('unknown-meeting');
  });

  it('refuses a second meeting or invitee with the same ID and changes nothing', () => {
    const directory = createDirectory();
    expect(() => directory.create(MODERATED)).toThrow(MeetingConflict);
    expect(() => directory.create({ ...MODERATED, id: '1111111111' })).toThrow(/6064724824001.*6064724824/);
    expect(directory.all()).toHaveLength(1);
    expect(directory.get('1111111111')).toBeUndefined();
  });
});
