import { describe, expect, it } from 'vitest';
import { createCallIdentity, createCallMinute, type SideReports } from '../../metrics/call-minute.ts';
import { createMediaQualityRecord, MEDIA_QUALITY_FIELDS } from '../../metrics/media-quality-log.ts';
import { createLegReport } from '../support/leg-report.ts';

/** Amazon Chime Administrator Guide, "Media quality metric logs", in its order. */
const GUIDE = `
voice_connector_id event_timestamp call_id from_sip_user from_country to_sip_user to_country endpoint_id aws_region
cust2vc_rtp_packets cust2vc_rtp_bytes cust2vc_rtcp_packets cust2vc_rtcp_bytes cust2vc_packets_lost cust2vc_jitter
vc2cust_rtp_packets vc2cust_rtp_bytes vc2cust_rtcp_packets vc2cust_rtcp_bytes vc2cust_packets_lost vc2cust_jitter
rtt_btwn_vc_and_cust mos_btwn_vc_and_cust
rem2vc_rtp_packets rem2vc_rtp_bytes rem2vc_rtcp_packets rem2vc_rtcp_bytes rem2vc_packets_lost rem2vc_jitter
vc2rem_rtp_packets vc2rem_rtp_bytes vc2rem_rtcp_packets vc2rem_rtcp_bytes vc2rem_packets_lost vc2rem_jitter
rtt_btwn_vc_and_rem mos_btwn_vc_and_rem`
  .trim()
  .split(/\s+/);

const party = (user: string, host: string) => ({ user, host, uri: `sip:${user}@${host}`, displayName: '' });

const CALL = {
  id: 'c0ffee00-0000-4000-8000-000000000001',
  protocol: 'SIP',
  calling: party('everest', 'example.com'),
  called: party('6064724824', 'meet.chime.in'),
  remoteAddress: '192.0.2.7',
} as const;

const identify = (call: Parameters<typeof createCallIdentity>[0]) =>
  createCallIdentity(call, 'carillonroombridge0000', 'us-east-1');

const record = (reports: SideReports) => createMediaQualityRecord(createCallMinute(identify(CALL), reports));

describe('the media quality log', () => {
  it('has the 37 fields of the guide, in its order', () => {
    expect(GUIDE).toHaveLength(37);
    expect(MEDIA_QUALITY_FIELDS.map(({ name }) => name)).toEqual(GUIDE);
  });

  it('writes every field of a call with two sides, in order', () => {
    const both = record({ customer: createLegReport(), remote: createLegReport() });
    expect(Object.keys(both)).toEqual(GUIDE);
  });

  it('writes a room call: counts of the absent side zero, its measures left out', () => {
    const { endpoint_id, ...room } = record({ customer: createLegReport(), remote: null });
    expect(endpoint_id).toMatch(/^[0-9a-f]{32}$/);
    expect(JSON.stringify(room)).toBe(
      '{"voice_connector_id":"carillonroombridge0000","event_timestamp":1795406460000,' +
        '"call_id":"c0ffee00-0000-4000-8000-000000000001","from_sip_user":"everest","from_country":"",' +
        '"to_sip_user":"6064724824","to_country":"","aws_region":"us-east-1",' +
        '"cust2vc_rtp_packets":3000,"cust2vc_rtp_bytes":516000,"cust2vc_rtcp_packets":12,"cust2vc_rtcp_bytes":1008,' +
        '"cust2vc_packets_lost":0,"cust2vc_jitter":125,' +
        '"vc2cust_rtp_packets":3000,"vc2cust_rtp_bytes":516000,"vc2cust_rtcp_packets":12,"vc2cust_rtcp_bytes":1008,' +
        '"vc2cust_packets_lost":2,"vc2cust_jitter":250,"rtt_btwn_vc_and_cust":19434,"mos_btwn_vc_and_cust":4.34,' +
        '"rem2vc_rtp_packets":0,"rem2vc_rtp_bytes":0,"rem2vc_rtcp_packets":0,"rem2vc_rtcp_bytes":0,"rem2vc_packets_lost":0,' +
        '"vc2rem_rtp_packets":0,"vc2rem_rtp_bytes":0,"vc2rem_rtcp_packets":0,"vc2rem_rtcp_bytes":0,"vc2rem_packets_lost":0}',
    );
  });

  it('leaves out what was not measured yet, and keeps the rest', () => {
    const silent = createLegReport({
      roundTripTimeUs: null,
      mosConversational: null,
      received: { packets: 0, jitterUs: null },
      sent: { lostCumulative: null, jitterUs: null },
    });
    const missing = GUIDE.filter((name) => !(name in record({ customer: silent, remote: silent })));
    expect(missing).toEqual([
      'cust2vc_jitter',
      'vc2cust_packets_lost',
      'vc2cust_jitter',
      'rtt_btwn_vc_and_cust',
      'mos_btwn_vc_and_cust',
      'rem2vc_jitter',
      'vc2rem_packets_lost',
      'vc2rem_jitter',
      'rtt_btwn_vc_and_rem',
      'mos_btwn_vc_and_rem',
    ]);
  });

  it.each([
    [1, 1],
    [3.9, 3.9],
    [4.294, 4.29],
    [4.295, 4.3],
    [4.4, 4.4],
  ])('writes MOS %d as %d', (mosConversational, expected) => {
    const { mos_btwn_vc_and_cust } = record({
      customer: createLegReport({ mosConversational }),
      remote: null,
    });
    expect(mos_btwn_vc_and_cust).toBe(expected);
  });

  it('tells loss as the call has it so far, and none where the other side counts duplicates as gains', () => {
    const customer = createLegReport({
      received: { lost: 1, lostCumulative: 7 },
      sent: { lostCumulative: -3 },
    });
    expect(record({ customer, remote: null })).toMatchObject({
      cust2vc_packets_lost: 7,
      vc2cust_packets_lost: 0,
    });
  });

  it('carries the time of the later of two reports, and is final when both are', () => {
    const customer = createLegReport({ intervalEndMs: 5000, isFinal: true });
    const remote = createLegReport({ intervalEndMs: 5020 });
    const minute = createCallMinute(identify(CALL), { customer, remote });
    expect(minute).toMatchObject({ timestampMs: 5020, isFinal: false });
    expect(createCallMinute(identify(CALL), { customer, remote: null }).isFinal).toBe(true);
  });
});

describe('who a record is about', () => {
  it('names the countries of E.164 users only', () => {
    const called = party('+4989220613840', 'abcdef1ghij2klmno3pqr4.voiceconnector.chime.aws');
    const identity = identify({ ...CALL, calling: party('+12065550100', '192.0.2.7'), called });
    expect(identity).toMatchObject({ fromCountry: 'US', toCountry: 'DE' });
    expect(identify(CALL)).toMatchObject({ fromCountry: '', toCountry: '' });
  });

  it('gives a device the same endpoint for every call, and two devices different ones', () => {
    const again = { ...CALL, id: 'another', called: party('1234567890', 'meet.chime.in') };
    const elsewhere = { ...CALL, remoteAddress: '192.0.2.8' };
    const somebody = { ...CALL, calling: party('k2', 'example.com') };
    const endpoint = identify(CALL).endpointId;
    expect(identify(again).endpointId).toBe(endpoint);
    expect(identify(elsewhere).endpointId).not.toBe(endpoint);
    expect(identify(somebody).endpointId).not.toBe(endpoint);
  });
});
