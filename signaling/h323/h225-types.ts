/**
 * Generated from the ASN.1 of H.225.0 v7 by the schema generator of the tests: what we read and write of it.
 * A received choice may be any other alternative of the schema, so every switch has a default.
 */

export interface H323UserInformation {
  readonly 'h323-uu-pdu': H323UUPDU;
}

export interface H323UUPDU {
  readonly 'h323-message-body':
    | { readonly choice: 'setup'; readonly value: SetupUUIE }
    | { readonly choice: 'callProceeding'; readonly value: CallProceedingUUIE }
    | { readonly choice: 'connect'; readonly value: ConnectUUIE }
    | { readonly choice: 'alerting'; readonly value: AlertingUUIE }
    | { readonly choice: 'information'; readonly value: InformationUUIE }
    | { readonly choice: 'releaseComplete'; readonly value: ReleaseCompleteUUIE }
    | { readonly choice: 'facility'; readonly value: FacilityUUIE }
    | { readonly choice: 'progress'; readonly value: ProgressUUIE }
    | { readonly choice: 'empty'; readonly value: null }
    | { readonly choice: 'status'; readonly value: StatusUUIE }
    | { readonly choice: 'statusInquiry'; readonly value: StatusInquiryUUIE }
    | { readonly choice: 'setupAcknowledge'; readonly value: unknown }
    | { readonly choice: 'notify'; readonly value: NotifyUUIE };
  readonly h245Tunnelling?: boolean;
  readonly h245Control?: readonly Uint8Array[];
  readonly provisionalRespToH245Tunnelling?: null;
}

export interface SetupUUIE {
  readonly protocolIdentifier: string;
  readonly h245Address?: TransportAddress;
  readonly sourceAddress?: readonly AliasAddress[];
  readonly sourceInfo: EndpointType;
  readonly destinationAddress?: readonly AliasAddress[];
  readonly destCallSignalAddress?: TransportAddress;
  readonly activeMC: boolean;
  readonly conferenceID: Uint8Array;
  readonly conferenceGoal:
    | { readonly choice: 'create'; readonly value: null }
    | { readonly choice: 'join'; readonly value: null }
    | { readonly choice: 'invite'; readonly value: null }
    | { readonly choice: 'capability-negotiation'; readonly value: null }
    | { readonly choice: 'callIndependentSupplementaryService'; readonly value: null };
  readonly callType: unknown;
  readonly sourceCallSignalAddress?: TransportAddress;
  readonly callIdentifier?: CallIdentifier;
  readonly fastStart?: readonly Uint8Array[];
  readonly mediaWaitForConnect?: boolean;
  readonly canOverlapSend?: boolean;
  readonly multipleCalls?: boolean;
  readonly maintainConnection?: boolean;
  readonly language?: readonly string[];
  readonly parallelH245Control?: readonly Uint8Array[];
  readonly displayName?: readonly DisplayName[];
}

export interface CallProceedingUUIE {
  readonly protocolIdentifier: string;
  readonly destinationInfo: EndpointType;
  readonly h245Address?: TransportAddress;
  readonly callIdentifier?: CallIdentifier;
  readonly fastStart?: readonly Uint8Array[];
  readonly multipleCalls?: boolean;
  readonly maintainConnection?: boolean;
  readonly fastConnectRefused?: null;
}

export interface AlertingUUIE {
  readonly protocolIdentifier: string;
  readonly destinationInfo: EndpointType;
  readonly h245Address?: TransportAddress;
  readonly callIdentifier?: CallIdentifier;
  readonly fastStart?: readonly Uint8Array[];
  readonly multipleCalls?: boolean;
  readonly maintainConnection?: boolean;
  readonly fastConnectRefused?: null;
}

export interface ConnectUUIE {
  readonly protocolIdentifier: string;
  readonly h245Address?: TransportAddress;
  readonly destinationInfo: EndpointType;
  readonly conferenceID: Uint8Array;
  readonly callIdentifier?: CallIdentifier;
  readonly fastStart?: readonly Uint8Array[];
  readonly multipleCalls?: boolean;
  readonly maintainConnection?: boolean;
  readonly fastConnectRefused?: null;
  readonly displayName?: readonly DisplayName[];
}

