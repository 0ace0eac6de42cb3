/**
 * Generated from the ASN.1 of H.225.0 v7 by the schema generator of the tests: what we read and write of it.
 * A received choice may be any other alternative of the schema, so every switch has a default.
 */

import type {
  AliasAddress,
  CallIdentifier,
  EndpointType,
  H323UUPDU,
  TransportAddress,
  VendorIdentifier,
} from './h225-types.ts';

export type RasMessage =
  | { readonly choice: 'gatekeeperRequest'; readonly value: GatekeeperRequest }
  | { readonly choice: 'gatekeeperConfirm'; readonly value: GatekeeperConfirm }
  | { readonly choice: 'gatekeeperReject'; readonly value: GatekeeperReject }
  | { readonly choice: 'registrationRequest'; readonly value: RegistrationRequest }
  | { readonly choice: 'registrationConfirm'; readonly value: RegistrationConfirm }
  | { readonly choice: 'registrationReject'; readonly value: RegistrationReject }
  | { readonly choice: 'unregistrationRequest'; readonly value: UnregistrationRequest }
  | { readonly choice: 'unregistrationConfirm'; readonly value: UnregistrationConfirm }
  | { readonly choice: 'unregistrationReject'; readonly value: UnregistrationReject }
  | { readonly choice: 'admissionRequest'; readonly value: AdmissionRequest }
  | { readonly choice: 'admissionConfirm'; readonly value: AdmissionConfirm }
  | { readonly choice: 'admissionReject'; readonly value: AdmissionReject }
  | { readonly choice: 'bandwidthRequest'; readonly value: BandwidthRequest }
  | { readonly choice: 'bandwidthConfirm'; readonly value: BandwidthConfirm }
  | { readonly choice: 'disengageRequest'; readonly value: DisengageRequest }
  | { readonly choice: 'disengageConfirm'; readonly value: DisengageConfirm }
  | { readonly choice: 'disengageReject'; readonly value: DisengageReject }
  | { readonly choice: 'infoRequest'; readonly value: InfoRequest }
  | { readonly choice: 'infoRequestResponse'; readonly value: InfoRequestResponse }
  | { readonly choice: 'unknownMessageResponse'; readonly value: UnknownMessageResponse }
  | { readonly choice: 'requestInProgress'; readonly value: RequestInProgress };

interface GatekeeperRequest {
  readonly requestSeqNum: number;
  readonly protocolIdentifier: string;
  readonly rasAddress: TransportAddress;
  readonly endpointType: EndpointType;
  readonly gatekeeperIdentifier?: string;
  readonly endpointAlias?: readonly AliasAddress[];
}

interface GatekeeperConfirm {
  readonly requestSeqNum: number;
  readonly protocolIdentifier: string;
  readonly gatekeeperIdentifier?: string;
  readonly rasAddress: TransportAddress;
}

interface GatekeeperReject {
  readonly requestSeqNum: number;
  readonly protocolIdentifier: string;
  readonly rejectReason: GatekeeperRejectReason;
}

type GatekeeperRejectReason =
  | { readonly choice: 'resourceUnavailable'; readonly value: null }
  | { readonly choice: 'terminalExcluded'; readonly value: null }
  | { readonly choice: 'invalidRevision'; readonly value: null }
  | { readonly choice: 'undefinedReason'; readonly value: null }
  | { readonly choice: 'securityDenial'; readonly value: null }
  | { readonly choice: 'genericDataReason'; readonly value: null }
  | { readonly choice: 'neededFeatureNotSupported'; readonly value: null }
  | { readonly choice: 'securityError'; readonly value: unknown };

interface RegistrationRequest {
  readonly requestSeqNum: number;
  readonly protocolIdentifier: string;
  readonly discoveryComplete: boolean;
  readonly callSignalAddress: readonly TransportAddress[];
  readonly rasAddress: readonly TransportAddress[];
  readonly terminalType: EndpointType;
  readonly terminalAlias?: readonly AliasAddress[];
  readonly gatekeeperIdentifier?: string;
  readonly endpointVendor: VendorIdentifier;
  readonly timeToLive?: number;
  readonly keepAlive?: boolean;
  readonly endpointIdentifier?: string;
  readonly willSupplyUUIEs?: boolean;
  readonly maintainConnection?: boolean;
}

