import type {
  AudioCapabilities,
  AudioFormat,
  LocalMedia,
  MediaAddress,
  MediaDirection,
  NegotiatedAudio,
} from '../../session-description.ts';
import type { AudioOffer } from './audio-codec.ts';
import { type RemoteCapabilities, TELEPHONE_EVENT } from './capabilities.ts';

const MIN_PACKET_TIME_MS = 10;
const MAX_PACKET_TIME_MS = 60;

/** What the channels of both directions say. */
export interface OpenChannels {
  readonly incoming: { readonly audio: AudioOffer; readonly mediaControlChannel: MediaAddress | null } | null;
  readonly outgoing: {
    readonly audio: AudioOffer;
    readonly mediaChannel: MediaAddress | null;
    readonly mediaControlChannel: MediaAddress | null;
  } | null;
}

/** Where the peer of the signaling connection is, and how we are reached. */
export interface MediaSurroundings {
  readonly peerAddress: string;
  readonly local: LocalMedia;
  readonly capabilities: AudioCapabilities;
}

/** The channels as the service sees them; null while none is open. */
export function negotiatedAudio(
  { incoming, outgoing }: OpenChannels,
  { peerAddress, capabilities }: Pick<MediaSurroundings, 'peerAddress' | 'capabilities'>,
  remote: RemoteCapabilities | null = null,
): NegotiatedAudio | null {
  const offer = outgoing?.audio ?? incoming?.audio;
  if (offer === undefined) return null;
  const { format } = offer;
  const received = [format, ...(incoming === null ? [] : [incoming.audio.format]), ...capabilities.formats];
  const receiveFormats = received.filter((one, index) => {
    return received.findIndex(({ payloadType }) => payloadType === one.payloadType) === index;
  });
  const destination = isUsable(outgoing?.mediaChannel) ? outgoing.mediaChannel : null;
  const control =
    outgoing?.mediaControlChannel ??
    incoming?.mediaControlChannel ??
    (destination && { ...destination, port: destination.port + 1 });
  return {
    format,
    receiveFormats,
    telephoneEvent: TELEPHONE_EVENT,
    ...sentTelephoneEvent(remote),
    comfortNoise: null,
    direction: directionOf(incoming !== null, destination !== null),
    remoteRtp: destination && atPeer(destination, peerAddress),
    remoteRtcp: destination && isUsable(control) ? atPeer(control, peerAddress) : null,
    isRtcpMultiplexed: false,
    packetTimeMs: packetTimeMs(offer.framesPerPacket, capabilities.packetTimeMs),
    isAddressLearned: destination !== null && destination.address !== peerAddress,
  };
}

/** Whoever receives events names their payload type (H.245 §B.2.2.9); until it has, it is taken to be ours. */
function sentTelephoneEvent(remote: RemoteCapabilities | null): {
  readonly sentTelephoneEvent?: AudioFormat | null;
} {
  const payloadType = remote?.telephoneEventPayloadType;
  if (payloadType === undefined || payloadType === TELEPHONE_EVENT.payloadType) return {};
  return { sentTelephoneEvent: payloadType === null ? null : { ...TELEPHONE_EVENT, payloadType } };
}

/** True where the peer wants our sound sent to ourselves: an echo that never ends. */
export function isOurOwn(address: MediaAddress | null | undefined, { rtp, rtcp }: LocalMedia): boolean {
  if (!address) return false;
  return [rtp, rtcp].some((own) => own.address === address.address && own.port === address.port);
}

/**
 * Media is sent to the peer of the signaling connection only: whatever it says about third parties, nobody
 * can be flooded through us. Where its media truly comes from elsewhere (behind address translation, or through
 * a gatekeeper that routes signaling), that address is learned from its packets.
 */
function atPeer(address: MediaAddress, peerAddress: string): MediaAddress {
  return { address: peerAddress, port: address.port };
}

function isUsable(address: MediaAddress | null | undefined): address is MediaAddress {
  return !!address && address.port !== 0 && address.address !== '0.0.0.0' && address.address !== '::';
}

/** Frames of a packet are the most that may come in one, not what the peer hopes for. */
function packetTimeMs(maxFrames: number, preferredMs: number): number {
  return Math.min(MAX_PACKET_TIME_MS, Math.max(MIN_PACKET_TIME_MS, Math.min(maxFrames, preferredMs)));
}

function directionOf(isReceiving: boolean, isSending: boolean): MediaDirection {
  if (isReceiving) return isSending ? 'sendrecv' : 'recvonly';
  return isSending ? 'sendonly' : 'inactive';
}
