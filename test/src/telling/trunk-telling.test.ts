import { pino } from 'pino';
import { beforeEach, describe, expect, it } from 'vitest';
import { CATALOG } from '../../../metrics/catalog.ts';
import { MEDIA_QUALITY_FIELDS } from '../../../metrics/media-quality-log.ts';
import { CallFailure, type FailureReason } from '../../../signaling/call-failure.ts';
import { ConnectorJournal } from '../../../src/connector/connector-journal.ts';
import { TrunkCall } from '../../../src/connector/trunk-call.ts';
import { Telling } from '../../../src/telling.ts';
import { FakeCallLeg } from '../../support/fake-call-leg.ts';
import { createLegReport } from '../../support/leg-report.ts';
import { MemorySink } from '../../support/memory-sink.ts';

const START_MS = Date.UTC(2026, 10, 23, 4);
const FIRST = 'abcdef1ghij2klmno3pqr4';
const SECOND = 'bbcdef1ghij2klmno3pqr4';

let sink: MemorySink;
let telling: Telling;
let journal: ConnectorJournal;

beforeEach(() => {
  sink = new MemorySink();
  const options = { region: 'us-east-1', roomsConnectorId: 'rooms', periodSeconds: 60, sinks: [sink] };
  telling = new Telling(options, START_MS);
  journal = new ConnectorJournal(pino({ level: 'silent' }), telling, []);
});

function attempt(direction: 'Inbound' | 'Outbound', voiceConnectorId = FIRST): TrunkCall {
  const leg = new FakeCallLeg('call', '2065550100');
  const call = new TrunkCall(leg, { voiceConnectorId, direction, sipAuthUser: null, maxForwards: 70 });
  journal.callAttempted(call, START_MS);
  call.fromNumber = '+4930123456';
  call.toNumber = '+12065550100';
  return call;
}

function failRoute(call: TrunkCall, voiceConnectorId: string): void {
  const failure = { route: '192.0.2.1:5060 UDP', sipStatus: 503, willTryNext: true } as const;
  const reason: FailureReason = 'remote-rejected';
  journal.routeFailed(call, { ...failure, reason, voiceConnectorId }, START_MS);
}

const sip = (text: string, sipCallId: string) =>
  telling.sipMessage('sent', Buffer.from(text), sipCallId, START_MS);

/** What a period counted, by connector; zeros left out. */
async function counts() {
  await telling.stop(START_MS + 1000);
  return sink
    .objects('metrics')
    .map(({ VoiceConnectorId, ...metrics }) => [
      VoiceConnectorId,
      Object.fromEntries(
        Object.entries(metrics).filter(([, value]) => typeof value === 'number' && value > 0),
      ),
    ]);
}

describe('a trunk call', () => {
  it('that a second route took counts as answered and as failed', async () => {
    const call = attempt('Outbound');
    failRoute(call, FIRST);
    failRoute(call, FIRST);
    journal.callAnswered(call, START_MS);
    const counted = { OutboundCallAttempts: 1, OutboundCallFailures: 1 };
    expect(await counts()).toEqual([
      [FIRST, { ...counted, OutboundCallsAnswered: 1, OutboundCallsActive: 1 }],
    ]);
  });

  it('that moved to another connector of its group failed at the one and is active at the other', async () => {
    const call = attempt('Inbound');
    failRoute(call, FIRST);
    call.voiceConnectorId = SECOND;
    journal.callAnswered(call, START_MS);
    const report = createLegReport({ intervalEndMs: START_MS + 500 });
    journal.sideReport(call, 'customer', report);
    journal.sideReport(call, 'remote', report);
    expect(sink.objects('media-quality-log')).toMatchObject([{ voice_connector_id: SECOND }]);
    expect(await counts()).toEqual([
      [FIRST, { InboundCallAttempts: 1, InboundCallFailures: 1 }],
      [SECOND, { InboundCallAttempts: 1, InboundCallsAnswered: 1, InboundCallsActive: 1 }],
    ]);
  });

  it('that is throttled counts as such, under the limit of the trunk', async () => {
    const call = attempt('Outbound');
    call.refuse(new CallFailure('too-many-calls-per-second', 'because'), START_MS);
    journal.callRefused(call, START_MS);
    expect(telling.limitHits('termination.cpsLimit')).toBe(1);
    expect(await counts()).toEqual([
      [FIRST, { OutboundCallAttempts: 1, OutboundCallFailures: 1, Throttles: 1 }],
    ]);
  });

  it('has the messages of both legs in its log, those before there was a call too', async () => {
    sip('SIP/2.0 100 Trying\r\n', 'call@fake');
    const call = attempt('Outbound');
    sip('INVITE sip:+4930123456@192.0.2.9 SIP/2.0\r\n', 'other@us');
    journal.legPlaced(call, 'other@us');
    sip('SIP/2.0 183 Session Progress\r\n', 'other@us');
    journal.requestMet('ping@pbx', SECOND);
    sip('SIP/2.0 200 OK\r\n', 'ping@pbx');
    await telling.tick(START_MS);
    const logged = sink
      .objects<Record<string, string>>('sip-message-log')
      .map(({ voice_connector_id, call_id, sip_message }) => [
        voice_connector_id,
        call_id,
        sip_message?.slice(0, 11),
      ]);
    expect(logged).toEqual([
      [FIRST, 'call', 'SIP/2.0 100'],
      [FIRST, 'call', 'INVITE sip:'],
      [FIRST, 'call', 'SIP/2.0 183'],
      [SECOND, 'ping@pbx', 'SIP/2.0 200'],
    ]);
    expect(await counts()).toEqual([
      [FIRST, { OutboundCallAttempts: 1, Sip1xxCodes: 2 }],
      [SECOND, { Sip2xxCodes: 1 }],
    ]);
  });

  it('has all 37 fields and 43 metrics of both sides', async () => {
    const call = attempt('Inbound');
    journal.callAnswered(call, START_MS);
    journal.sideReport(
      call,
      'remote',
      createLegReport({ received: { packets: 2900 }, mosConversational: 4.1 }),
    );
    journal.sideReport(call, 'customer', createLegReport());
    const [record] = sink.objects('media-quality-log');
    expect(Object.keys(record ?? {})).toEqual(MEDIA_QUALITY_FIELDS.map(({ name }) => name));
    expect(record).toMatchObject({
      from_sip_user: '+4930123456',
      from_country: 'DE',
      to_sip_user: '+12065550100',
      to_country: 'US',
      cust2vc_rtp_packets: 3000,
      rem2vc_rtp_packets: 2900,
      mos_btwn_vc_and_cust: 4.34,
      mos_btwn_vc_and_rem: 4.1,
    });
    await telling.stop(START_MS + 1000);
    const names = new Set(sink.objects('metrics').flatMap((line) => Object.keys(line)));
    expect(CATALOG.filter(({ name }) => !names.has(name))).toEqual([]);
    expect(CATALOG).toHaveLength(43);
  });

  it('has a minute of the far end alone where the customer sent nothing yet', () => {
    const call = attempt('Inbound');
    journal.callAnswered(call, START_MS);
    journal.sideReport(call, 'remote', createLegReport());
    journal.sideReport(call, 'remote', createLegReport({ isFinal: true }));
    journal.callEnded(call, START_MS + 70_000);
    expect(sink.objects('media-quality-log')).toMatchObject([
      { rem2vc_rtp_packets: 3000, cust2vc_rtp_packets: 0 },
      { rem2vc_rtp_packets: 3000, cust2vc_rtp_packets: 0 },
    ]);
  });
});
