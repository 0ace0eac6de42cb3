import { describe, expect, it } from 'vitest';
import { CATALOG, DIMENSION_SETS, MEDIA_METRICS, METRIC_NAMESPACE } from '../../metrics/catalog.ts';
import { MEDIA_QUALITY_FIELDS } from '../../metrics/media-quality-log.ts';

/** Amazon Chime Administrator Guide, "CloudWatch metrics for Amazon Chime", in its order. */
const GUIDE = `
InboundCallAttempts InboundCallFailures InboundCallsAnswered InboundCallsActive
OutboundCallAttempts OutboundCallFailures OutboundCallsAnswered OutboundCallsActive
Throttles Sip1xxCodes Sip2xxCodes Sip3xxCodes Sip4xxCodes Sip5xxCodes Sip6xxCodes
CustomerToVcRtpPackets CustomerToVcRtpBytes CustomerToVcRtcpPackets CustomerToVcRtcpBytes
CustomerToVcPacketsLost CustomerToVcJitter
VcToCustomerRtpPackets VcToCustomerRtpBytes VcToCustomerRtcpPackets VcToCustomerRtcpBytes
VcToCustomerPacketsLost VcToCustomerJitter RTTBetweenVcAndCustomer MOSBetweenVcAndCustomer
RemoteToVcRtpPackets RemoteToVcRtpBytes RemoteToVcRtcpPackets RemoteToVcRtcpBytes
RemoteToVcPacketsLost RemoteToVcJitter
VcToRemoteRtpPackets VcToRemoteRtpBytes VcToRemoteRtcpPackets VcToRemoteRtcpBytes
VcToRemotePacketsLost VcToRemoteJitter RTTBetweenVcAndRemote MOSBetweenVcAndRemote`
  .trim()
  .split(/\s+/);

const unitOf = (name: string): string => {
  if (name.startsWith('MOS')) return 'None';
  return name.endsWith('Jitter') || name.startsWith('RTT') ? 'Microseconds' : 'Count';
};

describe('the metric catalog', () => {
  it('has the 43 names of the guide, in its order', () => {
    expect(GUIDE).toHaveLength(43);
    expect(CATALOG.map(({ name }) => name)).toEqual(GUIDE);
    expect(METRIC_NAMESPACE).toBe('AWS/ChimeVoiceConnector');
  });

  it.each(CATALOG.map((entry) => [entry.name, entry] as const))(
    '%s has the unit of the guide',
    (name, entry) => {
      expect(entry.unit).toBe(unitOf(name));
      expect(entry.meaning).not.toBe('');
    },
  );

  it('is published by connector, by region and over everything', () => {
    expect(DIMENSION_SETS).toEqual([['VoiceConnectorId'], ['Region'], []]);
  });

  it('takes each media metric from the log field of the same place in the guide', () => {
    const numberFields = MEDIA_QUALITY_FIELDS.slice(9).map(({ name }) => name);
    expect(MEDIA_METRICS.map(({ logField }) => logField)).toEqual(numberFields);
  });

  it('knows which side of the call each media metric is about', () => {
    for (const { name, side, logField } of MEDIA_METRICS) {
      expect(side, name).toBe(/cust/.test(logField) ? 'customer' : 'remote');
    }
  });
});
