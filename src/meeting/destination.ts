import type { Phrase } from '../../media/prompt/phrases.ts';
import { CallFailure } from '../../signaling/call-failure.ts';
import type { Call } from '../call/call.ts';
import { dialTarget } from './dial-target.ts';
import type { FoundMeeting, GuardedLookup } from './guarded-lookup.ts';

/** How somebody comes to a meeting. */
export interface MeetingEntry extends FoundMeeting {
  /** Of the passcode that was dialed with the ID; null where none was, or where it means nothing. */
  readonly isPasscodeRight: boolean | null;
}

/** Where a call leads. */
export type Destination =
  | { readonly kind: 'meeting'; readonly entry: MeetingEntry }
  /** `reason`: what is said first to one who dialed something that leads nowhere. */
  | { readonly kind: 'welcome'; readonly reason: Phrase | null }
  | { readonly kind: 'echo' };

/**
 * Who is called, by the address that was dialed. May take a while where the caller was wrong before.
 * @throws CallFailure `unknown-destination`, `too-many-guesses`
 */
export async function findDestination(call: Call, lookup: GuardedLookup): Promise<Destination> {
  const target = dialTarget(call.leg.called);
  switch (target.kind) {
    case 'meeting':
      return findMeeting(call, lookup, target.meetingId, target.passcode);
    case 'invitee':
      return findMeeting(call, lookup, target.pin, null);
    case 'welcome':
      return { kind: 'welcome', reason: null };
    case 'mistaken':
      return { kind: 'welcome', reason: 'invalid-meeting-id' };
    case 'echo':
      return { kind: 'echo' };
    default:
      throw new CallFailure(
        'unknown-destination',
        `Nothing answers at ${call.leg.called.uri}. A meeting ID of 10 digits, an invitee ID of 13, or no user part at all for the welcome screen would have matched.`,
      );
  }
}

async function findMeeting(
  call: Call,
  lookup: GuardedLookup,
  id: string,
  passcode: string | null,
): Promise<Destination> {
  try {
    const found = await lookup.byId(call, 'dialed', id);
    const isAsked = passcode !== null && found.meeting.isModerated;
    const isPasscodeRight = isAsked ? await lookup.isPasscode(call, 'dialed', found.meeting, passcode) : null;
    return { kind: 'meeting', entry: { ...found, isPasscodeRight } };
  } catch (error) {
    if (!(error instanceof CallFailure) || error.reason !== 'unknown-meeting') throw error;
    return { kind: 'welcome', reason: 'invalid-meeting-id' };
  }
}
