import { afterAll, beforeAll, expect, it } from 'vitest';
import { createKeyTone } from '../../media/dtmf/key-tone.ts';
import { narrowband } from '../../media/prompt/clip.ts';
import { readClips } from '../../media/prompt/read-clips.ts';
import { EventSender } from '../support/event-sender.ts';
import { MEETING_ID, TestService } from '../support/service.ts';
import { runSipp } from '../support/sipp.ts';
import { TestCaller } from '../support/test-caller.ts';

/** SIPp's captures of RFC 4733 keys, by the name in their file's. */
const CAPTURES = new Map([
  ...[...'0123456789'].map((digit) => [digit, digit] as const),
  ['star', '*'] as const,
  ['pound', '#'] as const,
]);

let service: TestService;

beforeAll(async () => {
  service = await TestService.start();
});

afterAll(async () => {
  expect((await service.stop()).exitCode).toBe(0);
});

it('hears exactly the one key in each of the captures that SIPp brings', async () => {
  await Promise.all(
    [...CAPTURES.keys()].map(async (name, index) => {
      const result = await runSipp({
        scenario: 'press-key',
        address: '127.0.0.1',
        port: service.port('UDP'),
        transport: 'u1',
        service: MEETING_ID,
        mediaPort: 32_000 + index * 10,
        capture: `dtmf_2833_${name}.pcap`,
      });
      expect(result, result.errors).toMatchObject({ successfulCalls: 1, failedCalls: 0 });
    }),
  );
  const calls = await service.waitFor(
    () => service.calls(),
    (list) => list.length === CAPTURES.size && list.every(({ state }) => state === 'ended'),
    'all calls over',
  );
  const heard: string[] = [];
  for (const { id } of calls) {
    const { digits } = await service.get<{ digits: { digit: string; source: string }[] }>(`/calls/${id}`);
    heard.push(digits.map(({ digit, source }) => `${digit} ${source}`).join(' '));
  }
  expect(heard.sort()).toEqual([...CAPTURES.values()].map((digit) => `${digit} rfc4733`).sort());
});

interface HeardDigit {
  readonly digit: string;
  readonly source: string;
}

async function heardFrom(caller: TestCaller): Promise<string[]> {
  const { digits } = (await service.callOf(caller.callId)) as { digits: readonly HeardDigit[] };
  return digits.map(({ digit, source }) => `${digit} ${source}`);
}

const heard = (caller: TestCaller, count: number): Promise<string[]> =>
  service.waitFor(
    () => heardFrom(caller),
    (digits) => digits.length >= count,
    `${count} keys`,
  );

async function sendInfo(caller: TestCaller, type: string, body: string): Promise<number> {
  return (await caller.request('INFO', [`Content-Type: application/${type}`], body)).statusCode;
}

it('hears keys of SIP INFO in both of its bodies, and refuses others', async () => {
  const caller = await TestCaller.join(service.target('TCP'), 'echo');
  expect(await sendInfo(caller, 'dtmf-relay', 'Signal=5\r\nDuration=160\r\n')).toBe(200);
  expect(await sendInfo(caller, 'dtmf', '11')).toBe(200);
  expect(await sendInfo(caller, 'dtmf-relay', 'Signal=10\r\nDuration=160\r\n')).toBe(200);
  expect(await sendInfo(caller, 'x-keys', '5')).toBe(415);
  expect(await heard(caller, 3)).toEqual(['5 sip-info', '# sip-info', '* sip-info']);
  await caller.hangUp();
  caller.close();
});

it('hears keys in the sound, between sentences that are none, where no events were agreed on', async () => {
  const caller = await TestCaller.open(service.target('UDP'));
  const sdp = caller.offer.replace(' 101', '').replace(/a=rtpmap:101.*\r\n/, '');
  expect((await caller.invite({ user: 'echo', sdp })).statusCode).toBe(200);
  caller.acknowledge();
  const clips = Object.entries(readClips());
  const sentences = clips.filter(([name]) => /^(en|de)\//.test(name)).map(([, clip]) => narrowband(clip));
  const speech = sentences.filter(({ length }) => length > 24_000 && length < 40_000).slice(0, 2);
  expect(speech).toHaveLength(2);
  const keys = [...'1#*'].map((key) => createKeyTone(key, { toneMs: 80, silenceMs: 80, sampleRateHz: 8000 }));
  const sound = [new Int16Array(1600), speech[0]!, ...keys, speech[1]!].flatMap((part) => [...part]);
  await caller.rtp.play(caller.remoteRtp, Int16Array.from(sound));
  expect(await heard(caller, 3)).toEqual(['1 in-band', '# in-band', '* in-band']);
  await caller.hangUp();
  caller.close();
}, 60_000);

it('counts a key once that comes as events and by INFO, and twice where it was pressed twice', async () => {
  const caller = await TestCaller.join(service.target('UDP'), 'echo');
  const keys = new EventSender(caller.rtp, caller.remoteRtp);
  await keys.press('7');
  expect(await sendInfo(caller, 'dtmf-relay', 'Signal=7\r\nDuration=100\r\n')).toBe(200);
  expect(await heard(caller, 1)).toHaveLength(1);
  await keys.press('77');
  await heard(caller, 3);
  expect(await sendInfo(caller, 'dtmf', '8')).toBe(200);
  const digits = await heard(caller, 4);
  expect(digits).toEqual(['7 rfc4733', '7 rfc4733', '7 rfc4733', '8 sip-info']);
  await caller.hangUp();
  caller.close();
});
