import type { CallParty } from '../../signaling/call-leg.ts';

/** Whom a caller means by the address that was dialed. */
export type DialTarget =
  | { readonly kind: 'meeting'; readonly meetingId: string; readonly passcode: string | null }
  | { readonly kind: 'invitee'; readonly pin: string }
  | { readonly kind: 'welcome' }
  /** Digits that are no ID for their number. */
  | { readonly kind: 'mistaken' }
  | { readonly kind: 'echo' }
  | { readonly kind: 'voice-connector'; readonly connectorId: string | null; readonly number: string }
  | { readonly kind: 'unknown'; readonly dialed: string };

const MEETING_ID = /^\d{10}$/;
const INVITEE_PIN = /^\d{13}$/;
const ALL_DIGITS = /^\d+$/;
const MEETING_ID_AND_PASSCODE = /^(\d{10})\.(\d{4,8})$/;
/** ITU-T E.164 with the plus sign; without it ten digits are a meeting ID. */
const E164_NUMBER = /^\+[1-9]\d{1,14}$/;
const VOICE_CONNECTOR_HOST = /^([a-z0-9-]{21,36})\.voiceconnector\.chime\.aws$/;

/**
 * Reads the Request-URI (or the H.323 destination) as a room system writes it: `6064724824@…`,
 * `6064724824.4321@…`, `192.0.2.1##6064724824`, `u@…`, `@…`, a bare host, `echo@…`, a number.
 */
export function dialTarget(called: Pick<CallParty, 'user' | 'host' | 'uri'>): DialTarget {
  const user = afterAddressPrefix(called.user);
  const connector = VOICE_CONNECTOR_HOST.exec(called.host)?.[1];
  if (connector !== undefined) return { kind: 'voice-connector', connectorId: connector, number: user };
  if (user === '' || user === 'u') return { kind: 'welcome' };
  if (user === 'echo') return { kind: 'echo' };
  if (E164_NUMBER.test(user)) return { kind: 'voice-connector', connectorId: null, number: user };
  const digits = withoutGrouping(user);
  if (MEETING_ID.test(digits)) return { kind: 'meeting', meetingId: digits, passcode: null };
  if (INVITEE_PIN.test(digits)) return { kind: 'invitee', pin: digits };
  const withPasscode = MEETING_ID_AND_PASSCODE.exec(digits);
  if (withPasscode?.[1] !== undefined && withPasscode[2] !== undefined) {
    return { kind: 'meeting', meetingId: withPasscode[1], passcode: withPasscode[2] };
  }
  return ALL_DIGITS.test(digits) ? { kind: 'mistaken' } : { kind: 'unknown', dialed: called.uri };
}

/** Polycom and LifeSize dial `address##extension`: what follows the marks is the number. */
function afterAddressPrefix(user: string): string {
  const marks = user.indexOf('##');
  return marks < 0 ? user : user.slice(marks + 2);
}

/** Invitations print the ID in groups, 4-2-4; people type what they see. */
function withoutGrouping(user: string): string {
  return user.replace(/[ -]/g, '');
}
