import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { CallDetail } from '../../src/http/service-view.ts';
import { type H323CallOptions, H323Terminal } from '../support/h323-terminal.ts';
import { hearTone, isToneAbsent } from '../support/hearing.ts';
import { runToEnd } from '../support/running-process.ts';
import { MEETING_ID, TestService } from '../support/service.ts';
import { TestCaller } from '../support/test-caller.ts';
import { LoopbackCapture } from '../support/tshark.ts';

const SIP_TONE_HZ = 400;
const H323_TONE_HZ = 700;
const H323_PORTS = [61_000, 61_099] as const;

let service: TestService;
let freePorts: number;
const folder = mkdtempSync(join(tmpdir(), 'carillon-h323-'));
const cleanups: (() => void)[] = [];

beforeAll(async () => {
  service = await TestService.start({
    settings: { h323: { enabled: true, port: 0, portRange: H323_PORTS } },
  });
  freePorts = (await service.status()).media.portsFree;
});

afterAll(async () => {
  for (const cleanup of cleanups) cleanup();
  rmSync(folder, { recursive: true, force: true });
  expect((await service.stop()).exitCode).toBe(0);
});

async function joinBoth(options: H323CallOptions): Promise<{ caller: TestCaller; terminal: H323Terminal }> {
  const caller = await TestCaller.join(service.target('UDP'), MEETING_ID);
  cleanups.push(() => caller.close());
  const terminal = await H323Terminal.join(service.h323Port, MEETING_ID, options);
  cleanups.push(() => terminal.close());
  return { caller, terminal };
}

/** The causes in what the service says at the end of a call, as tshark reads them. */
async function releaseCauses(path: string): Promise<string[]> {
  const ours = `q931.message_type == 0x5a and tcp.srcport == ${service.h323Port}`;
  const filter = ['-Y', ours, '-T', 'fields', '-e', 'q931.cause_value'];
  const finished = await runToEnd('tshark', ['-n', '-r', path, ...filter], 60_000);
  return finished.stdout.split('\n').filter((line) => line !== '');
}

async function endedCall(remoteCallId: string): Promise<CallDetail> {
  return service.waitFor(
    () => service.callOf(remoteCallId),
    ({ state, legs }) => state === 'ended' && legs[0]?.minutes.at(-1)?.isFinal === true,
    'the last record of the call',
  );
}

async function expectNothingLeft(): Promise<void> {
  const { media } = await service.waitFor(
    () => service.status(),
    ({ media }) => media.legs === 0 && media.openSockets === 0,
    'every leg to be gone',
  );
  expect(media.portsFree).toBe(freePorts);
  expect((await service.meeting()).participantCount).toBe(0);
  await service.waitFor(
    async () => (await service.fetch('/metrics')).text,
    (text) => text.includes('\ncarillon_h323_connections 0\n'),
    'every connection to be closed',
  );
}

it.each<[string, H323CallOptions]>([
  ['tunnelled, with fast start', { h245: 'tunnelled', hasFastStart: true }],
  ['over an H.245 connection', { h245: 'connecting', hasFastStart: false }],
])('an H.323 caller and a SIP caller hear each other: %s', async (_, options) => {
  const path = join(folder, `${options.h245}.pcapng`);
  const capture = await LoopbackCapture.start(path, `tcp port ${service.h323Port}`);
  const { caller, terminal } = await joinBoth(options);
  caller.talk(SIP_TONE_HZ);
  terminal.talk(H323_TONE_HZ);
  await hearTone(terminal.rtp, SIP_TONE_HZ, 1);
  await hearTone(caller.rtp, H323_TONE_HZ, 1);
  expect(isToneAbsent(terminal.rtp.heard(), H323_TONE_HZ)).toBe(true);
  expect(isToneAbsent(caller.rtp.heard(), SIP_TONE_HZ)).toBe(true);
  expect((await service.meeting()).participantCount).toBe(2);

  terminal.rtp.stopTalking();
  const ending = service.post(`/meetings/${MEETING_ID}/end`, {});
  expect(await terminal.ended()).toMatchObject({ by: 'remote', reason: 'normal-clearing' });
  await ending;
  await capture.stop();
  expect(await releaseCauses(path)).toEqual(['16']);

  const overH323 = await endedCall(terminal.callId);
  const overSip = await endedCall(caller.callId);
  expect(overH323).toMatchObject({ protocol: 'H.323', transport: 'TCP' });
  expect(overH323.legs[0]!.localRtpPort).toBe(terminal.remoteRtp.port);
  expect(terminal.remoteRtp.port).toBeGreaterThanOrEqual(H323_PORTS[0]);
  expect(terminal.remoteRtp.port).toBeLessThan(H323_PORTS[1]);
  expect(caller.remoteRtp.port).toBeLessThan(H323_PORTS[0]);
  const records = service
    .mediaQualityLog()
    .filter(({ call_id }) => [overH323.id, overSip.id].includes(`${call_id}`));
  expect(records).toHaveLength(2);
  for (const record of records) expect(Number(record['cust2vc_rtp_packets'])).toBeGreaterThan(40);
  await expectNothingLeft();
});

it('an H.323 caller who hangs up leaves the others and gives everything back', async () => {
  const { caller, terminal } = await joinBoth({});
  terminal.hangUp();
  await service.waitFor(
    () => service.meeting(),
    ({ participantCount }) => participantCount === 1,
    'the H.323 caller to leave',
  );
  expect((await service.callOf(terminal.callId)).end).toMatchObject({
    by: 'remote',
    reason: 'normal-clearing',
  });
  await caller.hangUp();
  await expectNothingLeft();
});

it('what nobody answers at is refused with its cause', async () => {
  const refused = H323Terminal.join(service.h323Port, 'nobody', {});
  await expect(refused).rejects.toThrow('Release Complete, cause 1 (unallocated number)');
  await expectNothingLeft();
});
