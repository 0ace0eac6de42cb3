import { afterAll, beforeAll, expect, it } from 'vitest';
import { BaresipCaller } from '../support/baresip.ts';
import { hearTone, isToneAbsent, isToneIn } from '../support/hearing.ts';
import { LinphoneCaller } from '../support/linphone.ts';
import { MEETING_ID, TestService } from '../support/service.ts';
import { TestCaller } from '../support/test-caller.ts';

const OUR_TONE_HZ = 440;
const PEER_TONE_HZ = 1_000;
const OTHER_TONE_HZ = 1_500;

let service: TestService;

beforeAll(async () => {
  service = await TestService.start();
});

afterAll(async () => {
  expect((await service.stop()).exitCode).toBe(0);
});

const openBaresip = (codec: 'G722' | 'opus', toneHz = PEER_TONE_HZ) =>
  new BaresipCaller({ transport: 'udp', toneHz, rtpPorts: [21_000, 21_100], codec });
const openLinphone = (codec: 'G722' | 'opus', toneHz = PEER_TONE_HZ) =>
  new LinphoneCaller({ toneHz, rtpPorts: [21_200, 21_300], codec });

const PHONES = [
  { name: 'baresip', codec: 'G722', open: openBaresip },
  { name: 'baresip', codec: 'opus', open: openBaresip },
  { name: 'linphone', codec: 'G722', open: openLinphone },
  { name: 'linphone', codec: 'opus', open: openLinphone },
] as const;

async function codecs(): Promise<string[]> {
  const calls = await service.calls();
  const live = calls.filter(({ state }) => state === 'answered');
  return live.map(({ codec }) => String(codec)).sort();
}

it.each(PHONES)('$name speaks $codec with a caller of G.711', async ({ codec, open }) => {
  const other = await TestCaller.join(service.target('UDP'), MEETING_ID);
  const phone = open(codec);
  try {
    other.talk(OUR_TONE_HZ);
    await phone.call(service.uri('udp'));
    await hearTone(other.rtp, PEER_TONE_HZ, 1.5);
    expect(await codecs()).toEqual(['PCMU', codec].sort());
    const heardByPhone = await phone.hangUp();
    expect(isToneIn(heardByPhone, OUR_TONE_HZ)).toBe(true);
    expect(isToneAbsent(heardByPhone, PEER_TONE_HZ)).toBe(true);
    expect(isToneAbsent(other.rtp.heard(), OUR_TONE_HZ)).toBe(true);
    await other.hangUp();
  } finally {
    other.close();
    await phone.close();
  }
});

it('mixes three codecs, each caller hearing the two others', async () => {
  const other = await TestCaller.join(service.target('UDP'), MEETING_ID);
  const first = openBaresip('opus');
  const second = openLinphone('G722', OTHER_TONE_HZ);
  try {
    other.talk(OUR_TONE_HZ);
    await first.call(service.uri('udp'));
    await second.call(service.uri('udp'));
    await hearTone(other.rtp, PEER_TONE_HZ, 1.5);
    await hearTone(other.rtp, OTHER_TONE_HZ, 1.5);
    expect(await codecs()).toEqual(['G722', 'PCMU', 'opus'].sort());
    const heardBySecond = await second.hangUp();
    const heardByFirst = await first.hangUp();
    for (const toneHz of [OUR_TONE_HZ, PEER_TONE_HZ]) expect(isToneIn(heardBySecond, toneHz)).toBe(true);
    for (const toneHz of [OUR_TONE_HZ, OTHER_TONE_HZ]) expect(isToneIn(heardByFirst, toneHz)).toBe(true);
    expect(isToneAbsent(heardBySecond, OTHER_TONE_HZ)).toBe(true);
    expect(isToneAbsent(heardByFirst, PEER_TONE_HZ)).toBe(true);
    await other.hangUp();
  } finally {
    other.close();
    await first.close();
    await second.close();
  }
});

it.each([
  ['caller', 'PCMU'],
  ['own', 'G722'],
])('with codecOrder %s answers %s', async (codecOrder, codec) => {
  const ordered = await TestService.start({ settings: { media: { codecs: ['G722', 'PCMU'], codecOrder } } });
  const caller = await TestCaller.open(ordered.target('UDP'));
  try {
    const offer = caller.offer.replace(/^(m=audio \d+ RTP\/AVP) .*$/m, '$1 0 9 101');
    const answer = await caller.invite({ user: MEETING_ID, sdp: offer });
    caller.acknowledge();
    expect(answer.body).toMatch(new RegExp(`^a=rtpmap:\\d+ ${codec}/8000`, 'm'));
    expect((await ordered.callOf(caller.callId)).codec).toBe(codec);
    await caller.hangUp();
  } finally {
    caller.close();
    expect((await ordered.stop()).exitCode).toBe(0);
  }
});
