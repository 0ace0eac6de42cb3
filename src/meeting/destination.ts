import { CallFailure } from '../../signaling/call-failure.ts';
import type { Call } from '../call/call.ts';
import { dialTarget } from './dial-target.ts';
import type { GuardedLookup } from './guarded-lookup.ts';
import type { Meeting } from './meeting.ts';
import type { Invitee } from './participant.ts';

/** Where a call leads, and as whom. */
export interface Destination {
  readonly meeting: Meeting;
  readonly invitee: Invitee | null;
  readonly isModerator: boolean;
}

/**
 * The meeting that the caller means; null for the echo test, where everybody is alone. May take a while where the
 * caller was wrong before.
 * @throws CallFailure `unknown-destination`, `unknown-meeting`, `too-many-guesses`.
 */
export async function findDestination(call: Call, lookup: GuardedLookup): Promise<Destination | null> {
  const target = dialTarget(call.leg.called);
  switch (target.kind) {
    case 'meeting': {
      const meeting = await lookup.byMeetingId(call, 'dialed', target.meetingId);
      const { passcode } = target;
      const isModerator = passcode !== null && (await lookup.isPasscode(call, 'dialed', meeting, passcode));
      return { meeting, invitee: null, isModerator };
    }
    case 'invitee':
      return { ...(await lookup.byInviteePin(call, 'dialed', target.pin)), isModerator: false };
    case 'echo':
      return null;
    default:
      throw new CallFailure('unknown-destination', unknownDestination(call.leg.called.uri, target.kind));
  }
}

function unknownDestination(uri: string, kind: string): string {
  const wanted = 'A 10-digit meeting ID or a 13-digit invitee ID as the user part would have matched.';
  return kind === 'welcome'
    ? `The address ${uri} names no meeting. ${wanted}`
    : `Nothing answers at ${uri}. ${wanted}`;
}
