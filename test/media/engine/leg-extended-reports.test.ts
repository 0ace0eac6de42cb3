import { describe, expect, it } from 'vitest';
import type { ExtendedReportMode } from '../../../media/engine/media-leg.ts';
import { createVoipMetrics } from '../../../media/quality/voip-metrics.ts';
import { HeardPackets } from '../../../media/receive/heard-packets.ts';
import { parseCompound, serializeCompound } from '../../../media/rtcp/compound.ts';
import { FakeLeg } from './fake-leg.ts';

const ASKED = { hasVoipMetrics: true, hasReferenceTime: true };

function blocksSentBy(leg: FakeLeg) {
  return leg.sentRtcp.flatMap(({ bytes }) => {
    const compound = parseCompound(bytes);
    const packets = compound.isValid ? compound.packets : [];
    return packets.flatMap((packet) => (packet.type === 'extended-report' ? packet.blocks : []));
  });
}

describe('the extended reports of a leg', () => {
  it.each<[ExtendedReportMode, typeof ASKED | null, boolean]>([
    ['negotiated', ASKED, true],
    ['negotiated', null, false],
    ['always', null, true],
    ['off', ASKED, false],
  ])('%s, asked for %j', (extendedReports, asked, isSent) => {
    const leg = new FakeLeg({ extendedReports });
    leg.update({ extendedReports: asked });
    leg.runWithTone(6000);
    const types = blocksSentBy(leg).map(({ type }) => type);
    expect(types.includes('voip-metrics')).toBe(isSent);
    expect(types.includes('reference-time')).toBe(isSent);
  });

  it('say what was lost, to the last packet at the end', () => {
    const leg = new FakeLeg();
    leg.update({ extendedReports: ASKED });
    const payload = new Uint8Array(160).fill(0xff);
    leg.run(10_000, (tick) => {
      if (tick >= 250 && tick < 275) return;
      leg.receive({ sequenceNumber: tick, timestamp: tick * 160, payload });
    });
    leg.close();
    const last = blocksSentBy(leg).findLast(({ type }) => type === 'voip-metrics');
    // 25 of 500, all in one burst of half a second.
    expect(last).toMatchObject({
      lossRate: Math.floor((25 / 500) * 256),
      discardRate: 0,
      burstDensity: 255,
      burstDurationMs: 500,
      gapDurationMs: 4750,
      jitterBufferAbsoluteMaximumMs: 200,
    });
  });

  it('rate by the E-model that was chosen, as the report of the interval does', () => {
    const leg = new FakeLeg({ qualityModel: { scale: 'wideband', delayModel: 'simplified' } });
    leg.update({ extendedReports: ASKED });
    leg.runWithTone(6000);
    const report = leg.close();
    // G.711 without loss has R 93.2 on the wideband scale too: 93.2 / 1.29 = 72.2.
    expect(report).toMatchObject({
      mosListening: 3.7,
      quality: { scale: 'wideband', delayModel: 'simplified' },
    });
    const metrics = blocksSentBy(leg).findLast(({ type }) => type === 'voip-metrics');
    expect(metrics).toMatchObject({ mosListening: 3.7 });
  });

  it('of the other side stand in the report of the interval', () => {
    const leg = new FakeLeg();
    leg.update();
    leg.runWithTone(3000);
    const sender = parseCompound(leg.sentRtcp[0]!.bytes);
    const [report] = sender.isValid ? sender.packets : [];
    const source = report?.type === 'sender-report' ? report.synchronizationSource : -1;
    const metrics = createVoipMetrics({
      source,
      heard: new HeardPackets().read(),
      encodingName: 'PCMU',
      packetTimeMs: 20,
      roundTripTimeUs: 80_000,
      jitterBufferDelayMs: 60,
      jitterBufferMaximumMs: 200,
    });
    leg.receiveControl(
      serializeCompound([
        {
          type: 'receiver-report',
          synchronizationSource: 1,
          reportBlocks: [],
          profileExtension: new Uint8Array(0),
        },
        { type: 'extended-report', synchronizationSource: 1, blocks: [{ ...metrics, lossRate: 64 }] },
      ]),
    );
    expect(leg.close()?.sent.remote).toMatchObject({
      voipMetrics: { lossPercent: 25, roundTripDelayMs: 80, endSystemDelayMs: 80 },
      otherBlocks: 0,
    });
  });
});
