import { CallFailure } from '../call-failure.ts';
import type {
  AudioCapabilities,
  AudioFormat,
  MediaDirection,
  MediaSecurity,
  NegotiatedAudio,
} from '../session-description.ts';
import { describeFormats, isAuxiliary, isSameCoding, parseAudioFormats } from './audio-formats.ts';
import { answerHandshake, BROWSER_PROFILES, type LocalCredentials } from './browser-media.ts';
import type { Crypto } from './crypto-choice.ts';
import { findAttribute, type SdpMedia, type SdpSession } from './description.ts';
import { intersectDirections, isAddressLearned, reverseDirection, statedDirection } from './direction.ts';
import { requestedExtendedReports } from './extended-reports.ts';
import { asksForMediaLoopback } from './loopback.ts';
import { isHeldConnection, remoteAddresses } from './media-address.ts';
import { acceptEncryption, answerEncryption, type LocalKeys } from './media-encryption.ts';
import { parseDecimal } from './parse.ts';

/** Whose order of codecs counts in our answer. RFC 3264 §6.1 recommends the offerer's. */
export type CodecPreference = 'local' | 'remote';

export interface NegotiationOptions {
  readonly capabilities: AudioCapabilities;
  readonly preference: CodecPreference;
  /** What we are willing to do; `sendrecv` unless we hold. */
  readonly direction: MediaDirection;
  /** The place of the audio stream agreed on before, which a re-offer keeps (RFC 3264 §8); null at first. */
  readonly audioIndex: number | null;
  /** Our own keys for media. */
  readonly keys: LocalKeys;
  readonly credentials: LocalCredentials;
  /** What was agreed with a browser before; an answer to a later offer of ours changes nothing about it. */
  readonly handshake: MediaSecurity | null;
}

/** Which stream of a description was chosen, and what was agreed about it. */
export interface NegotiatedStream {
  readonly index: number;
  readonly audio: NegotiatedAudio;
}

const PROFILES: readonly string[] = ['RTP/AVP', 'RTP/AVPF', 'RTP/SAVP', 'RTP/SAVPF', ...BROWSER_PROFILES];
const MIN_PACKET_TIME_MS = 10;
const MAX_PACKET_TIME_MS = 60;
const OPUS_PACKET_TIME_MS = 20;
const EVENT_CLOCK_RATE_HZ = 8000;

/**
 * Matches an offer with what we can do: the first acceptable audio stream (RFC 3264 §6).
 * @throws CallFailure `no-audio-offered`, `no-common-codec` or one of encryption, with what was offered in words.
 */
export function negotiateOffer(offer: SdpSession, options: NegotiationOptions): NegotiatedStream {
  let failure: CallFailure | null = null;
  for (const index of candidateOrder(offer, options.audioIndex)) {
    const media = offer.media[index];
    if (media?.type !== 'audio' || media.port === 0) {
      continue;
    }
    try {
      return { index, audio: negotiateMedia(offer, media, options) };
    } catch (error) {
      if (!(error instanceof CallFailure)) {
        throw error;
      }
      failure ??= error;
    }
  }
  throw failure ?? new CallFailure('no-audio-offered', describeAbsence(offer));
}

function candidateOrder(offer: SdpSession, audioIndex: number | null): number[] {
  const order = offer.media.map((_, index) => index);
  return audioIndex === null ? order : [audioIndex, ...order.filter((index) => index !== audioIndex)];
}

function describeAbsence(offer: SdpSession): string {
  const offered = offer.media.map((media) => `${media.type} (port ${media.port})`).join(', ');
  return `the offer has no audio stream in use; it has ${offered === '' ? 'no stream at all' : offered}`;
}

function negotiateMedia(offer: SdpSession, media: SdpMedia, options: NegotiationOptions): NegotiatedAudio {
  // RFC 4585 §5: AVPF is AVP with more feedback, answered with the profile offered; so are SAVP and SAVPF.
  if (!PROFILES.includes(media.protocol)) {
    throw new CallFailure(
      'no-common-codec',
      `audio is offered over ${media.protocol}; accepted are ${PROFILES.join(', ')}`,
    );
  }
  const offered = parseAudioFormats(media);
  const format = chooseFormat(offered, options);
  if (format === null) {
    throw new CallFailure(
      'no-common-codec',
      `audio is offered as ${describeFormats(offered)}; accepted are ${describeFormats(options.capabilities.formats)}`,
    );
  }
  const stream = {
    ...describeStream(offer, media, offered, format, [format], options),
    ...(asksForMediaLoopback(media.attributes) ? { isLoopbackAsked: true } : {}),
  };
  if (!BROWSER_PROFILES.includes(media.protocol)) {
    const security = answerEncryption(media, options.capabilities.encryption ?? 'off', options.keys);
    return { ...stream, security };
  }
  const security = answerHandshake(offer, media, options.capabilities, options.credentials);
  // RFC 8839 §4.2.5: what stands in c= is no address to send to; ICE finds that.
  const direction = intersectDirections(reverseDirection(statedBy(offer, media)), options.direction);
  return { ...stream, direction, remoteRtp: null, remoteRtcp: null, isRtcpMultiplexed: true, security };
}

/** The one codec of the call, with the offer's payload type (RFC 3264 §6.1). */
function chooseFormat(offered: readonly AudioFormat[], options: NegotiationOptions): AudioFormat | null {
  const ours = options.capabilities.formats;
  if (options.preference === 'remote') {
    return offered.find((format) => !isAuxiliary(format) && isAmong(format, ours)) ?? null;
  }
  for (const own of ours) {
    const format = isAuxiliary(own) ? undefined : offered.find((candidate) => isSameCoding(candidate, own));
    if (format !== undefined) {
      return format;
    }
  }
  return null;
}

