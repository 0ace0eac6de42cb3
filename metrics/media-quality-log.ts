import type { CallIdentity, CallMinute, DirectionMinute, SideMinute } from './call-minute.ts';

type Direction = 'cust2vc' | 'vc2cust' | 'rem2vc' | 'vc2rem';
type DirectionMeasure =
  | 'rtp_packets'
  | 'rtp_bytes'
  | 'rtcp_packets'
  | 'rtcp_bytes'
  | 'packets_lost'
  | 'jitter';
type SideMeasure =
  | 'rtt_btwn_vc_and_cust'
  | 'mos_btwn_vc_and_cust'
  | 'rtt_btwn_vc_and_rem'
  | 'mos_btwn_vc_and_rem';

/** The 28 fields that hold a number of the media. */
export type MediaMeasureField = `${Direction}_${DirectionMeasure}` | SideMeasure;

/** One object of the media quality log; a measured field is missing until something was measured. */
export type MediaQualityRecord = {
  readonly voice_connector_id: string;
  readonly event_timestamp: number;
  readonly call_id: string;
  readonly from_sip_user: string;
  readonly from_country: string;
  readonly to_sip_user: string;
  readonly to_country: string;
  readonly endpoint_id: string;
  readonly aws_region: string;
} & { readonly [Field in MediaMeasureField]?: number };

export interface MediaQualityField {
  readonly name: keyof MediaQualityRecord;
  readonly unit: string;
  readonly meaning: string;
  /** Null: nothing was measured, and the field is left out. */
  readonly read: (minute: CallMinute) => string | number | null;
}

const IDENTITY_FIELDS: readonly MediaQualityField[] = [
  identity('voice_connector_id', 'The connector the call went through', (call) => call.voiceConnectorId),
  {
    name: 'event_timestamp',
    unit: 'Unix ms',
    meaning: 'End of the minute, or of the call',
    read: (minute) => Math.round(minute.timestampMs),
  },
  identity('call_id', 'Ours, the same in every log of the call', (call) => call.callId),
  identity('from_sip_user', 'User who calls', (call) => call.fromUser),
  identity('from_country', 'ISO 3166-1 code of an E.164 caller, else empty', (call) => call.fromCountry),
  identity('to_sip_user', 'User who is called, from the Request-URI', (call) => call.toUser),
  identity('to_country', 'ISO 3166-1 code of an E.164 destination, else empty', (call) => call.toCountry),
  identity('endpoint_id', 'Opaque; the same device keeps the same one', (call) => call.endpointId),
  identity('aws_region', 'Region of the connector', (call) => call.region),
];

/** The 37 fields in the order of the Administrator Guide ("Media quality metric logs"). */
export const MEDIA_QUALITY_FIELDS: readonly MediaQualityField[] = [
  ...IDENTITY_FIELDS,
  ...direction('cust2vc', 'from the customer', (minute) => minute.customer, 'toConnector'),
  ...direction('vc2cust', 'to the customer', (minute) => minute.customer, 'fromConnector'),
  roundTripTime('rtt_btwn_vc_and_cust', 'customer', (minute) => minute.customer),
  opinionScore('mos_btwn_vc_and_cust', 'customer', (minute) => minute.customer),
  ...direction('rem2vc', 'from the remote end', (minute) => minute.remote, 'toConnector'),
  ...direction('vc2rem', 'to the remote end', (minute) => minute.remote, 'fromConnector'),
  roundTripTime('rtt_btwn_vc_and_rem', 'remote end', (minute) => minute.remote),
  opinionScore('mos_btwn_vc_and_rem', 'remote end', (minute) => minute.remote),
];

/** The record of a minute, its keys in the guide's order. */
export function createMediaQualityRecord(minute: CallMinute): MediaQualityRecord {
  const record: Record<string, string | number> = {};
  for (const { name, read } of MEDIA_QUALITY_FIELDS) {
    const value = read(minute);
    if (value !== null) {
      record[name] = value;
    }
  }
  // The table's names are the type's keys, and every field that is not optional there reads a value.
  return record as MediaQualityRecord;
}

type ReadSide = (minute: CallMinute) => SideMinute | null;

function identity(
  name: MediaQualityField['name'],
  meaning: string,
  read: (call: CallIdentity) => string,
): MediaQualityField {
  return { name, unit: '', meaning, read: (minute) => read(minute.identity) };
}

function direction(
  prefix: Direction,
  path: string,
  readSide: ReadSide,
  key: 'toConnector' | 'fromConnector',
): readonly MediaQualityField[] {
  const field = (
    suffix: DirectionMeasure,
    unit: string,
    meaning: string,
    read: (direction: DirectionMinute) => number | null,
    absent: number | null = 0,
  ): MediaQualityField => ({
    name: `${prefix}_${suffix}`,
    unit,
    meaning,
    read: (minute) => {
      const side = readSide(minute);
      return side === null ? absent : read(side[key]);
    },
  });
  // RFC 3550 §6.4.1: of what we send, jitter is the other side's to measure.
  const jitterMeaning =
    key === 'toConnector' ? `Mean jitter ${path} (RFC 3550 A.8)` : `Jitter ${path}, as its RTCP reports it`;
  return [
    field('rtp_packets', 'packets', `RTP packets ${path} in the minute`, (way) => way.rtpPackets),
    field('rtp_bytes', 'bytes', `RTP headers and payload ${path} in the minute`, (way) => way.rtpBytes),
    field('rtcp_packets', 'packets', `RTCP packets ${path} in the minute`, (way) => way.rtcpPackets),
    field('rtcp_bytes', 'bytes', `RTCP bytes ${path} in the minute`, (way) => way.rtcpBytes),
    field('packets_lost', 'packets', `Lost ${path} since the start of the call`, (way) => way.packetsLost),
    field('jitter', 'µs', jitterMeaning, (way) => rounded(way.jitterUs), null),
  ];
}

function roundTripTime(name: SideMeasure, other: string, readSide: ReadSide): MediaQualityField {
  const read = (minute: CallMinute) => rounded(readSide(minute)?.roundTripTimeUs ?? null);
  return { name, unit: 'µs', meaning: `Round trip between connector and ${other}, from RTCP`, read };
}

function opinionScore(name: SideMeasure, other: string, readSide: ReadSide): MediaQualityField {
  const read = (minute: CallMinute) => {
    const mos = readSide(minute)?.mos ?? null;
    return mos === null ? null : Math.round(mos * 100) / 100;
  };
  return { name, unit: '1.0–4.4', meaning: `MOS between connector and ${other} (ITU-T G.107)`, read };
}

function rounded(value: number | null): number | null {
  return value === null ? null : Math.round(value);
}
