import { afterAll, beforeAll, expect, it } from 'vitest';
import { hearTone } from '../support/hearing.ts';
import { MEETING_ID, TestService } from '../support/service.ts';
import { TestCaller } from '../support/test-caller.ts';

const LOOPBACK = 'a=loopback:rtp-pkt-loopback rtp-media-loopback\r\na=loopback-source\r\n';

let service: TestService;

beforeAll(async () => {
  service = await TestService.start();
});

afterAll(async () => {
  expect((await service.stop()).exitCode).toBe(0);
});

it('sends a loopback source its media back at echo@, and tells it so (RFC 6849)', async () => {
  const caller = await TestCaller.open(service.target('UDP'));
  const { body, statusCode } = await caller.invite({ user: 'echo', sdp: `${caller.offer}${LOOPBACK}` });
  caller.acknowledge();
  expect(statusCode).toBe(200);
  expect(body).toContain('a=loopback:rtp-media-loopback\r\na=loopback-mirror\r\n');
  caller.talk(440);
  await hearTone(caller.rtp, 440, 1);
  await caller.hangUp();
  caller.close();
});

it('promises nothing of the kind to others, nor in a meeting', async () => {
  for (const [user, lines] of [
    ['echo', ''],
    [MEETING_ID, LOOPBACK],
  ] as const) {
    const caller = await TestCaller.open(service.target('UDP'));
    const { body, statusCode } = await caller.invite({ user, sdp: `${caller.offer}${lines}` });
    caller.acknowledge();
    expect([statusCode, /loopback/.test(body)]).toEqual([200, false]);
    await caller.hangUp();
    caller.close();
  }
});
