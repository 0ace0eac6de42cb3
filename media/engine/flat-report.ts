/** A leg's report as a part of a flat message. */
import type { LegReport, ReceivedReport, SentReport } from '../quality/leg-report.ts';
import type { FlatMessage, FlatValues } from './flat-values.ts';

export function putReport(message: FlatMessage, report: LegReport): void {
  const { legId, intervalStartMs, intervalEndMs, isFinal, codec, clockRateHz } = report;
  message.push(legId, intervalStartMs, intervalEndMs, isFinal, codec, clockRateHz);
  putReceived(message, report.received);
  putSent(message, report.sent);
  message.push(report.roundTripTimeUs, report.mosListening, report.mosConversational, report.quality);
}

export function takeReport(values: FlatValues): LegReport {
  return {
    legId: values.take(),
    intervalStartMs: values.take(),
    intervalEndMs: values.take(),
    isFinal: values.take(),
    codec: values.take(),
    clockRateHz: values.take(),
    received: takeReceived(values),
    sent: takeSent(values),
    roundTripTimeUs: values.take(),
    mosListening: values.take(),
    mosConversational: values.take(),
    quality: values.take(),
  };
}

function putReceived(message: FlatMessage, received: ReceivedReport): void {
  const { packets, bytes, rtcpPackets, rtcpBytes, expected, lost, lostCumulative } = received;
  const { duplicates, reordered, late, jitterUs, jitterMaxUs, burstRatio } = received;
  message.push(packets, bytes, rtcpPackets, rtcpBytes, expected, lost, lostCumulative);
  message.push(duplicates, reordered, late, jitterUs, jitterMaxUs, burstRatio);
  message.push(received.synchronizationSource, received.voipMetrics);
}

function takeReceived(values: FlatValues): ReceivedReport {
  return {
    packets: values.take(),
    bytes: values.take(),
    rtcpPackets: values.take(),
    rtcpBytes: values.take(),
    expected: values.take(),
    lost: values.take(),
    lostCumulative: values.take(),
    duplicates: values.take(),
    reordered: values.take(),
    late: values.take(),
    jitterUs: values.take(),
    jitterMaxUs: values.take(),
    burstRatio: values.take(),
    synchronizationSource: values.take(),
    voipMetrics: values.take(),
  };
}

function putSent(message: FlatMessage, sent: SentReport): void {
  const { packets, bytes, rtcpPackets, rtcpBytes, lostCumulative, jitterUs, remote } = sent;
  message.push(packets, bytes, rtcpPackets, rtcpBytes, lostCumulative, jitterUs, remote);
  message.push(sent.synchronizationSource);
}

function takeSent(values: FlatValues): SentReport {
  return {
    packets: values.take(),
    bytes: values.take(),
    rtcpPackets: values.take(),
    rtcpBytes: values.take(),
    lostCumulative: values.take(),
    jitterUs: values.take(),
    remote: values.take(),
    synchronizationSource: values.take(),
  };
}
