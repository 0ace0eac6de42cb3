import { beforeEach, describe, expect, it } from 'vitest';
import { CallFailure, type FailureReason } from '../../signaling/call-failure.ts';
import { Call } from '../../src/call/call.ts';
import type { LiveEvent } from '../../src/http/service-view.ts';
import { Telling } from '../../src/telling.ts';
import { FakeCallLeg } from '../support/fake-call-leg.ts';
import { createLegReport } from '../support/leg-report.ts';
import { MemorySink } from '../support/memory-sink.ts';

const START_MS = Date.UTC(2026, 10, 23, 4, 0, 0);
const MINUTE_MS = 60_000;
const TRUNK = 'abcdef1ghij2klmno3pqr4';

let sink: MemorySink;
let telling: Telling;
let events: LiveEvent[];

beforeEach(() => {
  sink = new MemorySink();
  telling = createTelling();
  events = [];
  telling.subscribe((event) => events.push(event));
});

function createTelling(isLogged?: (voiceConnectorId: string) => boolean): Telling {
  const options = { region: 'us-east-1', roomsConnectorId: 'rooms', periodSeconds: 60, sinks: [sink] };
  return new Telling(isLogged === undefined ? options : { ...options, isLogged }, START_MS);
}

let calls = 0;
function arrive(atMs: number): Call {
  const call = new Call(new FakeCallLeg(`call-${++calls}`, '6064724824'));
  telling.callArrived(call, atMs);
  return call;
}

function answer(atMs: number): Call {
  const call = arrive(atMs);
  call.answeredAtMs = atMs;
  telling.callAnswered(call, atMs);
  return call;
}

function refuse(reason: FailureReason, atMs: number): Call {
  const call = arrive(atMs);
  call.refuse(new CallFailure(reason, 'because'), atMs);
  telling.callRefused(call, atMs);
  return call;
}

function end(call: Call, atMs: number): void {
  call.end = { by: 'remote', reason: 'normal-clearing', detail: '' };
  call.endedAtMs = atMs;
  telling.callEnded(call, atMs);
}

const sip = (text: string, callId: string, atMs: number, direction: 'received' | 'sent' = 'received') =>
  telling.sipMessage(direction, Buffer.from(text), callId, atMs);

