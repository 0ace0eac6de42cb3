import { hash } from 'node:crypto';
import type { LegReport } from '../media/quality/leg-report.ts';
import type { CallLeg } from '../signaling/call-leg.ts';
import { countryOfNumber } from './calling-code.ts';

/** Who a record is about; the same for every minute of a call. */
export interface CallIdentity {
  readonly voiceConnectorId: string;
  readonly region: string;
  readonly callId: string;
  readonly fromUser: string;
  /** ISO 3166-1 alpha-2, or empty where the user is no E.164 number. */
  readonly fromCountry: string;
  readonly toUser: string;
  readonly toCountry: string;
  readonly endpointId: string;
}

/** One direction of one side. Counts are of this minute, `packetsLost` runs over the call. */
export interface DirectionMinute {
  readonly rtpPackets: number;
  readonly rtpBytes: number;
  readonly rtcpPackets: number;
  readonly rtcpBytes: number;
  /** Null until known: what we send is known lost only once the other side has reported it. */
  readonly packetsLost: number | null;
  readonly jitterUs: number | null;
}

export interface SideMinute {
  readonly toConnector: DirectionMinute;
  readonly fromConnector: DirectionMinute;
  readonly roundTripTimeUs: number | null;
  readonly mos: number | null;
}

/** A call's minute: the customer's side and the remote one. A side without media is null. */
export interface CallMinute {
  readonly identity: CallIdentity;
  readonly timestampMs: number;
  readonly isFinal: boolean;
  readonly customer: SideMinute | null;
  readonly remote: SideMinute | null;
}

/** Reports of the same minute; a room call has only a customer, a trunk call has both. */
export interface SideReports {
  readonly customer: LegReport | null;
  readonly remote: LegReport | null;
}

export type IdentifiedCall = Pick<CallLeg, 'id' | 'protocol' | 'calling' | 'called' | 'remoteAddress'>;

/** Joins what the legs measured into the record of the call. */
export function createCallMinute(identity: CallIdentity, reports: SideReports): CallMinute {
  const present = [reports.customer, reports.remote].filter((report) => report !== null);
  return {
    identity,
    timestampMs: present.reduce((latest, report) => Math.max(latest, report.intervalEndMs), 0),
    isFinal: present.every((report) => report.isFinal),
    customer: reports.customer && sideMinute(reports.customer),
    remote: reports.remote && sideMinute(reports.remote),
  };
}

/** @param numbers in place of the users, where rules of a connector have named them */
export function createCallIdentity(
  call: IdentifiedCall,
  voiceConnectorId: string,
  region: string,
  numbers: { readonly from?: string | undefined; readonly to?: string | undefined } = {},
): CallIdentity {
  const { from = call.calling.user, to = call.called.user } = numbers;
  return {
    voiceConnectorId,
    region,
    callId: call.id,
    fromUser: from,
    fromCountry: countryOfNumber(from) ?? '',
    toUser: to,
    toCountry: countryOfNumber(to) ?? '',
    endpointId: endpointId(call),
  };
}

/**
 * The guide calls it opaque. Ours is a digest of who calls and from where, without the port: the same device
 * keeps the same identifier over all its calls, so that a query can group by it.
 */
function endpointId(call: IdentifiedCall): string {
  const { user, host } = call.calling;
  const device = JSON.stringify([call.protocol, user, host, call.remoteAddress]);
  return hash('sha256', device).slice(0, 32);
}

function sideMinute(report: LegReport): SideMinute {
  const { received, sent } = report;
  return {
    toConnector: {
      rtpPackets: received.packets,
      rtpBytes: received.bytes,
      rtcpPackets: received.rtcpPackets,
      rtcpBytes: received.rtcpBytes,
      packetsLost: received.lostCumulative,
      jitterUs: received.jitterUs,
    },
    fromConnector: {
      rtpPackets: sent.packets,
      rtpBytes: sent.bytes,
      rtcpPackets: sent.rtcpPackets,
      rtcpBytes: sent.rtcpBytes,
      // RFC 3550 §6.4.1: signed, below zero where the other side counts duplicates.
      packetsLost: sent.lostCumulative === null ? null : Math.max(0, sent.lostCumulative),
      jitterUs: sent.jitterUs,
    },
    roundTripTimeUs: report.roundTripTimeUs,
    mos: report.mosConversational,
  };
}
