import { beforeEach, describe, expect, it } from 'vitest';
import { CallFailure } from '../../../signaling/call-failure.ts';
import { Call } from '../../../src/call/call.ts';
import type { LiveEvent } from '../../../src/http/service-view.ts';
import { Meeting } from '../../../src/meeting/meeting.ts';
import { LiveEvents } from '../../../src/telling/live-events.ts';
import { Telling } from '../../../src/telling.ts';
import { FakeCallLeg } from '../../support/fake-call-leg.ts';
import { createLegReport } from '../../support/leg-report.ts';
import { OPEN, originOf, ROOM_RULES } from '../../support/meeting-room.ts';

const AT_MS = Date.UTC(2026, 10, 23, 4, 0, 0);

let telling: Telling;
let events: LiveEvent[];

beforeEach(() => {
  telling = new Telling(
    { region: 'us-east-1', roomsConnectorId: 'rooms', periodSeconds: 60, sinks: [] },
    AT_MS,
  );
  events = [];
  telling.subscribe((event) => events.push(event));
});

const types = () => events.map(({ type }) => type);
const createCall = (id: string) => new Call(new FakeCallLeg(id, '6064724824'));

describe('the live events', () => {
  it('tell the story of a call', () => {
    const call = createCall('told');
    telling.callArrived(call, AT_MS);
    telling.callRinging(call, AT_MS);
    telling.callAnswered(call, AT_MS);
    telling.digitPressed(call, { digit: '7', source: 'sip-info', durationMs: 160, atMs: AT_MS });
    telling.mediaSilence(call, true, 10_000, AT_MS);
    telling.mediaSilence(call, false, 12_000, AT_MS);
    telling.sourceRefused(call, { address: '192.0.2.9', port: 4000, packets: 3 }, AT_MS);
    telling.legReport(call, createLegReport());
    telling.callEnded(call, AT_MS);
    expect(types()).toEqual([
      'call-arrived',
      'call-ringing',
      'call-answered',
      'digit',
      'media-silent',
      'media-heard',
      'media-source-refused',
      'leg-report',
      'call-ended',
    ]);
    expect(events[0]).toMatchObject({
      atMs: AT_MS,
      call: { id: 'told', called: 'sip:6064724824@127.0.0.1' },
    });
  });

  it('say why a call was refused', () => {
    const call = createCall('refused');
    telling.callArrived(call, AT_MS);
    call.refuse(new CallFailure('meeting-full', 'Meeting 1 is full.'), AT_MS);
    telling.callRefused(call, AT_MS);
    expect(events.at(-1)).toMatchObject({
      type: 'call-refused',
      call: {
        state: 'refused',
        refusal: { reason: 'meeting-full', sipStatus: 486, detail: 'Meeting 1 is full.' },
      },
    });
  });

  it('tell the story of a meeting', () => {
    const meeting = new Meeting({ ...OPEN, maxParticipants: 2 }, ROOM_RULES, telling);
    meeting.admit(originOf('a', { callerName: 'everest' }));
    meeting.join('a', AT_MS);
    meeting.leave('a', AT_MS + 1);
    expect(types()).toEqual(['meeting-started', 'participant-joined', 'participant-left', 'meeting-ended']);
    expect(events[1]).toMatchObject({ participant: { name: '<everest>' }, meeting: { participantCount: 1 } });
    expect(events[3]).toMatchObject({
      meeting: { state: 'ended', participantCount: 0, endedAtMs: AT_MS + 1 },
    });
  });

  it('tell what was refused before there was a call, and count it by name', () => {
    telling.limitHit('sip.limits.maxConnections', '1000 connections are open.', AT_MS, '192.0.2.9');
    telling.malformed('no-via', 'No Via header field.', AT_MS, '192.0.2.9');
    expect(events).toEqual([
      {
        type: 'request-refused',
        atMs: AT_MS,
        reason: 'sip.limits.maxConnections',
        detail: '1000 connections are open.',
        remoteAddress: '192.0.2.9',
      },
      {
        type: 'request-refused',
        atMs: AT_MS,
        reason: 'no-via',
        detail: 'No Via header field.',
        remoteAddress: '192.0.2.9',
      },
    ]);
    const page = telling.prometheusText().split('\n');
    expect(page).toContain('carillon_limits_hit_total{limit="sip.limits.maxConnections"} 1');
    expect(page).toContain('carillon_sip_malformed_total{reason="no-via"} 1');
  });
});

describe('the Prometheus page', () => {
  it('follows a call and never names it', () => {
    const call = createCall('secret-call-id');
    telling.callArrived(call, AT_MS);
    telling.callAnswered(call, AT_MS);
    telling.legReport(call, createLegReport());
    const page = telling.prometheusText();
    expect(page).toContain('carillon_calls_active{voice_connector_id="rooms"} 1\n');
    expect(page).toContain(
      'carillon_calls_arrived_total{voice_connector_id="rooms",protocol="SIP",transport="UDP"} 1\n',
    );
    expect(page).not.toContain('secret-call-id');
    telling.callEnded(call, AT_MS + 90_000);
    const after = telling.prometheusText();
    expect(after).toContain('carillon_calls_active{voice_connector_id="rooms"} 0\n');
    expect(after).toContain(
      'carillon_calls_ended_total{voice_connector_id="rooms",reason="normal-clearing"} 1\n',
    );
  });

  it('takes values of others', () => {
    telling.addGauge({ name: 'carillon_sip_transactions', help: 'Transactions' }, () => 7);
    telling.workerLateness(3);
    telling.internalError();
    const page = telling.prometheusText().split('\n');
    expect(page).toContain('carillon_sip_transactions 7');
    expect(page).toContain('carillon_media_worker_lateness_seconds_bucket{le="0.005"} 1');
    expect(page).toContain('carillon_internal_errors_total 1');
  });
});

describe('the fan-out', () => {
  const refusal = (atMs: number): LiveEvent => ({
    type: 'request-refused',
    atMs,
    reason: 'malformed',
    detail: '',
    remoteAddress: '192.0.2.9',
  });

  it('ends with the subscription, and only that one', () => {
    const fanOut = new LiveEvents();
    let heard = 0;
    const listener = () => {
      heard++;
    };
    const unsubscribe = fanOut.subscribe(listener);
    fanOut.subscribe(listener);
    fanOut.tell(refusal(AT_MS));
    unsubscribe();
    fanOut.tell(refusal(AT_MS));
    expect(heard).toBe(3);
  });

  it('drops a listener that throws, and no other', () => {
    const fanOut = new LiveEvents();
    let thrown = 0;
    let heard = 0;
    fanOut.subscribe(() => {
      thrown++;
      throw new Error('closed');
    });
    fanOut.subscribe(() => {
      heard++;
    });
    fanOut.tell(refusal(AT_MS));
    fanOut.tell(refusal(AT_MS));
    expect([thrown, heard]).toEqual([1, 2]);
  });

  it('thins a flood of refusals to twenty a second', () => {
    const fanOut = new LiveEvents();
    const heard: number[] = [];
    fanOut.subscribe(({ atMs }) => heard.push(atMs));
    for (let index = 0; index < 1000; index++) fanOut.tell(refusal(AT_MS + index));
    fanOut.tell(refusal(AT_MS + 1000));
    expect(heard).toHaveLength(21);
    expect(heard.at(-1)).toBe(AT_MS + 1000);
  });
});
