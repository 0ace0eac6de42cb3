import { describe, expect, it } from 'vitest';
import { CallFailure } from '../../../signaling/call-failure.ts';
import { Meeting, type MeetingDefinition } from '../../../src/meeting/meeting.ts';
import { MeetingConflict, MeetingDirectory } from '../../../src/meeting/meeting-directory.ts';
import type { ParticipantOrigin } from '../../../src/meeting/participant.ts';

const mary = { pin: '6064724824001', name: 'Mary Major', role: 'host' } as const;
const definition: MeetingDefinition = {
  id: '6064724824',
  title: 'Stand-up',
  moderatorPasscode: '4321',
  invitees: [mary],
  maxParticipants: 3,
};
const caller = (callId: string, overrides: Partial<ParticipantOrigin> = {}): ParticipantOrigin => ({
  callId,
  callerName: `room-${callId}`,
  invitee: null,
  isModerator: false,
  ...overrides,
});

function meetingWithLog(overrides: Partial<MeetingDefinition> = {}) {
  const log: string[] = [];
  const meeting = new Meeting(
    { ...definition, ...overrides },
    {
      onStarted: (_, nowMs) => log.push(`${nowMs} started`),
      onJoined: (_, participant, nowMs) => log.push(`${nowMs} joined ${participant.name}`),
      onLeft: (_, participant, nowMs) => log.push(`${nowMs} left ${participant.name}`),
      onEnded: (_, nowMs) => log.push(`${nowMs} ended`),
    },
  );
  return { meeting, log };
}

const reasonOf = (action: () => unknown): string => {
  try {
    action();
  } catch (error) {
    if (error instanceof CallFailure) return error.reason;
    throw error;
  }
  return 'no failure';
};

describe('Meeting', () => {
  it('starts with the first to join and ends with the last to leave', () => {
    const { meeting, log } = meetingWithLog();
    meeting.admit(caller('a'), 10);
    expect(meeting.state).toBe('idle');
    meeting.join('a', 20);
    meeting.admit(caller('b'), 25);
    meeting.join('b', 30);
    meeting.leave('a', 40);
    expect(meeting.state).toBe('started');
    meeting.leave('b', 50);
    expect(meeting.state).toBe('ended');
    expect(log).toEqual([
      '20 started',
      '20 joined <room-a>',
      '30 joined <room-b>',
      '40 left <room-a>',
      '50 left <room-b>',
      '50 ended',
    ]);
  });

  it('starts anew when it is dialed again', () => {
    const { meeting, log } = meetingWithLog();
    for (const [callId, nowMs] of [
      ['a', 1],
      ['b', 10],
    ] as const) {
      meeting.admit(caller(callId), nowMs);
      meeting.join(callId, nowMs + 1);
      meeting.leave(callId, nowMs + 2);
    }
    expect(log.filter((line) => line.endsWith('started'))).toEqual(['2 started', '11 started']);
    expect([meeting.startedAtMs, meeting.endedAtMs]).toEqual([11, 12]);
  });

  it('holds a seat from admission on, and gives it back when the call is never answered', () => {
    const { meeting, log } = meetingWithLog();
    for (const callId of ['a', 'b', 'c']) meeting.admit(caller(callId), 1);
    expect(reasonOf(() => meeting.admit(caller('d'), 2))).toBe('meeting-full');
    meeting.leave('b', 3);
    expect(reasonOf(() => meeting.admit(caller('d'), 4))).toBe('no failure');
    expect(log).toEqual([]);
    expect(meeting.state).toBe('idle');
  });

  it('admits each invitee once at a time, by name', () => {
    const { meeting } = meetingWithLog();
    const seat = meeting.admit(caller('a', { invitee: mary }), 1);
    expect([seat.name, seat.isModerator]).toEqual(['Mary Major', true]);
    expect(reasonOf(() => meeting.admit(caller('b', { invitee: mary }), 2))).toBe('invitee-already-joined');
    meeting.leave('a', 3);
    expect(reasonOf(() => meeting.admit(caller('b', { invitee: mary }), 4))).toBe('no failure');
  });

  it('names a room in angle brackets, and a caller without a name anonymous', () => {
    const { meeting } = meetingWithLog();
    expect(meeting.admit(caller('a', { callerName: 'Everest-11-204' }), 1).name).toBe('<Everest-11-204>');
    expect(meeting.admit(caller('b', { callerName: '' }), 1).name).toBe('<anonymous>');
  });

  it('ignores joins and leaves of calls it does not know, and a second join', () => {
    const { meeting, log } = meetingWithLog();
    meeting.join('nobody', 1);
    meeting.leave('nobody', 2);
    meeting.admit(caller('a'), 3);
    meeting.join('a', 4);
    meeting.join('a', 5);
    expect(log).toEqual(['4 started', '4 joined <room-a>']);
  });
});

describe('MeetingDirectory', () => {
  const silent = { onStarted() {}, onJoined() {}, onLeft() {}, onEnded() {} };

  it('finds meetings by 10 digits and invitees by 13', () => {
    const directory = new MeetingDirectory([definition], silent);
    expect(directory.byMeetingId('6064724824').definition.title).toBe('Stand-up');
    expect(directory.byInviteePin(mary.pin)).toMatchObject({ meeting: { id: '6064724824' }, invitee: mary });
  });

  it('says what would have matched when it finds nothing', () => {
    const directory = new MeetingDirectory([definition], silent);
    expect(() => directory.byMeetingId('0000000000')).toThrow(
      /There is no meeting 0000000000.*would have matched/,
    );
    expect(reasonOf(() => directory.byInviteePin('0000000000000'))).toBe('unknown-meeting');
  });

  it('refuses a second meeting or invitee with the same ID and changes nothing', () => {
    const directory = new MeetingDirectory([definition], silent);
    expect(() => directory.create(definition)).toThrow(MeetingConflict);
    expect(() => directory.create({ ...definition, id: '1111111111' })).toThrow(/6064724824001.*6064724824/);
    expect(directory.all()).toHaveLength(1);
    expect(directory.get('1111111111')).toBeUndefined();
  });
});