interface RegistrationConfirm {
  readonly requestSeqNum: number;
  readonly protocolIdentifier: string;
  readonly callSignalAddress: readonly TransportAddress[];
  readonly terminalAlias?: readonly AliasAddress[];
  readonly gatekeeperIdentifier?: string;
  readonly endpointIdentifier: string;
  readonly timeToLive?: number;
  readonly preGrantedARQ?: {
    readonly makeCall: boolean;
    readonly useGKCallSignalAddressToMakeCall: boolean;
    readonly answerCall: boolean;
    readonly useGKCallSignalAddressToAnswer: boolean;
    readonly irrFrequencyInCall?: number;
    readonly totalBandwidthRestriction?: number;
    readonly alternateTransportAddresses?: unknown;
    readonly useSpecifiedTransport?: unknown;
  };
}

interface RegistrationReject {
  readonly requestSeqNum: number;
  readonly protocolIdentifier: string;
  readonly rejectReason: RegistrationRejectReason;
}

type RegistrationRejectReason =
  | { readonly choice: 'discoveryRequired'; readonly value: null }
  | { readonly choice: 'duplicateAlias'; readonly value: readonly AliasAddress[] }
  | { readonly choice: 'undefinedReason'; readonly value: null }
  | { readonly choice: 'invalidAlias'; readonly value: null }
  | { readonly choice: 'securityDenial'; readonly value: null }
  | { readonly choice: 'fullRegistrationRequired'; readonly value: null };

interface UnregistrationRequest {
  readonly requestSeqNum: number;
  readonly callSignalAddress: readonly TransportAddress[];
  readonly endpointAlias?: readonly AliasAddress[];
  readonly endpointIdentifier?: string;
  readonly gatekeeperIdentifier?: string;
  readonly reason?: UnregRequestReason;
}

type UnregRequestReason =
  | { readonly choice: 'reregistrationRequired'; readonly value: null }
  | { readonly choice: 'ttlExpired'; readonly value: null }
  | { readonly choice: 'undefinedReason'; readonly value: null }
  | { readonly choice: 'maintenance'; readonly value: null };

interface UnregistrationConfirm {
  readonly requestSeqNum: number;
}

interface UnregistrationReject {
  readonly requestSeqNum: number;
  readonly rejectReason: UnregRejectReason;
}

type UnregRejectReason =
  | { readonly choice: 'notCurrentlyRegistered'; readonly value: null }
  | { readonly choice: 'undefinedReason'; readonly value: null };

interface AdmissionRequest {
  readonly requestSeqNum: number;
  readonly callType: CallType;
  readonly endpointIdentifier: string;
  readonly destinationInfo?: readonly AliasAddress[];
  readonly destCallSignalAddress?: TransportAddress;
  readonly srcInfo: readonly AliasAddress[];
  readonly srcCallSignalAddress?: TransportAddress;
  readonly bandWidth: number;
  readonly callReferenceValue: number;
  readonly conferenceID: Uint8Array;
  readonly activeMC: boolean;
  readonly answerCall: boolean;
  readonly canMapAlias?: boolean;
  readonly callIdentifier?: CallIdentifier;
  readonly gatekeeperIdentifier?: string;
  readonly willSupplyUUIEs?: boolean;
}

interface AdmissionConfirm {
  readonly requestSeqNum: number;
  readonly bandWidth: number;
  readonly callModel: CallModel;
  readonly destCallSignalAddress: TransportAddress;
  readonly irrFrequency?: number;
}

interface AdmissionReject {
  readonly requestSeqNum: number;
  readonly rejectReason: AdmissionRejectReason;
}

