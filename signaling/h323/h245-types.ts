/**
 * Generated from the ASN.1 of H.245 v15 by the schema generator of the tests: what we read and write of it.
 * A received choice may be any other alternative of the schema, so every switch has a default.
 */

import type {
  DataType,
  GenericMessage,
  MasterSlaveDetermination,
  MasterSlaveDeterminationAck,
  MasterSlaveDeterminationReject,
  TerminalCapabilitySet,
  TerminalCapabilitySetAck,
  TerminalCapabilitySetReject,
  TransportAddress,
} from './h245-capability-types.ts';

export type MultimediaSystemControlMessage =
  | { readonly choice: 'request'; readonly value: RequestMessage }
  | { readonly choice: 'response'; readonly value: ResponseMessage }
  | { readonly choice: 'command'; readonly value: CommandMessage }
  | { readonly choice: 'indication'; readonly value: IndicationMessage };

export type RequestMessage =
  | { readonly choice: 'masterSlaveDetermination'; readonly value: MasterSlaveDetermination }
  | { readonly choice: 'terminalCapabilitySet'; readonly value: TerminalCapabilitySet }
  | { readonly choice: 'openLogicalChannel'; readonly value: OpenLogicalChannel }
  | { readonly choice: 'closeLogicalChannel'; readonly value: CloseLogicalChannel }
  | { readonly choice: 'requestChannelClose'; readonly value: RequestChannelClose }
  | { readonly choice: 'requestMode'; readonly value: RequestMode }
  | { readonly choice: 'roundTripDelayRequest'; readonly value: RoundTripDelayRequest }
  | { readonly choice: 'genericRequest'; readonly value: GenericMessage };

export type ResponseMessage =
  | { readonly choice: 'masterSlaveDeterminationAck'; readonly value: MasterSlaveDeterminationAck }
  | { readonly choice: 'masterSlaveDeterminationReject'; readonly value: MasterSlaveDeterminationReject }
  | { readonly choice: 'terminalCapabilitySetAck'; readonly value: TerminalCapabilitySetAck }
  | { readonly choice: 'terminalCapabilitySetReject'; readonly value: TerminalCapabilitySetReject }
  | { readonly choice: 'openLogicalChannelAck'; readonly value: OpenLogicalChannelAck }
  | { readonly choice: 'openLogicalChannelReject'; readonly value: OpenLogicalChannelReject }
  | { readonly choice: 'closeLogicalChannelAck'; readonly value: CloseLogicalChannelAck }
  | { readonly choice: 'requestChannelCloseAck'; readonly value: RequestChannelCloseAck }
  | { readonly choice: 'requestChannelCloseReject'; readonly value: unknown }
  | { readonly choice: 'requestModeReject'; readonly value: RequestModeReject }
  | { readonly choice: 'roundTripDelayResponse'; readonly value: RoundTripDelayResponse }
  | { readonly choice: 'genericResponse'; readonly value: GenericMessage };

export type CommandMessage =
  | { readonly choice: 'sendTerminalCapabilitySet'; readonly value: SendTerminalCapabilitySet }
  | { readonly choice: 'flowControlCommand'; readonly value: FlowControlCommand }
  | { readonly choice: 'endSessionCommand'; readonly value: EndSessionCommand }
  | { readonly choice: 'miscellaneousCommand'; readonly value: MiscellaneousCommand }
  | { readonly choice: 'genericCommand'; readonly value: GenericMessage };

export type IndicationMessage =
  | { readonly choice: 'functionNotUnderstood'; readonly value: FunctionNotUnderstood }
  | { readonly choice: 'masterSlaveDeterminationRelease'; readonly value: unknown }
  | { readonly choice: 'userInput'; readonly value: UserInputIndication }
  | { readonly choice: 'functionNotSupported'; readonly value: unknown }
  | { readonly choice: 'genericIndication'; readonly value: GenericMessage };

export interface OpenLogicalChannel {
  readonly forwardLogicalChannelNumber: number;
  readonly forwardLogicalChannelParameters: {
    readonly portNumber?: number;
    readonly dataType: DataType;
    readonly multiplexParameters:
      | { readonly choice: 'h222LogicalChannelParameters'; readonly value: unknown }
      | { readonly choice: 'h223LogicalChannelParameters'; readonly value: unknown }
      | { readonly choice: 'v76LogicalChannelParameters'; readonly value: unknown }
      | { readonly choice: 'h2250LogicalChannelParameters'; readonly value: H2250LogicalChannelParameters }
      | { readonly choice: 'none'; readonly value: null };
    readonly forwardLogicalChannelDependency?: number;
    readonly replacementFor?: number;
  };
  readonly reverseLogicalChannelParameters?: {
    readonly dataType: DataType;
    readonly multiplexParameters?:
      | { readonly choice: 'h223LogicalChannelParameters'; readonly value: unknown }
      | { readonly choice: 'v76LogicalChannelParameters'; readonly value: unknown }
      | { readonly choice: 'h2250LogicalChannelParameters'; readonly value: H2250LogicalChannelParameters };
    readonly reverseLogicalChannelDependency?: number;
    readonly replacementFor?: number;
  };
}

