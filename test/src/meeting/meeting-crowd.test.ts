import { describe, expect, it } from 'vitest';
import { JOHN, MARY, MeetingRig, OPEN } from '../../support/meeting-room.ts';

describe('tones', () => {
  it('sound for the others who take part when somebody joins or leaves', () => {
    const rig = new MeetingRig(OPEN);
    rig.seat('a');
    rig.seat('b');
    expect([rig.heard('a'), rig.heard('b')]).toEqual([['hears meeting', 'join-tone'], ['hears meeting']]);
    rig.meeting.leave('b', 1);
    expect(rig.heard('a')).toEqual(['leave-tone']);
  });

  it('are silent where the configuration wants none', () => {
    const rig = new MeetingRig(OPEN, { hasTones: false });
    rig.seat('a');
    rig.seat('b');
    rig.meeting.leave('b', 1);
    expect(rig.heard('a')).toEqual(['hears meeting']);
  });
});

describe('a large meeting', () => {
  const fill = (rig: MeetingRig, count: number) => {
    for (let index = 0; index < count; index++) rig.seat(`p${index}`);
    rig.forget();
  };

  it('mutes newcomers from the 26th on, and no tone sounds', () => {
    const rig = new MeetingRig(OPEN);
    fill(rig, 24);
    expect(rig.seat('p24').isMuted).toBe(false);
    expect([rig.meeting.isLarge, rig.heard('p0')]).toEqual([false, ['join-tone']]);
    expect(rig.seat('p25').isMuted).toBe(true);
    expect([rig.meeting.isLarge, rig.heard('p0')]).toEqual([true, []]);
    expect(rig.heard('p25')).toEqual(['is muted', 'hears meeting', 'said joined-muted']);
    rig.meeting.leave('p3', 1);
    expect(rig.meeting.isLarge).toBe(false);
  });

  it.each([
    ['room systems', { device: 'room-system' }],
    ['moderators', { isModerator: true }],
  ] as const)('does not mute %s', (_, overrides) => {
    const rig = new MeetingRig(OPEN);
    fill(rig, 25);
    expect(rig.seat('x', 0, overrides).isMuted).toBe(false);
  });

  it('counts invitees whether they came or not', () => {
    const invitees = Array.from({ length: 26 }, (_, index) => ({
      ...JOHN,
      pin: String(6_064_724_824_100 + index),
    }));
    const rig = new MeetingRig({ ...OPEN, invitees });
    expect(rig.seat('a', 0, { invitee: invitees[0]! }).isMuted).toBe(true);
  });

  it('is like any other where the host wants it so', () => {
    const rig = new MeetingRig({ ...OPEN, largeMeeting: 'off' });
    fill(rig, 25);
    expect(rig.seat('x').isMuted).toBe(false);
    expect(rig.heard('p0')).toEqual(['join-tone']);
  });
});

describe('the waiting room', () => {
  const WITH_WAITING_ROOM = { ...OPEN, waitingRoom: true, moderatorPasscode: '4321', invitees: [MARY, JOHN] };

  it('keeps callers who are not invited, and nobody else', () => {
    const rig = new MeetingRig(WITH_WAITING_ROOM);
    const states = [
      rig.seat('m', 1, { isModerator: true }),
      rig.seat('i', 1, { invitee: JOHN }),
      rig.seat('a', 1),
    ].map(({ state }) => state);
    expect(states).toEqual(['joined', 'joined', 'waiting-room']);
    expect(rig.heard('a')).toEqual(['hears hold-music', 'said waiting-room']);
    expect(rig.meeting.roster).toEqual(['<room-m>', 'John Stiles']);
  });

  it('says so every minute, and hangs up after ten', () => {
    const rig = new MeetingRig(WITH_WAITING_ROOM);
    const participant = rig.seat('a', 0);
    rig.forget();
    const said: number[] = [];
    for (let nowMs = 0; nowMs < 600_000; nowMs += 1000) {
      if (participant.dueAtMs !== null && nowMs >= participant.dueAtMs) said.push(nowMs / 60_000);
      rig.meeting.advance('a', nowMs);
    }
    expect(said).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    rig.forget();
    rig.meeting.advance('a', 600_000);
    expect(rig.heard('a')).toEqual(['dismissed with not-let-in goodbye']);
    expect(rig.changes).toEqual(['600000 participant-turned-away <room-a>']);
    expect(rig.meeting.participants).toEqual([]);
  });

  it('is left one by one or all at once, and leads to the moderator’s wait where there is none yet', () => {
    const rig = new MeetingRig(WITH_WAITING_ROOM);
    for (const callId of ['a', 'b', 'c']) rig.seat(callId);
    rig.forget();
    expect(rig.meeting.letIn('b', 1)).toBe(1);
    expect(rig.meeting.letIn('b', 1)).toBe(0);
    expect(rig.heard('b')).toEqual(['hears hold-music', 'said waiting-for-moderator']);
    rig.seat('m', 2, { invitee: MARY });
    expect(rig.meeting.letIn(null, 3)).toBe(2);
    expect(rig.meeting.participants.every(({ state }) => state === 'joined')).toBe(true);
  });

  it('is left by whoever proves to be invited', () => {
    const rig = new MeetingRig(WITH_WAITING_ROOM);
    const participant = rig.seat('a');
    rig.meeting.makeModerator(participant, 1);
    expect(participant.state).toBe('joined');
  });

  it('turns away', () => {
    const rig = new MeetingRig(WITH_WAITING_ROOM);
    rig.seat('a');
    rig.forget();
    expect([rig.meeting.turnAway('b', 1), rig.meeting.turnAway(null, 1)]).toEqual([0, 1]);
    expect(rig.heard('a')).toEqual(['dismissed with turned-away goodbye']);
  });
});
