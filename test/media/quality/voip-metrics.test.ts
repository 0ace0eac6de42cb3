import { describe, expect, it } from 'vitest';
import { readVoiceQuality } from '../../../media/quality/voice-quality.ts';
import { createVoipMetrics, type VoipMeasurement } from '../../../media/quality/voip-metrics.ts';
import { HeardPackets } from '../../../media/receive/heard-packets.ts';

function measure(isHeard: (index: number) => boolean | null, overrides: Partial<VoipMeasurement> = {}) {
  const packets = new HeardPackets();
  for (let index = 0; index < 1000; index++) {
    const fate = isHeard(index);
    if (fate !== null) packets.receive(index, fate);
  }
  packets.close();
  return createVoipMetrics({
    source: 7,
    heard: packets.read(),
    encodingName: 'PCMU',
    packetTimeMs: 20,
    roundTripTimeUs: 120_400,
    jitterBufferDelayMs: 40,
    jitterBufferMaximumMs: 200,
    ...overrides,
  });
}

describe('createVoipMetrics', () => {
  it('is near the best there is for a faultless stream', () => {
    expect(measure(() => true)).toMatchObject({
      lossRate: 0,
      discardRate: 0,
      burstDensity: 0,
      gapDensity: 0,
      burstDurationMs: 0,
      gapDurationMs: 20_000,
      roundTripDelayMs: 120,
      endSystemDelayMs: 60,
      gapThreshold: 16,
      ratingFactor: 93,
      mosListening: 4.4,
      mosConversational: 4.4,
      jitterBufferNominalMs: 40,
      jitterBufferAbsoluteMaximumMs: 200,
    });
  });

  it('tells losses, discards and bursts apart', () => {
    // Ten packets of 1000 lost together, and ten alone that came too late.
    const metrics = measure((index) => (index >= 500 && index < 510 ? null : index % 100 !== 50));
    expect(metrics).toMatchObject({
      lossRate: 2,
      discardRate: 2,
      burstDensity: 255,
      burstDurationMs: 200,
      gapDurationMs: 9900,
    });
    expect(metrics.gapDensity).toBe(Math.floor((10 / 990) * 256));
    expect(metrics.mosListening).toBeLessThan(4.4);
  });

  it('leaves out the scores of a codec that nobody can rate', () => {
    expect(measure(() => true, { encodingName: 'X-UNKNOWN' })).toMatchObject({
      ratingFactor: null,
      mosListening: null,
      mosConversational: null,
    });
  });
});

describe('readVoiceQuality', () => {
  it('reads shares as percent, and zero delay as not measured', () => {
    const block = { ...measure(() => true, { roundTripTimeUs: null }), lossRate: 13, burstDensity: 128 };
    expect(readVoiceQuality(block)).toMatchObject({
      lossPercent: 5.08,
      burstLossPercent: 50,
      roundTripDelayMs: null,
      endSystemDelayMs: 60,
      mosListening: 4.4,
      jitterBuffer: { kind: 'adaptive', nominalMs: 40, maximumMs: 40, absoluteMaximumMs: 200 },
    });
  });
});
