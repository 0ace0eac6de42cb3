import type { AudioCapabilities, LocalMedia } from '../session-description.ts';
import type { OutgoingChannel } from './h245/channels.ts';
import {
  type AudioChannel,
  createFastStartAnswer,
  createOpenLogicalChannel,
  createReverseProposal,
  readOpenLogicalChannel,
} from './h245/logical-channel.ts';
import type { OpenLogicalChannel } from './h245-types.ts';
import { decodeType, encodeType } from './messages.ts';
import { PerError } from './per/per-error.ts';

const TYPE = 'h245.OpenLogicalChannel';
/** Two directions of every codec that a room has; more is no offer. */
const MAX_PROPOSALS = 64;
/** The number of our channel: ours from H.245 on begin above it. */
const OUTGOING_NUMBER = 1000;
const FIRST_PROPOSED_NUMBER = 101;

/** The pair of channels chosen from a caller's fast start elements (H.323 §8.1.7). */
export interface FastStartChoice {
  /** In which the caller sends. */
  readonly incoming: AudioChannel;
  /** In which we send. */
  readonly outgoing: AudioChannel;
}

/** Chooses a codec both sides have, in our order; null refuses fast start, and H.245 opens the channels. */
export function chooseFastStart(
  elements: readonly Uint8Array[],
  capabilities: AudioCapabilities,
): FastStartChoice | null {
  const proposed = elements.slice(0, MAX_PROPOSALS).flatMap(readProposal);
  for (const { encodingName } of capabilities.formats) {
    const ofCodec = proposed.filter(({ audio }) => audio.format.encodingName === encodingName);
    const incoming = ofCodec.find(({ isReverse }) => !isReverse);
    const outgoing = ofCodec.find(({ isReverse, mediaChannel }) => isReverse && mediaChannel !== null);
    if (incoming === undefined || outgoing === undefined) continue;
    // What we send may have fewer frames in a packet than the caller can take.
    const framesPerPacket = Math.min(capabilities.packetTimeMs, outgoing.audio.framesPerPacket);
    return { incoming, outgoing: { ...outgoing, audio: { ...outgoing.audio, framesPerPacket } } };
  }
  return null;
}

/** The elements that accept the choice, for Connect. */
export function answerFastStart({ incoming, outgoing }: FastStartChoice, local: LocalMedia): Uint8Array[] {
  const answers = [
    createFastStartAnswer({ ...outgoing, number: OUTGOING_NUMBER }, local),
    createFastStartAnswer(incoming, local),
  ];
  return answers.map((answer) => encodeType(TYPE, answer));
}

/** The channel in which we send, open at once. */
export function outgoingChannelOf({ outgoing }: FastStartChoice): OutgoingChannel {
  const { audio, mediaChannel, mediaControlChannel } = outgoing;
  return { number: OUTGOING_NUMBER, audio, state: 'established', mediaChannel, mediaControlChannel };
}

/** Our own proposals, both directions of each codec, in our order. */
export function proposeFastStart(
  { formats, packetTimeMs }: AudioCapabilities,
  local: LocalMedia,
): Uint8Array[] {
  const proposals = formats.flatMap((format, index) => {
    const audio = { format, framesPerPacket: packetTimeMs };
    // The reverse ones share a number that the called side replaces by its own.
    return [
      createReverseProposal(1, audio, local),
      createOpenLogicalChannel(FIRST_PROPOSED_NUMBER + index, audio, local),
    ];
  });
  return proposals.map((proposal) => encodeType(TYPE, proposal));
}

/** What the called side chose of our proposals: in its own terms, `incoming` is where it sends. */
export function readFastStartAnswer(
  elements: readonly Uint8Array[],
): { readonly incoming: AudioChannel; readonly outgoing: OutgoingChannel } | null {
  const answers = elements.slice(0, MAX_PROPOSALS).flatMap(readProposal);
  const incoming = answers.find(({ isReverse }) => isReverse);
  const outgoing = answers.find(({ isReverse, mediaChannel }) => !isReverse && mediaChannel !== null);
  if (incoming === undefined || outgoing === undefined) return null;
  const { number, audio, mediaChannel, mediaControlChannel } = outgoing;
  return { incoming, outgoing: { number, audio, state: 'established', mediaChannel, mediaControlChannel } };
}

/** One that cannot be read, or is not sound that we know, is as good as not proposed. */
function readProposal(octets: Uint8Array): AudioChannel[] {
  try {
    const proposed = readOpenLogicalChannel(decodeType(TYPE, octets) as OpenLogicalChannel);
    return proposed.audio === null ? [] : [{ ...proposed, audio: proposed.audio }];
  } catch (error) {
    if (error instanceof PerError) return [];
    throw error;
  }
}
