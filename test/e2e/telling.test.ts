import { once } from 'node:events';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { LiveEvent } from '../../src/http/service-view.ts';
import { hearTone } from '../support/hearing.ts';
import { Inbox } from '../support/inbox.ts';
import { MEETING_ID, TestService } from '../support/service.ts';
import { TestCaller } from '../support/test-caller.ts';

let service: TestService;

beforeAll(async () => {
  service = await TestService.start({ settings: { metrics: { periodSeconds: 2 } } });
});

afterAll(async () => {
  expect((await service.stop()).exitCode).toBe(0);
});

/** Every live event, from the moment of the call. */
async function listenToEvents(): Promise<{ inbox: Inbox<LiveEvent>; close: () => void }> {
  const { listeners } = await service.status();
  const port = listeners.find(({ key }) => key === 'http.port')?.port;
  const socket = new WebSocket(`ws://127.0.0.1:${port}/events`);
  await once(socket, 'open');
  const inbox = new Inbox<LiveEvent>();
  socket.on('message', (bytes: Buffer) => inbox.add(JSON.parse(bytes.toString('utf8')) as LiveEvent));
  return { inbox, close: () => socket.close() };
}

it('tells one call everywhere: events, SIP log, minute records, metrics', async () => {
  const events = await listenToEvents();
  const other = await TestCaller.join(service.target('UDP'), MEETING_ID);
  const caller = await TestCaller.join(service.target('TCP'), MEETING_ID);
  other.talk(440);
  caller.talk(700);
  await hearTone(caller.rtp, 440, 2.5);
  const info = await caller.request(
    'INFO',
    ['Content-Type: application/dtmf-relay'],
    'Signal=7\r\nDuration=160\r\n',
  );
  expect(info.statusCode).toBe(200);
  await caller.hangUp();
  const { id } = await service.callOf(caller.callId);
  const ended = await events.inbox.first(
    (event) => event.type === 'call-ended' && event.call.id === id,
    'call-ended',
    5_000,
  );
  expect(ended).toMatchObject({ call: { state: 'ended', meetingId: MEETING_ID, transport: 'TCP' } });
  const types = events.inbox.all
    .filter((event) => ('call' in event ? event.call.id === id : 'callId' in event && event.callId === id))
    .map(({ type }) => type);
  expect(types.filter((type) => type.startsWith('call-'))).toEqual([
    'call-arrived',
    'call-ringing',
    'call-answered',
    'call-ended',
  ]);
  expect(types).toContain('leg-report');
  expect(types).toContain('digit');

  const call = await service.get<{ digits: { digit: string; source: string }[] }>(`/calls/${id}`);
  expect(call.digits).toMatchObject([{ digit: '7', source: 'sip-info' }]);

  const records = await service.waitFor(
    async () => service.mediaQualityLog().filter((record) => record['call_id'] === id),
    (found) => found.length >= 2,
    'minute records',
  );
  const record = records[0]!;
  expect(record).toMatchObject({
    aws_region: 'us-east-1',
    from_sip_user: 'test',
    to_sip_user: MEETING_ID,
    cust2vc_packets_lost: 0,
    rem2vc_rtp_packets: 0,
    vc2rem_rtp_bytes: 0,
  });
  expect(Number(record['mos_btwn_vc_and_cust'])).toBeGreaterThan(4);
  expect(Number(record['mos_btwn_vc_and_cust'])).toBeLessThanOrEqual(4.4);

  const messages = service
    .sipMessageLog()
    .filter((message) => String(message['sip_message']).includes(caller.callId))
    .map((message) => String(message['sip_message']).split('\r\n')[0]!);
  const requests = messages.filter((line) => line.endsWith('SIP/2.0')).map((line) => line.split(' ')[0]);
  expect(requests).toEqual(['INVITE', 'ACK', 'INFO', 'BYE']);
  expect(messages.filter((line) => line === 'SIP/2.0 200 OK')).toHaveLength(3);

  const metrics = await service.waitFor(
    async () =>
      service
        .metricLog()
        .map((line) => JSON.stringify(line))
        .join('\n'),
    (text) => text.includes('"InboundCallAttempts"') && text.includes('"CustomerToVcRtpPackets"'),
    'metrics of calls and media',
  );
  expect(metrics).toContain('AWS/ChimeVoiceConnector');
  expect(metrics).toContain('"Sip2xxCodes"');
  await other.hangUp();
  events.close();
  other.close();
  caller.close();
});

it('shows itself to Prometheus', async () => {
  const { statusCode, text } = await service.fetch('/metrics');
  expect(statusCode).toBe(200);
  expect(text).toMatch(/^# TYPE carillon_\w+_total counter$/m);
  for (const line of text.trim().split('\n')) {
    expect(line).toMatch(/^(# (HELP|TYPE) .+|\w+(\{.*\})? -?[\d.e+-]+)$/);
  }
});
