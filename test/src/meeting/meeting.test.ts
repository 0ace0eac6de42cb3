import { describe, expect, it } from 'vitest';
import { JOHN, MARY, MeetingRig, OPEN, originOf, reasonOf } from '../../support/meeting-room.ts';

describe('a meeting without a passcode', () => {
  it('starts with the first to join and ends with the last to leave', () => {
    const { meeting, changes, ...rig } = withRig(OPEN);
    meeting.admit(originOf('a'));
    expect(meeting.state).toBe('idle');
    meeting.join('a', 20);
    rig.seat('b', 30);
    meeting.leave('a', 40);
    expect(meeting.state).toBe('started');
    meeting.leave('b', 50);
    expect(meeting.state).toBe('ended');
    expect(changes).toEqual([
      '20 meeting-started',
      '20 participant-joined <room-a>',
      '30 participant-joined <room-b>',
      '40 participant-left <room-a>',
      '50 participant-left <room-b>',
      '50 meeting-ended',
    ]);
  });

  it('starts anew when it is dialed again', () => {
    const { meeting, changes, seat } = withRig(OPEN);
    seat('a', 2);
    meeting.leave('a', 3);
    seat('b', 11);
    meeting.leave('b', 12);
    expect(changes.filter((line) => line.endsWith('started'))).toEqual([
      '2 meeting-started',
      '11 meeting-started',
    ]);
    expect([meeting.startedAtMs, meeting.endedAtMs]).toEqual([11, 12]);
  });

  it('ignores joins and leaves of calls it does not know, and a second join', () => {
    const { meeting, changes } = withRig(OPEN);
    meeting.join('nobody', 1);
    meeting.leave('nobody', 2);
    meeting.admit(originOf('a'));
    meeting.join('a', 4);
    meeting.join('a', 5);
    expect(changes).toEqual(['4 meeting-started', '4 participant-joined <room-a>']);
  });
});

describe('admission', () => {
  it('holds a seat from then on, and gives it back when the call is never answered', () => {
    const { meeting, changes } = withRig({ ...OPEN, maxParticipants: 3 });
    for (const callId of ['a', 'b', 'c']) meeting.admit(originOf(callId));
    expect(reasonOf(() => meeting.admit(originOf('d')))).toBe('meeting-full');
    meeting.leave('b', 3);
    expect(reasonOf(() => meeting.admit(originOf('d')))).toBe('no failure');
    expect([changes, meeting.state]).toEqual([[], 'idle']);
  });

  it('admits each invitee once at a time, by name', () => {
    const { meeting } = withRig({});
    const seat = meeting.admit(originOf('a', { invitee: MARY }));
    expect([seat.name, seat.isModerator]).toEqual(['Mary Major', true]);
    expect(reasonOf(() => meeting.admit(originOf('b', { invitee: MARY })))).toBe('invitee-already-joined');
    meeting.leave('a', 3);
    expect(reasonOf(() => meeting.admit(originOf('b', { invitee: MARY })))).toBe('no failure');
  });

  it('names a room in angle brackets, and a caller without a name anonymous', () => {
    const { meeting } = withRig({});
    expect(meeting.admit(originOf('a', { callerName: 'Everest-11-204' })).name).toBe('<Everest-11-204>');
    expect(meeting.admit(originOf('b', { callerName: '' })).name).toBe('<anonymous>');
  });

  it('takes 13-digit IDs alone into a locked meeting, until it is unlocked or over', () => {
    const { meeting, seat } = withRig(OPEN);
    seat('a');
    meeting.lock(true, 1);
    expect(reasonOf(() => meeting.admit(originOf('b')))).toBe('meeting-locked');
    expect(reasonOf(() => meeting.admit(originOf('c', { invitee: JOHN })))).toBe('no failure');
    meeting.lock(false, 2);
    expect(reasonOf(() => meeting.admit(originOf('d')))).toBe('no failure');
    meeting.lock(true, 3);
    meeting.endForAll(4);
    expect(meeting.isLocked).toBe(false);
  });
});

