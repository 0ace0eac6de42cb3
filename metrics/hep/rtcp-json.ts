import type { RtcpPacket } from '../../media/rtcp/compound.ts';

type Report = Extract<RtcpPacket, { readonly type: 'sender-report' | 'receiver-report' }>;
type ExtendedReport = Extract<RtcpPacket, { readonly type: 'extended-report' }>;
type VoipMetrics = Extract<ExtendedReport['blocks'][number], { readonly type: 'voip-metrics' }>;

const PACKET_TYPES = { 'sender-report': 200, 'receiver-report': 201 } as const; // RFC 3550 §12.1
const NTP_FRACTIONS_PER_SECOND = 2 ** 32;

/**
 * RTCP as Homer reads it: the JSON of its capture agents, whose field names and units are RTCP's own, but for
 * the microseconds of the NTP time. Null where the datagram holds no report.
 */
export function rtcpToJson(packets: readonly RtcpPacket[]): string | null {
  const report = packets.find(
    (packet) => packet.type === 'sender-report' || packet.type === 'receiver-report',
  );
  if (report === undefined) return null;
  const metrics = packets
    .filter((packet) => packet.type === 'extended-report')
    .flatMap(({ blocks }) => blocks.filter((block) => block.type === 'voip-metrics'))[0];
  return JSON.stringify({
    ...(report.type === 'sender-report' ? { sender_information: senderInformation(report) } : {}),
    ssrc: report.synchronizationSource,
    type: PACKET_TYPES[report.type],
    report_count: report.reportBlocks.length,
    report_blocks: report.reportBlocks.map(reportBlock),
    ...(metrics === undefined ? {} : { report_blocks_xr: extendedBlock(metrics) }),
    ...sourceDescription(packets),
  });
}

function senderInformation(report: Extract<RtcpPacket, { readonly type: 'sender-report' }>) {
  const { seconds, fraction } = report.ntpTimestamp;
  return {
    ntp_timestamp_sec: seconds,
    ntp_timestamp_usec: Math.floor((fraction / NTP_FRACTIONS_PER_SECOND) * 1e6),
    octets: report.octetCount,
    rtp_timestamp: report.rtpTimestamp,
    packets: report.packetCount,
  };
}

function reportBlock(block: Report['reportBlocks'][number]) {
  return {
    source_ssrc: block.synchronizationSource,
    highest_seq_no: block.extendedHighestSequenceNumber,
    fraction_lost: block.fractionLost,
    ia_jitter: block.jitter,
    packets_lost: block.cumulativeLost,
    lsr: block.lastSenderReport,
    dlsr: block.delaySinceLastSenderReport,
  };
}

/** RFC 3611 §4.7: rates and densities in 1/256, durations and delays in ms. */
function extendedBlock(metrics: VoipMetrics) {
  return {
    type: 7, // RFC 3611 §4.7: VoIP Metrics
    id: metrics.source,
    fraction_lost: metrics.lossRate,
    fraction_discard: metrics.discardRate,
    burst_density: metrics.burstDensity,
    gap_density: metrics.gapDensity,
    burst_duration: metrics.burstDurationMs,
    gap_duration: metrics.gapDurationMs,
    round_trip_delay: metrics.roundTripDelayMs,
    end_system_delay: metrics.endSystemDelayMs,
  };
}

function sourceDescription(packets: readonly RtcpPacket[]) {
  const description = packets.find((packet) => packet.type === 'source-description');
  const chunk = description?.chunks[0];
  if (description === undefined || chunk === undefined) return {};
  return {
    sdes_ssrc: chunk.source,
    sdes_report_count: description.chunks.length,
    sdes_information: chunk.items.map(({ itemType, text }) => ({ type: itemType, text })),
  };
}
