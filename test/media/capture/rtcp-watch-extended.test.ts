import { describe, expect, it } from 'vitest';
import { RtcpWatch } from '../../../media/capture/rtcp-watch.ts';
import { createVoipMetrics } from '../../../media/quality/voip-metrics.ts';
import { HeardPackets } from '../../../media/receive/heard-packets.ts';
import { serializeExtendedReport } from '../../../media/rtcp/extended-report.ts';

const heard = new HeardPackets();
for (let number = 0; number < 200; number++) if (number % 10 !== 3) heard.receive(number, true);
heard.close();
const block = createVoipMetrics({
  source: 0x1234,
  heard: heard.read(),
  encodingName: 'PCMU',
  packetTimeMs: 20,
  roundTripTimeUs: 40_000,
  jitterBufferDelayMs: 40,
  jitterBufferMaximumMs: 200,
});
const report = serializeExtendedReport({
  type: 'extended-report',
  synchronizationSource: 9,
  blocks: [block],
});
const [alice, bob] = [0x0a00_0001, 0x0a00_0002];
const ports = (30_001 << 16) | 10_001;
const key = {
  source: alice,
  destination: bob,
  ports: (10_000 << 16) | 30_000,
  synchronizationSource: 0x1234,
};

describe('extended reports in a capture', () => {
  it('say how the stream in the other direction was heard', () => {
    const watch = new RtcpWatch();
    watch.receive(new DataView(report.buffer, report.byteOffset), 0, report.length, bob, alice, ports, 0);
    // A score goes over the wire with one decimal.
    expect(watch.remoteMetrics(watch.find(key))).toEqual({
      ...block,
      mosListening: 3.4,
      mosConversational: 3.4,
    });
    expect(watch.remoteMetrics(watch.find({ ...key, synchronizationSource: 9 }))).toBeNull();
  });

  it('that are cut short say nothing', () => {
    for (let length = 0; length < report.length; length++) {
      const watch = new RtcpWatch();
      watch.receive(new DataView(report.slice().buffer), 0, length, bob, alice, ports, 0);
      expect(watch.remoteMetrics(watch.find(key))).toBeNull();
    }
  });
});