interface H2250LogicalChannelParameters {
  readonly sessionID: number;
  readonly mediaChannel?: TransportAddress;
  readonly mediaGuaranteedDelivery?: boolean;
  readonly mediaControlChannel?: TransportAddress;
  readonly mediaControlGuaranteedDelivery?: boolean;
  readonly silenceSuppression?: boolean;
  readonly dynamicRTPPayloadType?: number;
}

export interface OpenLogicalChannelAck {
  readonly forwardLogicalChannelNumber: number;
  readonly forwardMultiplexAckParameters?: {
    readonly choice: 'h2250LogicalChannelAckParameters';
    readonly value: H2250LogicalChannelAckParameters;
  };
}

interface H2250LogicalChannelAckParameters {
  readonly sessionID?: number;
  readonly mediaChannel?: TransportAddress;
  readonly mediaControlChannel?: TransportAddress;
  readonly dynamicRTPPayloadType?: number;
}

interface OpenLogicalChannelReject {
  readonly forwardLogicalChannelNumber: number;
  readonly cause:
    | { readonly choice: 'unspecified'; readonly value: null }
    | { readonly choice: 'unsuitableReverseParameters'; readonly value: null }
    | { readonly choice: 'dataTypeNotSupported'; readonly value: null }
    | { readonly choice: 'dataTypeNotAvailable'; readonly value: null }
    | { readonly choice: 'unknownDataType'; readonly value: null }
    | { readonly choice: 'dataTypeALCombinationNotSupported'; readonly value: null }
    | { readonly choice: 'multicastChannelNotAllowed'; readonly value: null }
    | { readonly choice: 'insufficientBandwidth'; readonly value: null }
    | { readonly choice: 'separateStackEstablishmentFailed'; readonly value: null }
    | { readonly choice: 'invalidSessionID'; readonly value: null }
    | { readonly choice: 'masterSlaveConflict'; readonly value: null }
    | { readonly choice: 'waitForCommunicationMode'; readonly value: null }
    | { readonly choice: 'invalidDependentChannel'; readonly value: null }
    | { readonly choice: 'replacementForRejected'; readonly value: null }
    | { readonly choice: 'securityDenied'; readonly value: null }
    | { readonly choice: 'qoSControlNotSupported'; readonly value: null };
  readonly genericInformation?: readonly unknown[];
}

interface CloseLogicalChannel {
  readonly forwardLogicalChannelNumber: number;
  readonly source:
    | { readonly choice: 'user'; readonly value: null }
    | { readonly choice: 'lcse'; readonly value: null };
  readonly reason?:
    | { readonly choice: 'unknown'; readonly value: null }
    | { readonly choice: 'reopen'; readonly value: null }
    | { readonly choice: 'reservationFailure'; readonly value: null }
    | { readonly choice: 'networkErrorCode'; readonly value: number };
}

interface CloseLogicalChannelAck {
  readonly forwardLogicalChannelNumber: number;
}

interface RequestChannelClose {
  readonly forwardLogicalChannelNumber: number;
}

interface RequestChannelCloseAck {
  readonly forwardLogicalChannelNumber: number;
}

interface RequestMode {
  readonly sequenceNumber: number;
}

interface RequestModeReject {
  readonly sequenceNumber: number;
  readonly cause:
    | { readonly choice: 'modeUnavailable'; readonly value: null }
    | { readonly choice: 'multipointConstraint'; readonly value: null }
    | { readonly choice: 'requestDenied'; readonly value: null };
}

interface RoundTripDelayRequest {
  readonly sequenceNumber: number;
}

interface RoundTripDelayResponse {
  readonly sequenceNumber: number;
}

type SendTerminalCapabilitySet = { readonly choice: 'genericRequest'; readonly value: null };

export interface FlowControlCommand {
  readonly scope:
    | { readonly choice: 'logicalChannelNumber'; readonly value: number }
    | { readonly choice: 'resourceID'; readonly value: number }
    | { readonly choice: 'wholeMultiplex'; readonly value: null };
  readonly restriction:
    | { readonly choice: 'maximumBitRate'; readonly value: number }
    | { readonly choice: 'noRestriction'; readonly value: null };
}

