import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CallDetail } from '../../src/http/service-view.ts';
import { BaresipCaller } from '../support/baresip.ts';
import { hearTone, isToneAbsent, isToneIn } from '../support/hearing.ts';
import { LinphoneCaller } from '../support/linphone.ts';
import { MEETING_ID, TestService } from '../support/service.ts';
import { TestCaller } from '../support/test-caller.ts';

const OUR_TONE_HZ = 440;
const PEER_TONE_HZ = 1_000;

let service: TestService;

beforeAll(async () => {
  service = await TestService.start({ settings: { media: { srtp: 'optional' } } });
});

afterAll(async () => {
  expect((await service.stop()).exitCode).toBe(0);
});

const openBaresip = () =>
  new BaresipCaller({
    transport: 'tls',
    toneHz: PEER_TONE_HZ,
    rtpPorts: [22_000, 22_100],
    encryption: 'srtp-mand',
    codec: 'opus',
  });
const openLinphone = () =>
  new LinphoneCaller({ toneHz: PEER_TONE_HZ, rtpPorts: [22_200, 22_300], isEncrypted: true });

async function detailOf(from: string): Promise<CallDetail> {
  const call = (await service.calls()).find(({ calling }) => calling.includes(from));
  if (call === undefined) throw new Error(`no call from ${from}`);
  return service.get(`/calls/${call.id}`);
}

describe('a softphone that wants its media encrypted', () => {
  it.each([
    { name: 'baresip', transport: 'tls', open: openBaresip, suite: /^AES_CM_128_HMAC_SHA1_(80|32)$/ },
    { name: 'linphone', transport: 'udp', open: openLinphone, suite: /^AE/ },
  ] as const)('$name hears the others over $transport, and is heard', async (phoneKind) => {
    const other = await TestCaller.join(service.target('UDP'), MEETING_ID);
    const phone = phoneKind.open();
    try {
      other.talk(OUR_TONE_HZ);
      await phone.call(service.uri(phoneKind.transport));
      await hearTone(other.rtp, PEER_TONE_HZ, 1.5);
      const { legs } = await detailOf(phoneKind.name);
      const [leg] = legs;
      expect(leg?.encryption?.suite).toMatch(phoneKind.suite);
      expect(leg?.encryption).toMatchObject({ refusedPackets: null });
      expect(leg?.encryption?.notes.join()).toMatch(
        phoneKind.transport === 'tls' ? /^$/ : /^The keys came over UDP/,
      );
      expect(JSON.stringify(legs)).not.toContain('masterKey');
      const heardByPhone = await phone.hangUp();
      expect(isToneIn(heardByPhone, OUR_TONE_HZ)).toBe(true);
      expect(isToneAbsent(heardByPhone, PEER_TONE_HZ)).toBe(true);
      await other.hangUp();
    } finally {
      other.close();
      await phone.close();
    }
  });
});

it('is told in a sentence where encryption is required and not offered', async () => {
  const strict = await TestService.start({ settings: { media: { srtp: 'required' } } });
  try {
    await expect(TestCaller.join(strict.target('TLS'), MEETING_ID)).rejects.toThrow(/488/);
    const [call] = await strict.calls();
    expect(call?.refusal).toMatchObject({
      reason: 'media-encryption-required',
      sipStatus: 488,
      detail: 'encrypted media is required here and audio goes over RTP/AVP: no key was told',
    });
  } finally {
    expect((await strict.stop()).exitCode).toBe(0);
  }
});

it('may be required on one listener and off on another', async () => {
  const srtpByListener = { udp: 'off', tls: 'required' };
  const mixed = await TestService.start({ settings: { media: { srtp: 'optional', srtpByListener } } });
  const phone = openLinphone();
  try {
    await expect(TestCaller.join(mixed.target('TLS'), MEETING_ID)).rejects.toThrow(/488/);
    const plain = await TestCaller.join(mixed.target('UDP'), MEETING_ID);
    await phone.call(mixed.uri('tcp'));
    await phone.hangUp();
    const refused = await TestCaller.open(mixed.target('UDP'));
    const sdp = refused.offer.replace('RTP/AVP', 'RTP/SAVP');
    expect((await refused.invite({ user: MEETING_ID, sdp })).statusCode).toBe(488);
    refused.close();
    const refusals = (await mixed.calls()).map(
      ({ transport, refusal }) => `${transport} ${refusal?.reason ?? 'taken'}`,
    );
    expect(refusals.sort()).toEqual([
      'TCP taken',
      'TLS media-encryption-required',
      'UDP media-encryption-not-allowed',
      'UDP taken',
    ]);
    plain.close();
  } finally {
    await phone.close();
    expect((await mixed.stop()).exitCode).toBe(0);
  }
});
