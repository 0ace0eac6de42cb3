import { describe, expect, it } from 'vitest';
import { DirectoryControl } from '../../../src/meeting/meeting-control.ts';
import { UNAVAILABLE_RECORDER } from '../../../src/meeting/meeting-recorder.ts';
import { MeetingRig, OPEN } from '../../support/meeting-room.ts';

function controlled(definition: ConstructorParameters<typeof MeetingRig>[0] = OPEN) {
  const rig = new MeetingRig(definition);
  const get = (id: string) => (id === rig.meeting.id ? rig.meeting : undefined);
  const control = new DirectoryControl({ meetings: { get }, recordings: UNAVAILABLE_RECORDER, now: () => 7 });
  return { rig, control, id: rig.meeting.id };
}

describe('DirectoryControl', () => {
  it('knows no other meetings', () => {
    const { control } = controlled();
    expect([control.lock('0', true), control.mute('0', 'a', true), control.letIn('0', null)]).toEqual([
      null,
      null,
      null,
    ]);
  });

  it('locks and unlocks', () => {
    const { control, id } = controlled();
    expect(control.lock(id, true)).toMatchObject({ kind: 'done', meeting: { isLocked: true } });
    expect(control.lock(id, false)).toMatchObject({ kind: 'done', meeting: { isLocked: false } });
  });

  it('mutes who takes part, and says so to them', () => {
    const { rig, control, id } = controlled();
    rig.seat('a');
    rig.forget();
    expect(control.mute(id, 'a', true)).toMatchObject({ meeting: { participants: [{ isMuted: true }] } });
    expect(rig.heard('a')).toEqual(['is muted', 'said muted-by-moderator']);
    expect(control.mute(id, 'b', true)).toEqual({
      kind: 'conflict',
      detail: `Call b takes no part in meeting ${id}.`,
    });
  });

  it('lets in and turns away', () => {
    const { rig, control, id } = controlled({ ...OPEN, waitingRoom: true });
    for (const callId of ['a', 'b', 'c']) rig.seat(callId);
    expect(control.letIn(id, 'a')).toMatchObject({ meeting: { roster: ['<room-a>'] } });
    expect(control.letIn(id, 'a')).toMatchObject({
      kind: 'conflict',
      detail: expect.stringMatching(/No call a/),
    });
    expect(control.turnAway(id, null)).toMatchObject({ meeting: { participantCount: 1 } });
    expect(control.turnAway(id, null)).toMatchObject({ kind: 'conflict' });
  });
});
