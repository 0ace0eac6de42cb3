import { CallLimits } from '../../src/call/call-limits.ts';
import { CallRegistry } from '../../src/call/call-registry.ts';
import { Guessing } from '../../src/guessing/guessing.ts';
import type { CallObserver, InboundCallDesk } from '../../src/meeting/call-desk.ts';
import { GuardedLookup } from '../../src/meeting/guarded-lookup.ts';
import { InboundCall } from '../../src/meeting/inbound-call.ts';
import { Keypad } from '../../src/meeting/keypad.ts';
import { MeetingDirectory } from '../../src/meeting/meeting-directory.ts';
import { UNAVAILABLE_RECORDER } from '../../src/meeting/meeting-recorder.ts';
import { RecordingDesk } from '../../src/meeting/recording-desk.ts';
import { FakeCallLeg } from './fake-call-leg.ts';
import { FakeMediaEngine } from './fake-media-engine.ts';
import { ManualClock } from './manual-clock.ts';
import { MARY, OPEN, ROOM_RULES } from './meeting-room.ts';

export const MEETING_ID = '6064724824';

export function deskWithLog(
  overrides: {
    maxParticipants?: number;
    maxCalls?: number;
    endOnSilence?: boolean;
    moderatorPasscode?: string;
  } = {},
) {
  const log: string[] = [];
  const observer: CallObserver = {
    callArrived: (call) => log.push(`arrived ${call.id}`),
    callRinging: (call) => log.push(`ringing ${call.id}`),
    callAnswered: (call) => log.push(`answered ${call.id}`),
    callRefused: (call) => log.push(`refused ${call.id} ${call.refusal?.reason} ${call.refusal?.sipStatus}`),
    callEnded: (call) => log.push(`ended ${call.id} ${call.end?.reason}`),
    legReport: (call, report) => log.push(`report ${call.id}${report.isFinal ? ' final' : ''}`),
    digitPressed: (call, digit) => log.push(`digit ${call.id} ${digit.digit}`),
    mediaSilence: (call, isSilent) => log.push(`silence ${call.id} ${isSilent}`),
    sourceRefused: (call, source) => log.push(`source ${call.id} ${source.packets}`),
    internalError: (call, error) => log.push(`error ${call.id} ${error}`),
  };
  const media = new FakeMediaEngine();
  const clock = new ManualClock();
  const definition = {
    ...OPEN,
    moderatorPasscode: overrides.moderatorPasscode ?? null,
    invitees: [MARY],
    maxParticipants: overrides.maxParticipants ?? 250,
  };
  const meetings = new MeetingDirectory([definition], ROOM_RULES, {
    meetingChanged: (change) => log.push(change),
    participantChanged: (change, _, participant) => log.push(`${change} ${participant.name}`),
  });
  const guessing = new Guessing(
    { freeFailures: 5, firstDelayMs: 5000, maxDelayMs: 10_000, forgetMs: 60_000, exemptSources: [] },
    () => {},
  );
  const now = () => clock.now();
  const pause = (delayMs: number) =>
    new Promise<void>((resolve) => {
      clock.after(delayMs, resolve);
    });
  const lookup = new GuardedLookup({ meetings, guessing, now, pause });
  const desk: InboundCallDesk = {
    lookup,
    keypad: new Keypad(lookup, new RecordingDesk(UNAVAILABLE_RECORDER), now),
    calls: new CallRegistry(10),
    limits: new CallLimits({ maxCalls: overrides.maxCalls ?? 10, maxCallsPerSecond: 1000 }),
    media,
    observer,
    rules: ROOM_RULES,
    options: {
      mediaBindAddress: '127.0.0.1',
      endOnSilence: overrides.endOnSilence ?? false,
      mediaAddressFor: (leg) => leg.localAddress,
    },
    now,
    after: (delayMs, action) => clock.after(delayMs, action),
  };
  return { desk, log, media, clock, meetings };
}

export async function taken(desk: InboundCallDesk, id: string, user = MEETING_ID) {
  const leg = new FakeCallLeg(id, user);
  const inbound = new InboundCall(leg, desk, () => {});
  await inbound.take();
  return { leg, inbound, call: inbound.call };
}

/** Lets closed media report before the test looks. */
export const settled = () => new Promise((resolve) => setImmediate(resolve));

/** Presses keys 200 ms apart; resolves when what they asked for has been done. */
export async function press(leg: FakeCallLeg, clock: ManualClock, keys: string): Promise<void> {
  for (const digit of keys) {
    clock.advance(200);
    leg.remote.onDigit({ digit, source: 'sip-info', durationMs: 100, atMs: clock.now() });
  }
  await settled();
}
