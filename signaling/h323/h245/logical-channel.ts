import type { LocalMedia, MediaAddress } from '../../session-description.ts';
import type { OpenLogicalChannel, OpenLogicalChannelAck } from '../h245-types.ts';
import { createH245Address, readH245Address } from '../transport-address.ts';
import { type AudioOffer, audioCapability, audioOfferOf } from './audio-codec.ts';

/** Audio is always the first session (H.323 §6.2.8.2). */
const AUDIO_SESSION = 1;

/** One direction of audio as a peer proposed it. */
export interface ProposedChannel {
  readonly number: number;
  /** Null: not audio, or a codec that we do not have. */
  readonly audio: AudioOffer | null;
  /** 0: the master is to choose (H.245 §C.5). */
  readonly sessionId: number;
  /** Where we send RTP, when the proposal already says so (fast start, reverse direction). */
  readonly mediaChannel: MediaAddress | null;
  /** Where the peer receives RTCP. */
  readonly mediaControlChannel: MediaAddress | null;
  /** True for a channel in which *we* send (fast start only). */
  readonly isReverse: boolean;
}

/** A proposal that we can take. */
export type AudioChannel = ProposedChannel & { readonly audio: AudioOffer };

export function readOpenLogicalChannel(open: OpenLogicalChannel): ProposedChannel {
  const reverse = open.reverseLogicalChannelParameters;
  const forward = open.forwardLogicalChannelParameters;
  const isReverse = forward.dataType.choice === 'nullData' && reverse !== undefined;
  const dataType = isReverse ? reverse.dataType : forward.dataType;
  const multiplex = isReverse ? reverse.multiplexParameters : forward.multiplexParameters;
  const parameters = multiplex?.choice === 'h2250LogicalChannelParameters' ? multiplex.value : null;
  return {
    number: open.forwardLogicalChannelNumber,
    audio: parameters === null ? null : audioOfferOf(dataType),
    sessionId: parameters?.sessionID ?? 0,
    mediaChannel: readH245Address(parameters?.mediaChannel),
    mediaControlChannel: readH245Address(parameters?.mediaControlChannel),
    isReverse,
  };
}

/** Opens a channel in which we send. */
export function createOpenLogicalChannel(
  number: number,
  { format, framesPerPacket }: AudioOffer,
  local: LocalMedia,
): OpenLogicalChannel {
  return {
    forwardLogicalChannelNumber: number,
    forwardLogicalChannelParameters: {
      dataType: audioData(format, framesPerPacket),
      multiplexParameters: {
        choice: 'h2250LogicalChannelParameters',
        value: {
          sessionID: AUDIO_SESSION,
          mediaGuaranteedDelivery: false,
          mediaControlChannel: createH245Address(local.rtcp),
          silenceSuppression: false,
        },
      },
    },
  };
}

/** Proposes, for fast start, a channel in which the peer sends to us (H.323 §8.1.7.1). */
export function createReverseProposal(
  number: number,
  { format, framesPerPacket }: AudioOffer,
  local: LocalMedia,
): OpenLogicalChannel {
  return {
    forwardLogicalChannelNumber: number,
    forwardLogicalChannelParameters: NO_FORWARD_CHANNEL,
    reverseLogicalChannelParameters: {
      dataType: audioData(format, framesPerPacket),
      multiplexParameters: {
        choice: 'h2250LogicalChannelParameters',
        value: {
          sessionID: AUDIO_SESSION,
          mediaGuaranteedDelivery: false,
          mediaChannel: createH245Address(local.rtp),
          mediaControlChannel: createH245Address(local.rtcp),
        },
      },
    },
  };
}

/** Accepts a channel in which the peer sends. */
export function createOpenLogicalChannelAck(
  { number, sessionId }: ProposedChannel,
  local: LocalMedia,
): OpenLogicalChannelAck {
  return {
    forwardLogicalChannelNumber: number,
    forwardMultiplexAckParameters: {
      choice: 'h2250LogicalChannelAckParameters',
      value: {
        sessionID: sessionId === 0 ? AUDIO_SESSION : sessionId,
        mediaChannel: createH245Address(local.rtp),
        mediaControlChannel: createH245Address(local.rtcp),
      },
    },
  };
}

/** Where to send, as the peer acknowledged our channel; null parts were not said. */
export function readOpenLogicalChannelAck(ack: OpenLogicalChannelAck): {
  readonly mediaChannel: MediaAddress | null;
  readonly mediaControlChannel: MediaAddress | null;
} {
  const parameters = ack.forwardMultiplexAckParameters?.value;
  return {
    mediaChannel: readH245Address(parameters?.mediaChannel),
    mediaControlChannel: readH245Address(parameters?.mediaControlChannel),
  };
}

/**
 * Accepts a proposal of fast start (H.323 §8.1.7.1): the same structure comes back with our addresses in it,
 * and for the direction in which we send with a channel number of ours.
 */
export function createFastStartAnswer(
  { number, audio, sessionId, isReverse }: AudioChannel,
  local: LocalMedia,
): OpenLogicalChannel {
  const parameters = {
    sessionID: sessionId === 0 ? AUDIO_SESSION : sessionId,
    mediaGuaranteedDelivery: false,
    mediaControlChannel: createH245Address(local.rtcp),
  };
  const dataType = audioData(audio.format, audio.framesPerPacket);
  if (isReverse) {
    return {
      forwardLogicalChannelNumber: number,
      forwardLogicalChannelParameters: NO_FORWARD_CHANNEL,
      reverseLogicalChannelParameters: {
        dataType,
        multiplexParameters: { choice: 'h2250LogicalChannelParameters', value: parameters },
      },
    };
  }
  return {
    forwardLogicalChannelNumber: number,
    forwardLogicalChannelParameters: {
      dataType,
      multiplexParameters: {
        choice: 'h2250LogicalChannelParameters',
        value: { ...parameters, mediaChannel: createH245Address(local.rtp) },
      },
    },
  };
}

/** H.323 §8.1.7.1: what stands in the forward direction of a structure for the reverse one. */
const NO_FORWARD_CHANNEL: OpenLogicalChannel['forwardLogicalChannelParameters'] = {
  dataType: { choice: 'nullData', value: null },
  multiplexParameters: { choice: 'none', value: null },
};

function audioData(format: AudioOffer['format'], framesPerPacket: number) {
  const value = audioCapability(format, framesPerPacket);
  if (value === null) throw new RangeError(`${format.encodingName} is no H.245 codec of ours`);
  return { choice: 'audioData', value } as const;
}