type EndSessionCommand = { readonly choice: 'disconnect'; readonly value: null };

interface MiscellaneousCommand {
  readonly logicalChannelNumber: number;
  readonly type:
    | { readonly choice: 'equaliseDelay'; readonly value: null }
    | { readonly choice: 'zeroDelay'; readonly value: null }
    | { readonly choice: 'multipointModeCommand'; readonly value: null }
    | { readonly choice: 'cancelMultipointModeCommand'; readonly value: null }
    | { readonly choice: 'videoFreezePicture'; readonly value: null }
    | { readonly choice: 'videoFastUpdatePicture'; readonly value: null }
    | {
        readonly choice: 'videoFastUpdateGOB';
        readonly value: { readonly firstGOB: number; readonly numberOfGOBs: number };
      }
    | { readonly choice: 'videoTemporalSpatialTradeOff'; readonly value: number }
    | { readonly choice: 'videoSendSyncEveryGOB'; readonly value: null }
    | { readonly choice: 'videoSendSyncEveryGOBCancel'; readonly value: null }
    | {
        readonly choice: 'videoFastUpdateMB';
        readonly value: {
          readonly firstGOB?: number;
          readonly firstMB?: number;
          readonly numberOfMBs: number;
        };
      }
    | { readonly choice: 'maxH223MUXPDUsize'; readonly value: number }
    | { readonly choice: 'encryptionUpdate'; readonly value: unknown }
    | { readonly choice: 'encryptionUpdateRequest'; readonly value: unknown }
    | { readonly choice: 'switchReceiveMediaOff'; readonly value: null }
    | { readonly choice: 'switchReceiveMediaOn'; readonly value: null }
    | {
        readonly choice: 'progressiveRefinementStart';
        readonly value: {
          readonly repeatCount:
            | { readonly choice: 'doOneProgression'; readonly value: null }
            | { readonly choice: 'doContinuousProgressions'; readonly value: null }
            | { readonly choice: 'doOneIndependentProgression'; readonly value: null }
            | { readonly choice: 'doContinuousIndependentProgressions'; readonly value: null };
        };
      }
    | { readonly choice: 'progressiveRefinementAbortOne'; readonly value: null }
    | { readonly choice: 'progressiveRefinementAbortContinuous'; readonly value: null }
    | {
        readonly choice: 'videoBadMBs';
        readonly value: {
          readonly firstMB: number;
          readonly numberOfMBs: number;
          readonly temporalReference: number;
        };
      }
    | { readonly choice: 'lostPicture'; readonly value: readonly unknown[] }
    | {
        readonly choice: 'lostPartialPicture';
        readonly value: {
          readonly pictureReference: unknown;
          readonly firstMB: number;
          readonly numberOfMBs: number;
        };
      }
    | { readonly choice: 'recoveryReferencePicture'; readonly value: readonly unknown[] }
    | {
        readonly choice: 'encryptionUpdateCommand';
        readonly value: { readonly encryptionSync: unknown; readonly multiplePayloadStream?: unknown };
      }
    | { readonly choice: 'encryptionUpdateAck'; readonly value: { readonly synchFlag: number } };
}

type FunctionNotUnderstood =
  | { readonly choice: 'request'; readonly value: RequestMessage }
  | { readonly choice: 'response'; readonly value: ResponseMessage }
  | { readonly choice: 'command'; readonly value: CommandMessage };

export type UserInputIndication =
  | { readonly choice: 'alphanumeric'; readonly value: string }
  | {
      readonly choice: 'signal';
      readonly value: {
        readonly signalType: string;
        readonly duration?: number;
        readonly rtp?: {
          readonly timestamp?: number;
          readonly expirationTime?: number;
          readonly logicalChannelNumber: number;
        };
        readonly rtpPayloadIndication?: null;
        readonly paramS?: unknown;
        readonly encryptedSignalType?: Uint8Array;
        readonly algorithmOID?: string;
      };
    }
  | {
      readonly choice: 'signalUpdate';
      readonly value: { readonly duration: number; readonly rtp?: { readonly logicalChannelNumber: number } };
    }
  | {
      readonly choice: 'extendedAlphanumeric';
      readonly value: {
        readonly alphanumeric: string;
        readonly rtpPayloadIndication?: null;
        readonly encryptedAlphanumeric?: {
          readonly algorithmOID: string;
          readonly paramS?: unknown;
          readonly encrypted: Uint8Array;
        };
      };
    };