interface InformationUUIE {
  readonly protocolIdentifier: string;
  readonly callIdentifier?: CallIdentifier;
  readonly fastStart?: readonly Uint8Array[];
}

export interface ProgressUUIE {
  readonly protocolIdentifier: string;
  readonly destinationInfo: EndpointType;
  readonly h245Address?: TransportAddress;
  readonly callIdentifier: CallIdentifier;
  readonly fastStart?: readonly Uint8Array[];
}

interface ReleaseCompleteUUIE {
  readonly protocolIdentifier: string;
  readonly reason?: ReleaseCompleteReason;
  readonly callIdentifier?: CallIdentifier;
}

export interface FacilityUUIE {
  readonly protocolIdentifier: string;
  readonly reason: FacilityReason;
  readonly callIdentifier?: CallIdentifier;
  readonly h245Address?: TransportAddress;
  readonly fastStart?: readonly Uint8Array[];
}

interface StatusUUIE {
  readonly protocolIdentifier: string;
  readonly callIdentifier: CallIdentifier;
}

interface StatusInquiryUUIE {
  readonly protocolIdentifier: string;
  readonly callIdentifier: CallIdentifier;
}

interface NotifyUUIE {
  readonly protocolIdentifier: string;
  readonly callIdentifier: CallIdentifier;
}

export type ReleaseCompleteReason =
  | { readonly choice: 'noBandwidth'; readonly value: null }
  | { readonly choice: 'gatekeeperResources'; readonly value: null }
  | { readonly choice: 'unreachableDestination'; readonly value: null }
  | { readonly choice: 'destinationRejection'; readonly value: null }
  | { readonly choice: 'invalidRevision'; readonly value: null }
  | { readonly choice: 'noPermission'; readonly value: null }
  | { readonly choice: 'unreachableGatekeeper'; readonly value: null }
  | { readonly choice: 'gatewayResources'; readonly value: null }
  | { readonly choice: 'badFormatAddress'; readonly value: null }
  | { readonly choice: 'adaptiveBusy'; readonly value: null }
  | { readonly choice: 'inConf'; readonly value: null }
  | { readonly choice: 'undefinedReason'; readonly value: null }
  | { readonly choice: 'calledPartyNotRegistered'; readonly value: null }
  | { readonly choice: 'newConnectionNeeded'; readonly value: null };

type FacilityReason =
  | { readonly choice: 'undefinedReason'; readonly value: null }
  | { readonly choice: 'startH245'; readonly value: null }
  | { readonly choice: 'transportedInformation'; readonly value: null };

export interface CallIdentifier {
  readonly guid: Uint8Array;
}

export type TransportAddress =
  | { readonly choice: 'ipAddress'; readonly value: { readonly ip: Uint8Array; readonly port: number } }
  | { readonly choice: 'ip6Address'; readonly value: { readonly ip: Uint8Array; readonly port: number } };

export interface EndpointType {
  readonly vendor?: VendorIdentifier;
  readonly mcu?: unknown;
  readonly terminal?: unknown;
  readonly mc: boolean;
  readonly undefinedNode: boolean;
}

export interface VendorIdentifier {
  readonly vendor: H221NonStandard;
  readonly productId?: Uint8Array;
  readonly versionId?: Uint8Array;
}

interface H221NonStandard {
  readonly t35CountryCode: number;
  readonly t35Extension: number;
  readonly manufacturerCode: number;
}

export type AliasAddress =
  | { readonly choice: 'dialledDigits'; readonly value: string }
  | { readonly choice: 'h323-ID'; readonly value: string }
  | { readonly choice: 'url-ID'; readonly value: string }
  | { readonly choice: 'transportID'; readonly value: TransportAddress }
  | { readonly choice: 'email-ID'; readonly value: string }
  | { readonly choice: 'partyNumber'; readonly value: PartyNumber };

type PartyNumber = { readonly choice: 'e164Number'; readonly value: PublicPartyNumber };

interface PublicPartyNumber {
  readonly publicNumberDigits: string;
}

interface DisplayName {
  readonly language?: string;
  readonly name: string;
}
