import { describe, expect, it } from 'vitest';
import { Call } from '../../../src/call/call.ts';
import { Guessing } from '../../../src/guessing/guessing.ts';
import { findDestination } from '../../../src/meeting/destination.ts';
import { GuardedLookup } from '../../../src/meeting/guarded-lookup.ts';
import { MeetingDirectory } from '../../../src/meeting/meeting-directory.ts';
import { FakeCallLeg } from '../../support/fake-call-leg.ts';
import { MeetingRig, MODERATED, ROOM_RULES } from '../../support/meeting-room.ts';

const MEETING_ID = '6064724824';
const UNKNOWN_ID = '1111111111';

/** Dials as callers from one address do; what became of each, what failed and who had to wait. */
function rig(moderatorPasscode: string | null = '4321') {
  const failures: string[] = [];
  const waitsMs: number[] = [];
  const guessing = new Guessing(
    { freeFailures: 1, firstDelayMs: 1000, maxDelayMs: 2000, forgetMs: 60_000, exemptSources: [] },
    ({ kind, meetingId, delayMs }) => failures.push(`${kind} ${meetingId} ${delayMs}`),
  );
  const lookup = new GuardedLookup({
    meetings: new MeetingDirectory(
      [{ ...MODERATED, moderatorPasscode }],
      ROOM_RULES,
      new MeetingRig().listener,
    ),
    guessing,
    now: () => 1_000,
    pause: async (delayMs) => void waitsMs.push(delayMs),
  });
  const dial = async (user: string): Promise<string> => {
    try {
      const found = await findDestination(new Call(new FakeCallLeg('c', user)), lookup);
      if (found.kind !== 'meeting') return found.kind;
      const { meeting, invitee, isPasscodeRight } = found.entry;
      return `${invitee?.name ?? meeting.id}${isPasscodeRight ? ' moderator' : ''}`;
    } catch (error) {
      return (error as { reason: string }).reason;
    }
  };
  return { dial, failures, waitsMs, guessing };
}

describe('GuardedLookup', () => {
  it('lets right and wrong IDs alike wait after wrong ones', async () => {
    const { dial, failures, waitsMs } = rig();
    expect([await dial(UNKNOWN_ID), await dial(`${UNKNOWN_ID}001`)]).toEqual(['welcome', 'welcome']);
    expect(waitsMs).toEqual([]);
    expect(await dial(MEETING_ID)).toBe(MEETING_ID);
    expect(await dial(UNKNOWN_ID)).toBe('welcome');
    expect(waitsMs).toEqual([1000, 2000]);
    expect(failures).toEqual(['meeting-id null 0', 'invitee-id null 1000', 'meeting-id null 2000']);
  });

  it('looks at no more than one try of many at once', async () => {
    const { dial, failures, waitsMs, guessing } = rig();
    const outcomes = await Promise.all(Array.from({ length: 6 }, () => dial(UNKNOWN_ID)));
    // Two are free of waiting, since the first failure is; the others queue up, as far as the longest wait reaches.
    expect(outcomes.filter((outcome) => outcome === 'welcome')).toHaveLength(4);
    expect(outcomes.filter((outcome) => outcome === 'too-many-guesses')).toHaveLength(2);
    expect(waitsMs).toEqual([1000, 2000]);
    expect(failures).toHaveLength(4);
    expect(guessing.statistics).toEqual({ failed: 4, delayed: 2, refused: 2 });
  });

  it('tells a passcode that is right from others', async () => {
    const { dial, failures } = rig();
    expect([await dial(`${MEETING_ID}.4321`), await dial(`${MEETING_ID}.1234`)]).toEqual([
      `${MEETING_ID} moderator`,
      MEETING_ID,
    ]);
    expect(failures).toEqual([`passcode ${MEETING_ID} 0`]);
  });

  it('counts no passcode where none is asked for, and no ID that is right', async () => {
    const { dial, failures } = rig(null);
    const dialed = [`${MEETING_ID}.4321`, '6064724824001', 'echo', 'nobody'];
    const outcomes: string[] = [];
    for (const user of dialed) outcomes.push(await dial(user));
    expect(outcomes).toEqual([MEETING_ID, 'Mary Major', 'echo', 'unknown-destination']);
    expect(failures).toEqual([]);
  });
});
