import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseH225 } from '../../signaling/h323/h225.ts';
import { H323Caller, PCMA, PCMU, until } from '../support/h323-caller.ts';
import { type GenuineMessage, genuineCall } from '../support/h323-fixtures.ts';
import { TestService } from '../support/service.ts';

/** The keys that were pressed when the calls were captured. */
const MEETING_ID = '1234567890';

let service: TestService;

beforeAll(async () => {
  service = await TestService.start({
    settings: {
      h323: { enabled: true, port: 0, portRange: [61_800, 61_899] },
      meetings: [{ id: MEETING_ID, title: 'Keyed' }],
      rooms: { interDigitPauseSeconds: 1 },
    },
  });
});

afterAll(async () => {
  expect((await service.stop()).exitCode).toBe(0);
});

/** Everything the caller of a genuine call said on its signaling connection. */
function callerMessages(name: string): GenuineMessage[] {
  const messages = genuineCall(name).filter(({ protocol }) => protocol === 'Q.931');
  return messages.filter(({ source }) => source === messages[0]?.source);
}

it.each([
  ['tunnel-nofast', 'h245-alphanumeric'],
  ['q931keypad', 'q931-keypad'],
  ['tunnel-fast-h245insetup', 'h245-signal'],
  ['video-h264', 'h245-signal'],
] as const)('the genuine caller of %s keys its way into a meeting', async (name, source) => {
  const [setup, ...rest] = callerMessages(name);
  const caller = new H323Caller({ port: service.h323Port }, true, [PCMA, PCMU]);
  caller.send(setup!.octets);
  await until('channels both ways', () => caller.isReady && caller.media !== null);
  const last = rest.findIndex(({ octets }) => parseH225(octets).q931.type === 'releaseComplete');
  for (const { octets } of rest.slice(0, last)) caller.send(octets);
  const { participants } = await service.waitFor(
    () => service.meeting(MEETING_ID),
    ({ participantCount }) => participantCount === 1,
    'the caller to be in the meeting',
  );
  expect(participants[0]!.name).not.toBe('');
  const summary = (await service.calls()).find(({ id }) => id === participants[0]!.callId);
  expect(summary).toMatchObject({ protocol: 'H.323', state: 'answered', meetingId: MEETING_ID });
  caller.send(rest[last]!.octets);
  const call = await service.waitFor(
    async () => (await service.calls()).find(({ id }) => id === summary!.id)!,
    ({ state }) => state === 'ended',
    'the end of the call',
  );
  expect(call.refusal).toBeNull();
  const { digits, end } = await service.get<{
    digits: readonly { readonly digit: string; readonly source: string }[];
    end: object;
  }>(`/calls/${call.id}`);
  expect(digits.map(({ digit }) => digit).join('')).toMatch(/^1234567890#?$/);
  expect(new Set(digits.map((one) => one.source))).toEqual(new Set([source]));
  expect(end).toMatchObject({ by: 'remote', reason: 'normal-clearing' });
  caller.close();
});