export type AdmissionRejectReason =
  | { readonly choice: 'calledPartyNotRegistered'; readonly value: null }
  | { readonly choice: 'requestDenied'; readonly value: null }
  | { readonly choice: 'undefinedReason'; readonly value: null }
  | { readonly choice: 'callerNotRegistered'; readonly value: null }
  | { readonly choice: 'routeCallToGatekeeper'; readonly value: null }
  | { readonly choice: 'invalidEndpointIdentifier'; readonly value: null }
  | { readonly choice: 'resourceUnavailable'; readonly value: null }
  | { readonly choice: 'securityDenial'; readonly value: null }
  | { readonly choice: 'exceedsCallCapacity'; readonly value: null };

interface BandwidthRequest {
  readonly requestSeqNum: number;
  readonly endpointIdentifier: string;
  readonly conferenceID: Uint8Array;
  readonly callReferenceValue: number;
  readonly bandWidth: number;
}

interface BandwidthConfirm {
  readonly requestSeqNum: number;
  readonly bandWidth: number;
}

interface DisengageRequest {
  readonly requestSeqNum: number;
  readonly endpointIdentifier: string;
  readonly conferenceID: Uint8Array;
  readonly callReferenceValue: number;
  readonly disengageReason: DisengageReason;
  readonly callIdentifier?: CallIdentifier;
  readonly gatekeeperIdentifier?: string;
  readonly answeredCall?: boolean;
}

type DisengageReason =
  | { readonly choice: 'forcedDrop'; readonly value: null }
  | { readonly choice: 'normalDrop'; readonly value: null }
  | { readonly choice: 'undefinedReason'; readonly value: null };

interface DisengageConfirm {
  readonly requestSeqNum: number;
}

interface DisengageReject {
  readonly requestSeqNum: number;
  readonly rejectReason: DisengageRejectReason;
}

type DisengageRejectReason =
  | { readonly choice: 'notRegistered'; readonly value: null }
  | { readonly choice: 'requestToDropOther'; readonly value: null };

interface InfoRequest {
  readonly requestSeqNum: number;
  readonly callReferenceValue: number;
  readonly replyAddress?: TransportAddress;
  readonly callIdentifier?: CallIdentifier;
}

interface InfoRequestResponse {
  readonly requestSeqNum: number;
  readonly endpointType: EndpointType;
  readonly endpointIdentifier: string;
  readonly rasAddress: TransportAddress;
  readonly callSignalAddress: readonly TransportAddress[];
  readonly endpointAlias?: readonly AliasAddress[];
  readonly perCallInfo?: readonly {
    readonly nonStandardData?: unknown;
    readonly callReferenceValue: number;
    readonly conferenceID: Uint8Array;
    readonly originator?: boolean;
    readonly audio?: readonly unknown[];
    readonly video?: readonly unknown[];
    readonly data?: readonly TransportChannelInfo[];
    readonly h245: TransportChannelInfo;
    readonly callSignalling: TransportChannelInfo;
    readonly callType: CallType;
    readonly bandWidth: number;
    readonly callModel: CallModel;
    readonly callIdentifier?: CallIdentifier;
    readonly tokens?: readonly unknown[];
    readonly cryptoTokens?: readonly unknown[];
    readonly substituteConfIDs?: readonly Uint8Array[];
    readonly pdu?: readonly { readonly h323pdu: H323UUPDU; readonly sent: boolean }[];
    readonly callLinkage?: unknown;
    readonly usageInformation?: unknown;
    readonly circuitInfo?: unknown;
  }[];
  readonly needResponse?: boolean;
  readonly unsolicited?: boolean;
}

interface TransportChannelInfo {
  readonly sendAddress?: TransportAddress;
  readonly recvAddress?: TransportAddress;
}

type CallType = { readonly choice: 'pointToPoint'; readonly value: null };

type CallModel =
  | { readonly choice: 'direct'; readonly value: null }
  | { readonly choice: 'gatekeeperRouted'; readonly value: null };

interface UnknownMessageResponse {
  readonly requestSeqNum: number;
  readonly messageNotUnderstood?: Uint8Array;
}

interface RequestInProgress {
  readonly requestSeqNum: number;
  readonly delay: number;
}
