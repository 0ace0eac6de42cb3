import { describe, expect, it } from 'vitest';
import type { RtcpPacket } from '../../../media/rtcp/compound.ts';
import { rtcpToJson } from '../../../metrics/hep/rtcp-json.ts';

const BLOCK = {
  synchronizationSource: 1,
  fractionLost: 2,
  cumulativeLost: -3,
  extendedHighestSequenceNumber: 4,
  jitter: 5,
  lastSenderReport: 6,
  delaySinceLastSenderReport: 7,
};
const BLOCK_JSON = {
  source_ssrc: 1,
  fraction_lost: 2,
  packets_lost: -3,
  highest_seq_no: 4,
  ia_jitter: 5,
  lsr: 6,
  dlsr: 7,
};
const SENDER_REPORT: RtcpPacket = {
  type: 'sender-report',
  synchronizationSource: 9,
  ntpTimestamp: { seconds: 3_900_000_000, fraction: 2 ** 31 },
  rtpTimestamp: 160,
  packetCount: 10,
  octetCount: 1600,
  reportBlocks: [BLOCK],
  profileExtension: new Uint8Array(),
};
const RECEIVER_REPORT: RtcpPacket = {
  type: 'receiver-report',
  synchronizationSource: 9,
  reportBlocks: [],
  profileExtension: new Uint8Array(),
};
const DESCRIPTION: RtcpPacket = {
  type: 'source-description',
  chunks: [{ source: 9, items: [{ itemType: 1, text: 'room@"192.0.2.1"' }] }],
};

const read = (packets: readonly RtcpPacket[]): unknown => JSON.parse(rtcpToJson(packets) ?? 'null');

describe('RTCP for Homer', () => {
  it('is a sender report with its blocks and its source', () => {
    expect(read([SENDER_REPORT, DESCRIPTION])).toEqual({
      sender_information: {
        ntp_timestamp_sec: 3_900_000_000,
        ntp_timestamp_usec: 500_000,
        octets: 1600,
        rtp_timestamp: 160,
        packets: 10,
      },
      ssrc: 9,
      type: 200,
      report_count: 1,
      report_blocks: [BLOCK_JSON],
      sdes_ssrc: 9,
      sdes_report_count: 1,
      sdes_information: [{ type: 1, text: 'room@"192.0.2.1"' }],
    });
  });

  it('is a receiver report without sender information', () => {
    expect(read([RECEIVER_REPORT])).toEqual({ ssrc: 9, type: 201, report_count: 0, report_blocks: [] });
  });

  it('has the VoIP metrics of an extended report', () => {
    const metrics = {
      type: 'voip-metrics',
      source: 1,
      lossRate: 2,
      discardRate: 3,
      burstDensity: 4,
      gapDensity: 5,
      burstDurationMs: 60,
      gapDurationMs: 70,
      roundTripDelayMs: 80,
      endSystemDelayMs: 90,
      signalLevelDbm0: null,
      noiseLevelDbm0: null,
      residualEchoReturnLossDb: null,
      gapThreshold: 16,
      ratingFactor: 93,
      externalRatingFactor: null,
      mosListening: 4.4,
      mosConversational: 4.3,
      concealment: 'standard',
      jitterBufferKind: 'adaptive',
      jitterBufferRate: 0,
      jitterBufferNominalMs: 40,
      jitterBufferMaximumMs: 60,
      jitterBufferAbsoluteMaximumMs: 200,
    } as const;
    const extended: RtcpPacket = { type: 'extended-report', synchronizationSource: 9, blocks: [metrics] };
    expect(read([RECEIVER_REPORT, extended])).toMatchObject({
      report_blocks_xr: {
        type: 7,
        id: 1,
        fraction_lost: 2,
        fraction_discard: 3,
        burst_density: 4,
        gap_density: 5,
        burst_duration: 60,
        gap_duration: 70,
        round_trip_delay: 80,
        end_system_delay: 90,
      },
    });
  });

  it('is nothing without a report', () => {
    expect(rtcpToJson([DESCRIPTION])).toBeNull();
  });
});