function isAmong(format: AudioFormat, formats: readonly AudioFormat[]): boolean {
  return formats.some((candidate) => isSameCoding(candidate, format));
}

/**
 * Reads the answer to our offer: what we send in, and what we may get (RFC 3264 §7).
 * `offered` are the formats of our offer with the payload types we gave them, `offeredKeys` its keys.
 * @throws CallFailure `no-audio-offered`, `no-common-codec`, `media-encryption-required` or `no-common-media-encryption` when the
 *   answer refuses or does not fit.
 */
export function negotiateAnswer(
  answer: SdpSession,
  index: number,
  offered: readonly AudioFormat[],
  offeredKeys: readonly Crypto[],
  options: NegotiationOptions,
): NegotiatedAudio {
  const media = answer.media[index];
  if (media?.type !== 'audio') {
    throw new CallFailure('no-audio-offered', 'the answer has no audio stream where the offer had one');
  }
  if (media.port === 0) {
    throw new CallFailure('no-audio-offered', 'the answer refuses the audio stream');
  }
  const answered = parseAudioFormats(media);
  const format = answered.find((candidate) => !isAuxiliary(candidate) && isAmong(candidate, offered));
  if (format === undefined) {
    throw new CallFailure(
      'no-common-codec',
      `the answer has ${describeFormats(answered)}; offered were ${describeFormats(offered)}`,
    );
  }
  // RFC 3264 §5.1: they send with the payload types of our offer, we with those of their answer.
  const received = offered.filter((own) => !isAuxiliary(own) && isAmong(own, answered));
  const { handshake } = options;
  if (handshake !== null) {
    const stream = describeStream(answer, media, answered, format, received, options);
    return { ...stream, remoteRtp: null, remoteRtcp: null, isRtcpMultiplexed: true, security: handshake };
  }
  const security = acceptEncryption(media, options.capabilities.encryption ?? 'off', offeredKeys);
  return { ...describeStream(answer, media, answered, format, received, options), security };
}

function describeStream(
  session: SdpSession,
  media: SdpMedia,
  theirs: readonly AudioFormat[],
  format: AudioFormat,
  receiveFormats: readonly AudioFormat[],
  options: NegotiationOptions,
): NegotiatedAudio {
  const { rtp, rtcp, isRtcpMultiplexed } = remoteAddresses(session, media);
  return {
    format,
    receiveFormats,
    telephoneEvent: findEvents(theirs, format, options.capabilities),
    comfortNoise: findAuxiliary('CN', theirs, format.clockRateHz, options.capabilities),
    direction: localDirection(session, media, options.direction),
    remoteRtp: rtp,
    remoteRtcp: rtcp,
    isRtcpMultiplexed,
    packetTimeMs: packetTime(media, format, options.capabilities.packetTimeMs),
    isAddressLearned: isAddressLearned(media.attributes) || isAddressLearned(session.attributes),
    extendedReports:
      options.capabilities.hasExtendedReports === true
        ? requestedExtendedReports(media.attributes, session.attributes)
        : null,
  };
}

/** RFC 4733 §2.1 and RFC 3389 §4: both share the codec's time stamps, so their clock rate is the codec's. */
function findAuxiliary(
  encodingName: string,
  theirs: readonly AudioFormat[],
  clockRateHz: number,
  capabilities: AudioCapabilities,
): AudioFormat | null {
  const isWanted = (candidate: AudioFormat): boolean =>
    candidate.encodingName === encodingName && candidate.clockRateHz === clockRateHz;
  return capabilities.formats.some(isWanted) ? (theirs.find(isWanted) ?? null) : null;
}

/** Many phones offer events at 8 kHz alone, beside Opus too: better those than no keys. */
function findEvents(
  theirs: readonly AudioFormat[],
  { clockRateHz }: AudioFormat,
  capabilities: AudioCapabilities,
): AudioFormat | null {
  const find = (rateHz: number): AudioFormat | null =>
    findAuxiliary('telephone-event', theirs, rateHz, capabilities);
  return find(clockRateHz) ?? find(EVENT_CLOCK_RATE_HZ);
}

/** Our side of the stream: theirs reversed, less what we are unwilling to do, less what a held address forbids. */
function localDirection(session: SdpSession, media: SdpMedia, willing: MediaDirection): MediaDirection {
  const direction = intersectDirections(reverseDirection(statedBy(session, media)), willing);
  const connection = media.connection ?? session.connection;
  return connection !== null && isHeldConnection(connection)
    ? intersectDirections(direction, 'recvonly')
    : direction;
}

function statedBy(session: SdpSession, media: SdpMedia): MediaDirection {
  return statedDirection(media.attributes) ?? statedDirection(session.attributes) ?? 'sendrecv';
}

/**
 * RFC 8866 §6.4: their ptime, no more than their maxptime, in whole tens within what we send. Opus goes out a frame of
 * 20 ms a packet, which RFC 7587 §7 lets a sender choose.
 */
function packetTime(media: SdpMedia, format: AudioFormat, preferredMs: number): number {
  if (format.encodingName === 'opus') return OPUS_PACKET_TIME_MS;
  const packetTimeMs = statedTime(media, 'ptime') ?? preferredMs;
  const maximumMs = Math.min(statedTime(media, 'maxptime') ?? MAX_PACKET_TIME_MS, MAX_PACKET_TIME_MS);
  const boundedMs = Math.min(packetTimeMs, maximumMs);
  return Math.max(MIN_PACKET_TIME_MS, boundedMs - (boundedMs % 10));
}

function statedTime(media: SdpMedia, name: string): number | null {
  const value = findAttribute(media.attributes, name)?.value;
  return value ? parseDecimal(value.trim(), 10_000) || null : null;
}