const nonZero = (metrics: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(
    Object.entries(metrics).filter(
      ([name, value]) => typeof value === 'number' && value !== 0 && name !== '_aws',
    ),
  );
const periods = () => sink.objects('metrics').map(nonZero);
const sample = (name: string) =>
  telling
    .prometheusText()
    .split('\n')
    .filter((line) => line.startsWith(name));

describe('the metrics of a period', () => {
  it('are not written while nothing happens', async () => {
    await telling.tick(START_MS + 10 * MINUTE_MS);
    await telling.stop(START_MS + 11 * MINUTE_MS);
    expect(sink.lines).toEqual([]);
  });

  it('follow a call over three periods, and stop with it', async () => {
    const call = answer(START_MS + 1000);
    await telling.tick(START_MS + MINUTE_MS);
    await telling.tick(START_MS + 2 * MINUTE_MS);
    end(call, START_MS + 2 * MINUTE_MS + 500);
    await telling.tick(START_MS + 3 * MINUTE_MS);
    await telling.tick(START_MS + 4 * MINUTE_MS);
    expect(periods()).toEqual([
      { InboundCallAttempts: 1, InboundCallsAnswered: 1, InboundCallsActive: 1 },
      { InboundCallsActive: 1 },
      { InboundCallsActive: 1 },
    ]);
    expect(sink.lines.map(({ atMs }) => atMs)).toEqual(
      [0, 1, 2].map((minute) => START_MS + minute * MINUTE_MS),
    );
  });

  it('hold what happened in them, however late the timer comes', async () => {
    refuse('unknown-meeting', START_MS + MINUTE_MS - 1);
    refuse('unknown-meeting', START_MS + MINUTE_MS);
    await telling.tick(START_MS + 5 * MINUTE_MS);
    const refused = { InboundCallAttempts: 1, InboundCallFailures: 1 };
    expect(periods()).toEqual([refused, refused]);
    expect(sink.lines.map(({ atMs }) => atMs)).toEqual([START_MS, START_MS + MINUTE_MS]);
  });

  it.each([
    ['unknown-meeting', { InboundCallAttempts: 1, InboundCallFailures: 1 }],
    ['caller-canceled', { InboundCallAttempts: 1, InboundCallFailures: 1 }],
    ['too-many-calls', { InboundCallAttempts: 1, InboundCallFailures: 1, Throttles: 1 }],
    ['too-many-calls-per-second', { InboundCallAttempts: 1, InboundCallFailures: 1, Throttles: 1 }],
  ] as const)('count a call refused with %s', async (reason, expected) => {
    refuse(reason, START_MS);
    await telling.stop(START_MS + 1000);
    expect(periods()).toEqual([expected]);
    expect(sample('carillon_calls_refused_total')).toEqual([
      `carillon_calls_refused_total{voice_connector_id="rooms",reason="${reason}"} 1`,
    ]);
  });

  it('are of the connector and direction that the call names', async () => {
    const call = new Call(new FakeCallLeg('trunk-call', '+4989220613840'));
    const outbound = Object.assign(call, { voiceConnectorId: TRUNK, direction: 'Outbound' as const });
    telling.callArrived(outbound, START_MS);
    telling.callAnswered(outbound, START_MS);
    await telling.stop(START_MS);
    expect(sink.objects('metrics')).toMatchObject([{ VoiceConnectorId: TRUNK }]);
    expect(periods()).toEqual([
      { OutboundCallAttempts: 1, OutboundCallsAnswered: 1, OutboundCallsActive: 1 },
    ]);
  });

  it('begin anew when the clock is set back', async () => {
    arrive(START_MS);
    arrive(START_MS - 60 * MINUTE_MS);
    await telling.tick(START_MS - 59 * MINUTE_MS);
    expect(sink.lines.map(({ atMs }) => atMs)).toEqual([START_MS, START_MS - 60 * MINUTE_MS]);
  });

  it('are written at the stop, with everything flushed', async () => {
    sip('OPTIONS sip:x SIP/2.0\r\n', 'ping', START_MS);
    sip('SIP/2.0 200 OK\r\n', 'ping', START_MS, 'sent');
    await telling.stop(START_MS + 500);
    expect(periods()).toEqual([{ Sip2xxCodes: 1 }]);
    expect(sink.objects('sip-message-log')).toHaveLength(2);
    expect(sink.isStopped).toBe(true);
  });
});

describe('the minutes of a call', () => {
  it('are logged under the connector, sampled for the metrics and shown to Prometheus', async () => {
    const call = answer(START_MS);
    telling.legReport(call, createLegReport({ received: { lost: 3, lostCumulative: 3 } }));
    telling.legReport(
      call,
      createLegReport({ received: { lost: 1, lostCumulative: 4 }, sent: { lostCumulative: 5 } }),
    );
    await telling.stop(START_MS + 1.5 * MINUTE_MS);
    expect(sink.objects('media-quality-log')).toMatchObject([
      { voice_connector_id: 'rooms', call_id: call.id, cust2vc_packets_lost: 3, vc2cust_packets_lost: 2 },
      { voice_connector_id: 'rooms', call_id: call.id, cust2vc_packets_lost: 4, vc2cust_packets_lost: 5 },
    ]);
    expect(sink.objects('metrics').at(-1)).toMatchObject({
      CustomerToVcPacketsLost: [3, 4],
      VcToCustomerPacketsLost: [2, 5],
      MOSBetweenVcAndCustomer: [4.34, 4.34],
    });
    expect(sample('carillon_media_packets_lost_total')).toEqual([
      'carillon_media_packets_lost_total{direction="received"} 4',
      'carillon_media_packets_lost_total{direction="sent"} 5',
    ]);
    expect(sample('carillon_media_mos_count')).toEqual(['carillon_media_mos_count 2']);
  });

  it('are told as events with the whole report, its inputs beside the score', () => {
    const report = createLegReport();
    const call = answer(START_MS);
    telling.legReport(call, report);
    expect(events.at(-1)).toEqual({
      type: 'leg-report',
      atMs: report.intervalEndMs,
      callId: call.id,
      report,
    });
  });

  it('keep one call_id after the end of the call', () => {
    const call = answer(START_MS);
    end(call, START_MS + 10);
    telling.legReport(call, createLegReport({ isFinal: true }));
    expect(sink.objects('media-quality-log')).toMatchObject([{ call_id: call.id }]);
  });
});

describe('SIP messages', () => {
  it('are logged under the ID of the call, the INVITE that made it included', async () => {
    sip('INVITE sip:6064724824@x SIP/2.0\r\n', `call-${calls + 1}@fake`, START_MS);
    const call = arrive(START_MS + 1);
    sip('SIP/2.0 100 Trying\r\n', call.leg.remoteCallId, START_MS + 2, 'sent');
    await telling.tick(START_MS + 3);
    expect(sink.objects('sip-message-log')).toEqual([
      expect.objectContaining({ call_id: call.id, event_timestamp: START_MS, voice_connector_id: 'rooms' }),
      expect.objectContaining({
        call_id: call.id,
        sip_message: 'SIP/2.0 100 Trying\r\n',
        aws_region: 'us-east-1',
      }),
    ]);
  });

  it('are given their Call-ID by the message itself where nobody has parsed it', async () => {
    const call = arrive(START_MS);
    const bytes = Buffer.from(`SIP/2.0 200 OK\r\nCall-ID: ${call.leg.remoteCallId}\r\n\r\n`);
    telling.sipMessage('sent', bytes, null, START_MS);
    await telling.tick(START_MS);
    expect(sink.objects('sip-message-log')).toMatchObject([{ call_id: call.id }]);
  });

  it('of no call are logged under their Call-ID', async () => {
    sip('OPTIONS sip:x SIP/2.0\r\n', 'ping@192.0.2.1', START_MS);
    await telling.tick(START_MS);
    expect(sink.objects('sip-message-log')).toMatchObject([{ call_id: 'ping@192.0.2.1' }]);
  });

  it('still belong to a call that has just ended, and no longer when it is forgotten', async () => {
    const call = answer(START_MS);
    end(call, START_MS + 1000);
    for (const atMs of [START_MS + 33_000, START_MS + 60_000]) {
      await telling.tick(atMs);
      sip('BYE sip:x SIP/2.0\r\n', call.leg.remoteCallId, atMs);
    }
    await telling.stop(START_MS + 60_000);
    expect(sink.objects('sip-message-log')).toMatchObject([
      { call_id: call.id },
      { call_id: call.leg.remoteCallId },
    ]);
  });

  it('are counted by method and class', () => {
    for (const line of ['INVITE sip:x SIP/2.0', 'FOO sip:x SIP/2.0', 'SIP/2.0 486 Busy Here'])
      sip(line, 'x', START_MS);
    expect(sample('carillon_sip_requests_total')).toEqual([
      'carillon_sip_requests_total{direction="received",method="INVITE"} 1',
      'carillon_sip_requests_total{direction="received",method="other"} 1',
    ]);
    expect(sample('carillon_sip_responses_total')).toEqual([
      'carillon_sip_responses_total{direction="received",class="4xx"} 1',
    ]);
  });

  it('are copied: the buffer may be used again', async () => {
    const buffer = Buffer.from('--BYE sip:x SIP/2.0\r\n');
    telling.sipMessage('received', buffer.subarray(2), 'x', START_MS);
    buffer.fill(0);
    await telling.tick(START_MS);
    expect(sink.objects('sip-message-log')).toMatchObject([{ sip_message: 'BYE sip:x SIP/2.0\r\n' }]);
  });
});

describe('a connector without logging', () => {
  it('has metrics, and no logs', async () => {
    telling = createTelling((voiceConnectorId) => voiceConnectorId !== 'rooms');
    const call = answer(START_MS);
    telling.legReport(call, createLegReport({ intervalEndMs: START_MS }));
    sip('BYE sip:x SIP/2.0\r\n', call.leg.remoteCallId, START_MS);
    telling.sipMessage('received', Buffer.from('BYE'), 'y', START_MS, TRUNK);
    await telling.stop(START_MS);
    expect(sink.lines.map(({ destination }) => destination)).toEqual([
      { kind: 'sip-message-log', voiceConnectorId: TRUNK },
      { kind: 'metrics' },
    ]);
  });
});
