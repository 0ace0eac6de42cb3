import { describe, expect, it } from 'vitest';
import { readVoiceQuality } from '../../../media/quality/voice-quality.ts';
import { createVoipMetrics } from '../../../media/quality/voip-metrics.ts';
import { HeardPackets } from '../../../media/receive/heard-packets.ts';
import { Call } from '../../../src/call/call.ts';
import { TrunkCall } from '../../../src/connector/trunk-call.ts';
import { createCallQualityReport } from '../../../src/quality/call-quality-report.ts';
import { reportedLegs } from '../../../src/quality/reported-leg.ts';
import { FakeCallLeg, NEGOTIATED } from '../../support/fake-call-leg.ts';
import { createLegReport } from '../../support/leg-report.ts';

const HEARD = readVoiceQuality(
  createVoipMetrics({
    source: 0x1234abcd,
    heard: new HeardPackets().read(),
    encodingName: 'PCMU',
    packetTimeMs: 20,
    roundTripTimeUs: null,
    jitterBufferDelayMs: 40,
    jitterBufferMaximumMs: 200,
  }),
);

function endedCall(): Call {
  const call = new Call(new FakeCallLeg('a', '6064724824'));
  call.audio = NEGOTIATED;
  call.localRtp = { address: '127.0.0.1', port: 10_000 };
  call.answeredAtMs = Date.UTC(2026, 10, 23, 4);
  call.endedAtMs = call.answeredAtMs + 90_000;
  return call;
}

const reportOf = (call: Call) => reportedLegs(call).map(createCallQualityReport)[0];

describe('createCallQualityReport', () => {
  it('tells of the whole call, exactly where RTCP XR knows 256ths only', () => {
    const call = endedCall();
    call.measured(createLegReport({ received: { lost: 7, lostCumulative: 7, late: 3, voipMetrics: HEARD } }));
    call.measured(
      createLegReport({
        received: { expected: 1000, lost: 1, lostCumulative: 8, late: 1, voipMetrics: HEARD },
        sent: {
          remote: { voipMetrics: { ...HEARD, lossPercent: 2 }, statisticsSummary: null, otherBlocks: 0 },
        },
      }),
    );
    expect(reportOf(call)).toMatchObject({
      kind: 'session',
      isFinal: true,
      callId: 'a@fake',
      dialogId: null,
      originId: '<sip:room@192.0.2.7>',
      localAddress: { address: '127.0.0.1', port: 10_000, synchronizationSource: '0x5678ef01' },
      remoteAddress: { address: '127.0.0.1', port: 40_000, synchronizationSource: '0x1234abcd' },
      localMetrics: {
        endMs: Date.UTC(2026, 10, 23, 4, 1, 30),
        session: { encodingName: 'PCMU', packetsPerSecond: 50, hasSilenceSuppression: false },
        figures: {
          lossPercent: 0.2,
          discardPercent: 0.1,
          roundTripDelayMs: 19,
          symmetricOneWayDelayMs: 70,
          jitterMs: 0.125,
          gapThreshold: 16,
        },
        algorithm: 'G.107',
      },
      remoteMetrics: { figures: { lossPercent: 2 }, algorithm: null },
    });
  });

  it('is not made where nothing was heard', () => {
    const call = endedCall();
    expect(reportOf(call)).toBeNull();
    call.measured(createLegReport());
    expect(reportOf(call)).toBeNull();
  });

  it('tells of both legs of a trunk call, each under the names its dialog has', () => {
    const leg = Object.assign(new FakeCallLeg('t', '+12065550100'), {
      dialogTags: { from: 'theirs', to: 'ours' },
    });
    const init = {
      voiceConnectorId: 'vc',
      direction: 'Outbound',
      sipAuthUser: null,
      maxForwards: 70,
    } as const;
    const call = new TrunkCall(leg, init);
    call.legs.remote = {
      sipCallId: 'b@far',
      remoteAddress: '192.0.2.9',
      remotePort: 5060,
      transport: 'UDP',
      uri: 'sip:+12065550100@192.0.2.9',
      dialogTags: { from: 'ours-too', to: 'far' },
    };
    const minutes = [createLegReport({ received: { voipMetrics: HEARD } })];
    const localRtp = { address: '127.0.0.1', port: 10_000 };
    const silent = { audio: NEGOTIATED, localRtp, minutes: [] };
    call.heard = { customer: { ...silent, minutes }, remote: { ...silent, minutes } };
    expect(reportedLegs(call).map(createCallQualityReport)).toMatchObject([
      {
        callId: 't@fake',
        dialogId: 't@fake;to-tag=ours;from-tag=theirs',
        remoteId: `<${leg.calling.uri}>`,
        originId: `<${leg.calling.uri}>`,
      },
      {
        callId: 'b@far',
        dialogId: 'b@far;to-tag=far;from-tag=ours-too',
        localId: `<${leg.calling.uri}>`,
        remoteId: '<sip:+12065550100@192.0.2.9>',
        originId: `<${leg.calling.uri}>`,
      },
    ]);
    call.heard = { customer: silent, remote: null };
    expect(reportedLegs(call).map(createCallQualityReport)).toEqual([null]);
  });
});
