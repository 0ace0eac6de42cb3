import type { MediaMeasureField } from './media-quality-log.ts';

/** CloudWatch namespace of every metric below (Amazon Chime Administrator Guide, "CloudWatch metrics"). */
export const METRIC_NAMESPACE = 'AWS/ChimeVoiceConnector';

/** CloudWatch's own unit names; MOS has none. */
type MetricUnit = 'Count' | 'Microseconds' | 'None';

/** The statistic that dashboards read: sums of counts, averages over calls of what media measured. */
type MetricStatistic = 'Sum' | 'Average';

/** The series every metric is published in: by connector, by region, and over everything. */
export const DIMENSION_SETS = [['VoiceConnectorId'], ['Region'], []] as const;

export interface CallMetric<Name extends string = string> {
  readonly name: Name;
  readonly unit: MetricUnit;
  readonly statistic: MetricStatistic;
  readonly meaning: string;
}

/** A metric with one datapoint for each call and minute: the value of `logField` in the media quality log. */
export interface MediaMetric<Name extends string = string> extends CallMetric<Name> {
  readonly side: 'customer' | 'remote';
  readonly logField: MediaMeasureField;
}

function count<const Name extends string>(name: Name, meaning: string): CallMetric<Name> {
  return { name, unit: 'Count', statistic: 'Sum', meaning };
}

function media<const Name extends string>(
  name: Name,
  logField: MediaMeasureField,
  unit: MetricUnit,
  meaning: string,
): MediaMetric<Name> {
  const side = name.includes('Customer') ? 'customer' : 'remote';
  return { name, unit, statistic: 'Average', meaning, side, logField };
}

/** Counted over a period: one value a period and connector. */
export const CALL_METRICS = [
  count('InboundCallAttempts', 'Calls that came in, whatever became of them'),
  count('InboundCallFailures', 'Calls in that were refused or given up before an answer (4xx, 5xx, 6xx)'),
  count('InboundCallsAnswered', 'Calls in that were answered'),
  count('InboundCallsActive', 'Answered calls in that were up at any moment of the period'),
  count('OutboundCallAttempts', 'Calls that went out, whatever became of them'),
  count('OutboundCallFailures', 'Calls out that were refused or given up before an answer (4xx, 5xx, 6xx)'),
  count('OutboundCallsAnswered', 'Calls out that were answered'),
  count('OutboundCallsActive', 'Answered calls out that were up at any moment of the period'),
  count('Throttles', 'Calls refused because of a limit on their number or rate'),
  count('Sip1xxCodes', 'SIP responses 100–199, sent and received'),
  count('Sip2xxCodes', 'SIP responses 200–299, sent and received'),
  count('Sip3xxCodes', 'SIP responses 300–399, sent and received'),
  count('Sip4xxCodes', 'SIP responses 400–499, sent and received'),
  count('Sip5xxCodes', 'SIP responses 500–599, sent and received'),
  count('Sip6xxCodes', 'SIP responses 600–699, sent and received'),
] as const;

/** Measured by media: one value for each call and minute, and one for the rest of a minute at its end. */
export const MEDIA_METRICS = [
  media('CustomerToVcRtpPackets', 'cust2vc_rtp_packets', 'Count', 'RTP packets from the customer'),
  media('CustomerToVcRtpBytes', 'cust2vc_rtp_bytes', 'Count', 'RTP bytes from the customer'),
  media('CustomerToVcRtcpPackets', 'cust2vc_rtcp_packets', 'Count', 'RTCP packets from the customer'),
  media('CustomerToVcRtcpBytes', 'cust2vc_rtcp_bytes', 'Count', 'RTCP bytes from the customer'),
  media('CustomerToVcPacketsLost', 'cust2vc_packets_lost', 'Count', 'Lost from the customer since the start'),
  media('CustomerToVcJitter', 'cust2vc_jitter', 'Microseconds', 'Mean jitter from the customer'),
  media('VcToCustomerRtpPackets', 'vc2cust_rtp_packets', 'Count', 'RTP packets to the customer'),
  media('VcToCustomerRtpBytes', 'vc2cust_rtp_bytes', 'Count', 'RTP bytes to the customer'),
  media('VcToCustomerRtcpPackets', 'vc2cust_rtcp_packets', 'Count', 'RTCP packets to the customer'),
  media('VcToCustomerRtcpBytes', 'vc2cust_rtcp_bytes', 'Count', 'RTCP bytes to the customer'),
  media('VcToCustomerPacketsLost', 'vc2cust_packets_lost', 'Count', 'Lost to the customer since the start'),
  media('VcToCustomerJitter', 'vc2cust_jitter', 'Microseconds', 'Jitter to the customer, as it reports'),
  media('RTTBetweenVcAndCustomer', 'rtt_btwn_vc_and_cust', 'Microseconds', 'Round trip to the customer'),
  media(
    'MOSBetweenVcAndCustomer',
    'mos_btwn_vc_and_cust',
    'None',
    'Voice quality with the customer, 1.0–4.4',
  ),
  media('RemoteToVcRtpPackets', 'rem2vc_rtp_packets', 'Count', 'RTP packets from the remote end'),
  media('RemoteToVcRtpBytes', 'rem2vc_rtp_bytes', 'Count', 'RTP bytes from the remote end'),
  media('RemoteToVcRtcpPackets', 'rem2vc_rtcp_packets', 'Count', 'RTCP packets from the remote end'),
  media('RemoteToVcRtcpBytes', 'rem2vc_rtcp_bytes', 'Count', 'RTCP bytes from the remote end'),
  media('RemoteToVcPacketsLost', 'rem2vc_packets_lost', 'Count', 'Lost from the remote end since the start'),
  media('RemoteToVcJitter', 'rem2vc_jitter', 'Microseconds', 'Mean jitter from the remote end'),
  media('VcToRemoteRtpPackets', 'vc2rem_rtp_packets', 'Count', 'RTP packets to the remote end'),
  media('VcToRemoteRtpBytes', 'vc2rem_rtp_bytes', 'Count', 'RTP bytes to the remote end'),
  media('VcToRemoteRtcpPackets', 'vc2rem_rtcp_packets', 'Count', 'RTCP packets to the remote end'),
  media('VcToRemoteRtcpBytes', 'vc2rem_rtcp_bytes', 'Count', 'RTCP bytes to the remote end'),
  media('VcToRemotePacketsLost', 'vc2rem_packets_lost', 'Count', 'Lost to the remote end since the start'),
  media('VcToRemoteJitter', 'vc2rem_jitter', 'Microseconds', 'Jitter to the remote end, as it reports'),
  media('RTTBetweenVcAndRemote', 'rtt_btwn_vc_and_rem', 'Microseconds', 'Round trip to the remote end'),
  media('MOSBetweenVcAndRemote', 'mos_btwn_vc_and_rem', 'None', 'Voice quality with the remote end, 1.0–4.4'),
] as const;

export const CATALOG: readonly CallMetric<MetricName>[] = [...CALL_METRICS, ...MEDIA_METRICS];

export type CallMetricName = (typeof CALL_METRICS)[number]['name'];
export type MediaMetricName = (typeof MEDIA_METRICS)[number]['name'];
export type MetricName = CallMetricName | MediaMetricName;
