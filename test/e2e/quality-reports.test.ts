import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import type { CallDetail } from '../../src/http/service-view.ts';
import { MEETING_ID, TestService } from '../support/service.ts';
import { sessionReport } from '../support/session-report.ts';
import { TestCaller } from '../support/test-caller.ts';

let service: TestService;
const sockets: Socket[] = [];

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.close();
  expect((await service.stop()).exitCode).toBe(0);
});

/** A socket that answers every request with 200, and what came to it. */
async function openPeer(): Promise<{ socket: Socket; port: number; received: string[] }> {
  const socket = createSocket('udp4');
  sockets.push(socket);
  const received: string[] = [];
  socket.on('message', (bytes, from) => {
    const text = bytes.toString('utf8');
    received.push(text);
    if (text.startsWith('SIP/2.0')) return;
    const kept = text.split('\r\n').filter((line) => /^(Via|From|To|Call-ID|CSeq):/i.test(line));
    const answer = ['SIP/2.0 200 OK', ...kept, 'Content-Length: 0', '', ''].join('\r\n');
    socket.send(answer, from.port, from.address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return { socket, port: socket.address().port, received };
}

describe('quality reports (RFC 6035)', () => {
  it('are taken over PUBLISH, kept with their call, and ours goes to the collector at its end', async () => {
    const collector = await openPeer();
    const settings = { quality: { reports: { collector: `sip:collector@127.0.0.1:${collector.port}` } } };
    service = await TestService.start({ settings });
    const caller = await TestCaller.join(service.target('UDP'), MEETING_ID);
    caller.talk(440);
    const telephone = await openPeer();
    const publish = (event: string, body: string): void => {
      const lines = [
        `PUBLISH sip:127.0.0.1:${service.port('UDP')} SIP/2.0`,
        `Via: SIP/2.0/UDP 127.0.0.1:${telephone.port};branch=z9hG4bK${event}${body.length}`,
        'Max-Forwards: 70',
        'From: <sip:room@127.0.0.1>;tag=1',
        'To: <sip:collector@127.0.0.1>',
        `Call-ID: publish-${event}-${body.length}`,
        'CSeq: 1 PUBLISH',
        `Event: ${event}`,
        'Content-Type: application/vq-rtcpxr',
        `Content-Length: ${body.length}`,
        '',
        body,
      ];
      telephone.socket.send(lines.join('\r\n'), service.port('UDP'), '127.0.0.1');
    };
    publish('vq-rtcpxr', sessionReport(caller.callId));
    publish('vq-rtcpxr', 'nonsense');
    publish('presence', sessionReport(caller.callId));
    const answers = await service.waitFor(
      async () => telephone.received.map((text) => text.split('\r\n')[0] ?? ''),
      (found) => found.length >= 3,
      'three answers',
    );
    expect(answers.toSorted()).toEqual([
      'SIP/2.0 200 OK',
      'SIP/2.0 400 Bad Request',
      'SIP/2.0 489 Bad Event',
    ]);
    await new Promise((resolve) => setTimeout(resolve, 2000));
    await caller.hangUp();
    const { id } = await service.callOf(caller.callId);
    caller.close();
    const call = await service.get<CallDetail>(`/calls/${id}`);
    expect(call.qualityReports).toMatchObject([
      { report: { localMetrics: { figures: { mosListening: 4.2 } } } },
    ]);

    const [request = ''] = await service.waitFor(
      async () => collector.received,
      (found) => found.length > 0,
      'our report',
    );
    expect(request).toMatch(/^PUBLISH sip:collector@/);
    expect(request).toContain('Event: vq-rtcpxr');
    expect(request).toContain('VQSessionReport: CallTerm');
    expect(request).toContain(`CallID: ${caller.callId}`);
    expect(request).toMatch(/PacketLoss: NLR=0 JDR=\d/);
    expect(request).toMatch(/MOSLQ=4\.[0-4]/);
    expect(request).toMatch(/QoEEstAlg=G\.107/);
  });
});
