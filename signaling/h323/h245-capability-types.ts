/**
 * Generated from the ASN.1 of H.245 v15 by the schema generator of the tests: what we read and write of it.
 * A received choice may be any other alternative of the schema, so every switch has a default.
 */

export interface MasterSlaveDetermination {
  readonly terminalType: number;
  readonly statusDeterminationNumber: number;
}

export interface MasterSlaveDeterminationAck {
  readonly decision:
    | { readonly choice: 'master'; readonly value: null }
    | { readonly choice: 'slave'; readonly value: null };
}

export interface MasterSlaveDeterminationReject {
  readonly cause: { readonly choice: 'identicalNumbers'; readonly value: null };
}

export interface TerminalCapabilitySet {
  readonly sequenceNumber: number;
  readonly protocolIdentifier: string;
  readonly multiplexCapability?: MultiplexCapability;
  readonly capabilityTable?: readonly CapabilityTableEntry[];
  readonly capabilityDescriptors?: readonly CapabilityDescriptor[];
}

export interface TerminalCapabilitySetAck {
  readonly sequenceNumber: number;
}

export interface TerminalCapabilitySetReject {
  readonly sequenceNumber: number;
  readonly cause:
    | { readonly choice: 'unspecified'; readonly value: null }
    | { readonly choice: 'undefinedTableEntryUsed'; readonly value: null }
    | { readonly choice: 'descriptorCapacityExceeded'; readonly value: null }
    | {
        readonly choice: 'tableEntryCapacityExceeded';
        readonly value:
          | { readonly choice: 'highestEntryNumberProcessed'; readonly value: number }
          | { readonly choice: 'noneProcessed'; readonly value: null };
      };
}

export type MultiplexCapability = { readonly choice: 'h2250Capability'; readonly value: H2250Capability };

interface H2250Capability {
  readonly maximumAudioDelayJitter: number;
  readonly receiveMultipointCapability: MultipointCapability;
  readonly transmitMultipointCapability: MultipointCapability;
  readonly receiveAndTransmitMultipointCapability: MultipointCapability;
  readonly mcCapability: {
    readonly centralizedConferenceMC: boolean;
    readonly decentralizedConferenceMC: boolean;
  };
  readonly rtcpVideoControlCapability: boolean;
  readonly mediaPacketizationCapability: MediaPacketizationCapability;
}

export interface MultipointCapability {
  readonly multicastCapability: boolean;
  readonly multiUniCastConference: boolean;
  readonly mediaDistributionCapability: readonly MediaDistributionCapability[];
}

interface MediaDistributionCapability {
  readonly centralizedControl: boolean;
  readonly distributedControl: boolean;
  readonly centralizedAudio: boolean;
  readonly distributedAudio: boolean;
  readonly centralizedVideo: boolean;
  readonly distributedVideo: boolean;
}

interface MediaPacketizationCapability {
  readonly h261aVideoPacketization: boolean;
}

interface CapabilityTableEntry {
  readonly capabilityTableEntryNumber: number;
  readonly capability?: Capability;
}

interface CapabilityDescriptor {
  readonly capabilityDescriptorNumber: number;
  readonly simultaneousCapabilities?: readonly unknown[];
}

export type Capability =
  | { readonly choice: 'receiveAudioCapability'; readonly value: AudioCapability }
  | { readonly choice: 'transmitAudioCapability'; readonly value: AudioCapability }
  | { readonly choice: 'receiveAndTransmitAudioCapability'; readonly value: AudioCapability }
  | { readonly choice: 'receiveUserInputCapability'; readonly value: UserInputCapability }
  | { readonly choice: 'transmitUserInputCapability'; readonly value: UserInputCapability }
  | { readonly choice: 'receiveAndTransmitUserInputCapability'; readonly value: UserInputCapability }
  | {
      readonly choice: 'receiveRTPAudioTelephonyEventCapability';
      readonly value: AudioTelephonyEventCapability;
    };

type UserInputCapability =
  | { readonly choice: 'basicString'; readonly value: null }
  | { readonly choice: 'dtmf'; readonly value: null };

interface AudioTelephonyEventCapability {
  readonly dynamicRTPPayloadType: number;
  readonly audioTelephoneEvent: string;
}

export type AudioCapability =
  | { readonly choice: 'g711Alaw64k'; readonly value: number }
  | { readonly choice: 'g711Ulaw64k'; readonly value: number }
  | { readonly choice: 'g722-64k'; readonly value: number };

export type DataType =
  | { readonly choice: 'nullData'; readonly value: null }
  | { readonly choice: 'audioData'; readonly value: AudioCapability };

export interface GenericMessage {
  readonly messageIdentifier: CapabilityIdentifier;
  readonly subMessageIdentifier?: number;
  readonly messageContent?: readonly GenericParameter[];
}

type CapabilityIdentifier = { readonly choice: 'standard'; readonly value: string };

interface GenericParameter {
  readonly parameterIdentifier: ParameterIdentifier;
  readonly parameterValue: ParameterValue;
}

type ParameterIdentifier = { readonly choice: 'standard'; readonly value: number };

type ParameterValue =
  | { readonly choice: 'logical'; readonly value: null }
  | { readonly choice: 'booleanArray'; readonly value: number }
  | { readonly choice: 'unsignedMin'; readonly value: number };

export type TransportAddress = { readonly choice: 'unicastAddress'; readonly value: UnicastAddress };

type UnicastAddress =
  | {
      readonly choice: 'iPAddress';
      readonly value: { readonly network: Uint8Array; readonly tsapIdentifier: number };
    }
  | {
      readonly choice: 'iP6Address';
      readonly value: { readonly network: Uint8Array; readonly tsapIdentifier: number };
    };
