import type { AudioCapabilities, AudioFormat } from '../../session-description.ts';
import type {
  Capability,
  MultiplexCapability,
  MultipointCapability,
  TerminalCapabilitySet,
} from '../h245-capability-types.ts';
import { type AudioOffer, audioCapability, audioOffer } from './audio-codec.ts';

const H245_VERSION = '0.0.8.245.0.15';
/** The payload type that Cisco insists on. */
export const TELEPHONE_EVENT: AudioFormat = {
  payloadType: 101,
  encodingName: 'telephone-event',
  clockRateHz: 8000,
  channels: 1,
  parameters: '0-16',
};
/** The longest packet that our jitter buffer takes. */
const MAX_RECEIVED_FRAMES = 60;
const MAX_JITTER_MS = 250;

/** What the other side can receive. */
export interface RemoteCapabilities {
  readonly audio: readonly AudioOffer[];
  /** The payload type it wants telephone events with (RFC 4733), or null: none. */
  readonly telephoneEventPayloadType: number | null;
  /** An empty set: close all channels and wait (H.323 §8.4.6, third-party pause). */
  readonly isEmpty: boolean;
}

/** What we tell of ourselves: audio, and every way in which digits can come. */
export function createCapabilitySet(
  sequenceNumber: number,
  capabilities: AudioCapabilities,
): TerminalCapabilitySet {
  const audio = capabilities.formats.flatMap((format): Capability[] => {
    const value = audioCapability(format, MAX_RECEIVED_FRAMES);
    return value === null ? [] : [{ choice: 'receiveAudioCapability', value }];
  });
  const digits: Capability[] = [
    { choice: 'receiveUserInputCapability', value: { choice: 'basicString', value: null } },
    { choice: 'receiveUserInputCapability', value: { choice: 'dtmf', value: null } },
    {
      choice: 'receiveRTPAudioTelephonyEventCapability',
      value: { dynamicRTPPayloadType: TELEPHONE_EVENT.payloadType, audioTelephoneEvent: '0-16' },
    },
  ];
  const table = [...audio, ...digits].map((capability, index) => {
    return { capabilityTableEntryNumber: index + 1, capability };
  });
  const numbers = table.map(({ capabilityTableEntryNumber }) => capabilityTableEntryNumber);
  const simultaneous = [numbers.slice(0, audio.length), ...numbers.slice(audio.length).map((one) => [one])];
  return {
    sequenceNumber,
    protocolIdentifier: H245_VERSION,
    multiplexCapability: MULTIPLEX,
    capabilityTable: table,
    capabilityDescriptors: [{ capabilityDescriptorNumber: 1, simultaneousCapabilities: simultaneous }],
  };
}

export function readCapabilities(set: TerminalCapabilitySet): RemoteCapabilities {
  const table = set.capabilityTable ?? [];
  const capabilities = table.flatMap(({ capability }) => (capability === undefined ? [] : [capability]));
  let telephoneEventPayloadType: number | null = null;
  const audio: AudioOffer[] = [];
  for (const capability of capabilities) {
    switch (capability.choice) {
      case 'receiveAudioCapability':
      case 'receiveAndTransmitAudioCapability': {
        const offer = audioOffer(capability.value);
        if (offer !== null) audio.push(offer);
        break;
      }
      case 'receiveRTPAudioTelephonyEventCapability':
        telephoneEventPayloadType = capability.value.dynamicRTPPayloadType;
        break;
      default:
    }
  }
  return { audio, telephoneEventPayloadType, isEmpty: capabilities.length === 0 };
}

const NO_MULTIPOINT: MultipointCapability = {
  multicastCapability: false,
  multiUniCastConference: false,
  mediaDistributionCapability: [
    {
      centralizedControl: false,
      distributedControl: false,
      centralizedAudio: false,
      distributedAudio: false,
      centralizedVideo: false,
      distributedVideo: false,
    },
  ],
};

const MULTIPLEX: MultiplexCapability = {
  choice: 'h2250Capability',
  value: {
    maximumAudioDelayJitter: MAX_JITTER_MS,
    receiveMultipointCapability: NO_MULTIPOINT,
    transmitMultipointCapability: NO_MULTIPOINT,
    receiveAndTransmitMultipointCapability: NO_MULTIPOINT,
    mcCapability: { centralizedConferenceMC: false, decentralizedConferenceMC: false },
    rtcpVideoControlCapability: false,
    mediaPacketizationCapability: { h261aVideoPacketization: false },
  },
};