describe('a moderated meeting', () => {
  it('lets nobody hear anybody, and shows no roster, before its first moderator', () => {
    const { meeting, seat, heard, changes } = withRig({});
    seat('a', 10);
    seat('b', 20);
    for (const callId of ['a', 'b'])
      expect(heard(callId)).toEqual(['hears hold-music', 'said waiting-for-moderator']);
    expect([meeting.state, meeting.roster]).toEqual(['waiting', []]);
    expect(changes).toEqual([
      '10 meeting-waiting',
      '10 participant-waiting <room-a>',
      '20 participant-waiting <room-b>',
    ]);
  });

  it.each([
    ['a host or delegate joins', (rig: MeetingRig) => void rig.seat('m', 30, { invitee: MARY })],
    ['the passcode was dialed', (rig: MeetingRig) => void rig.seat('m', 30, { isModerator: true })],
    [
      'the passcode is keyed by one who waits',
      (rig: MeetingRig) => rig.meeting.makeModerator(rig.meeting.participant('a')!, 30),
    ],
    [
      'a host keys the 13-digit ID while waiting',
      (rig: MeetingRig) => rig.meeting.identify(rig.meeting.participant('a')!, MARY, 30),
    ],
  ])('starts for all when %s', (_, start) => {
    const rig = new MeetingRig();
    rig.seat('a', 10);
    rig.seat('b', 20);
    rig.forget();
    start(rig);
    expect(rig.meeting.state).toBe('started');
    expect(rig.heard('a')).toContain('hears meeting');
    expect(rig.heard('b')).toContain('hears meeting');
    expect(rig.meeting.roster.length).toBe(rig.meeting.participants.length);
    expect(rig.changes[0]).toBe('30 meeting-started');
    expect(rig.changes.filter((line) => line.includes('moderator-joined'))).toHaveLength(1);
  });

  it('does not start for an attendee with a 13-digit ID, who is named and waits on', () => {
    const rig = new MeetingRig();
    const participant = rig.seat('a', 10);
    rig.meeting.identify(participant, JOHN, 20);
    expect([participant.name, participant.state, rig.meeting.state]).toEqual([
      'John Stiles',
      'waiting',
      'waiting',
    ]);
  });

  it('connects late comers at once, tells of late moderators, and goes on when moderators leave', () => {
    const rig = new MeetingRig();
    rig.seat('m', 10, { isModerator: true });
    rig.seat('a', 20);
    expect(rig.heard('a')).toEqual(['hears meeting']);
    rig.forget();
    rig.seat('n', 30, { isModerator: true });
    expect(rig.changes).toEqual(['30 participant-joined <room-n>', '30 moderator-joined <room-n>']);
    rig.meeting.leave('m', 40);
    rig.meeting.leave('n', 50);
    rig.seat('b', 60);
    expect([rig.meeting.state, rig.heard('b')]).toEqual(['started', ['hears meeting']]);
  });

  it('says again every minute that it waits, and no longer when it has started', () => {
    const rig = new MeetingRig();
    const participant = rig.seat('a', 1000);
    rig.forget();
    expect(participant.dueAtMs).toBe(61_000);
    rig.meeting.advance('a', 60_999);
    expect(rig.heard('a')).toEqual([]);
    rig.meeting.advance('a', 61_000);
    expect(rig.heard('a')).toEqual(['said waiting-for-moderator']);
    expect(participant.dueAtMs).toBe(121_000);
    rig.meeting.makeModerator(participant, 70_000);
    expect(participant.dueAtMs).toBeNull();
  });

  it('is idle again when those who waited have left', () => {
    const rig = new MeetingRig();
    rig.seat('a');
    rig.meeting.leave('a', 5);
    expect(rig.meeting.state).toBe('idle');
  });

  it('waits anew when it was over', () => {
    const rig = new MeetingRig();
    rig.seat('m', 1, { isModerator: true });
    rig.meeting.leave('m', 2);
    rig.seat('a', 3);
    expect(rig.meeting.state).toBe('waiting');
  });
});

describe('the end for all', () => {
  it('is said to everybody, and makes room for a new beginning at once', () => {
    const rig = new MeetingRig(OPEN);
    rig.seat('a');
    rig.admit('b');
    rig.forget();
    rig.meeting.endForAll(9);
    expect(rig.changes).toEqual(['9 participant-left <room-a>', '9 meeting-ended']);
    for (const callId of ['a', 'b']) expect(rig.heard(callId)).toEqual(['dismissed with meeting-ended']);
    rig.meeting.leave('a', 10);
    expect(rig.changes).toHaveLength(2);
    rig.seat('c', 11);
    expect(rig.meeting.state).toBe('started');
  });
});

/** The rig with its methods bound, to be taken apart. */
function withRig(definition: ConstructorParameters<typeof MeetingRig>[0]) {
  const rig = new MeetingRig(definition);
  return {
    meeting: rig.meeting,
    changes: rig.changes,
    seat: rig.seat.bind(rig),
    heard: rig.heard.bind(rig),
  };
}
