import type {
  AudioCapabilities,
  AudioFormat,
  EncryptionPolicy,
  LocalMedia,
  MediaDirection,
  NegotiatedAudio,
} from '../session-description.ts';
import { type Agreement, handshakeOf, type SessionLayout } from './agreement.ts';
import { createAudioMedia } from './audio-description.ts';
import { browserAttributes, browserSessionAttributes, LocalCredentials, mediaIdOf } from './browser-media.ts';
import type { Crypto } from './crypto-choice.ts';
import type { SdpMedia } from './description.ts';
import { DescriptionWriter } from './description-writer.ts';
import {
  arrangeStreams,
  describeFurther,
  labelOf,
  negotiateFurther,
  type TakenStream,
} from './further-streams.ts';
import { answerLines, LocalKeys, offerEncryption, serializeLines } from './media-encryption.ts';
import {
  type CodecPreference,
  type NegotiationOptions,
  negotiateAnswer,
  negotiateOffer,
} from './negotiate.ts';
import { describeAgreed, describeCapabilities } from './own-formats.ts';
import { parseDescription } from './parse-description.ts';
import { refuseAllBut, removedStream } from './refused-streams.ts';

/** Whose offer waits for an answer, if any (RFC 3264 §4: one at a time). */
export type OfferAnswerState = 'stable' | 'remote-offer' | 'local-offer';

export interface OfferAnswerOptions {
  readonly capabilities: AudioCapabilities;
  readonly preference: CodecPreference;
  /** Ours, where several states stand for one offer that was sent; else each has its own. */
  readonly keys?: LocalKeys;
}

const NO_TIMING = '0 0';
const ONLY_AUDIO: readonly null[] = [null];

/**
 * The offer/answer state of one dialog (RFC 3264): what was agreed, what waits for an answer, and the
 * version of our description. An exchange that fails leaves the agreement before it untouched (§8).
 */
export class OfferAnswer {
  readonly #options: OfferAnswerOptions;
  #agreement: Agreement | null = null;
  #proposed: Agreement | null = null;
  #offeredFormats: readonly AudioFormat[] | null = null;
  #offeredKeys: readonly Crypto[] = [];
  readonly #keys: LocalKeys;
  readonly #credentials = new LocalCredentials();
  #willing: MediaDirection = 'sendrecv';
  /** Whether further audio streams are taken beside the first, as of those who have calls recorded (RFC 7866). */
  takesFurther = false;
  readonly #writer: DescriptionWriter;
  /** Whose offer of something else than sound waits for its answer; `FaxNegotiation` says so. */
  otherOffer: 'remote-offer' | 'local-offer' | null = null;

  /** `sessionId`: digits, unique among our sessions (RFC 8866 §5.2). */
  constructor(sessionId: string, options: OfferAnswerOptions) {
    this.#writer = new DescriptionWriter(sessionId);
    this.#options = options;
    this.#keys = options.keys ?? new LocalKeys();
  }

  get state(): OfferAnswerState {
    if (this.otherOffer !== null) return this.otherOffer;
    if (this.#proposed !== null) return 'remote-offer';
    return this.#offeredFormats === null ? 'stable' : 'local-offer';
  }

  /** What was agreed last, or null before the first exchange is complete. */
  get audio(): NegotiatedAudio | null {
    return this.#agreement?.audio ?? null;
  }

  /** What the offer received came to, while it waits for our answer. */
  get proposed(): NegotiatedAudio | null {
    return this.#proposed?.audio ?? null;
  }

  /** What we do with the stream from the next description on: `sendonly` or `inactive` to hold. */
  set willingDirection(direction: MediaDirection) {
    this.#willing = direction;
  }

  get willingDirection(): MediaDirection {
    return this.#willing;
  }

  /** Every stream taken, in the order of the description; those of an offer that waits for its answer first. */
  get taken(): readonly TakenStream[] {
    const agreement = this.#proposed ?? this.#agreement;
    if (agreement === null) return [];
    const { audioIndex: index, audio, label, further } = agreement;
    return [{ index, audio, label }, ...further].sort((one, other) => one.index - other.index);
  }

  /**
   * Takes the other side's offer; `createAnswer` or `rejectOffer` must follow.
   * @throws CallFailure `malformed-offer`, `no-audio-offered`, `no-common-codec`; the state is as before.
   */
  receiveOffer(body: Uint8Array | string): NegotiatedAudio {
    const offer = parseDescription(body, 'offer');
    const removed = this.#agreement && removedStream(offer, this.#agreement);
    const { index, audio } = removed ?? negotiateOffer(offer, this.#negotiationOptions());
    this.#proposed = {
      audio,
      label: labelOf(offer.media[index]),
      further: this.takesFurther ? negotiateFurther(offer, index, this.#negotiationOptions()) : [],
      audioIndex: index,
      isRemoved: removed !== null,
      streams: offer.media.length === 1 ? ONLY_AUDIO : refuseAllBut(index, offer),
      protocol: offer.media[index]?.protocol ?? 'RTP/AVP',
      mediaId: mediaIdOf(offer.media[index]),
      timing: offer.timing,
    };
    return audio;
  }

  /** The answer to the offer received; from here on it is what was agreed. */
  createAnswer(local: LocalMedia): string {
    const agreement = this.#proposed;
    if (agreement === null) throw new Error('createAnswer without an offer');
    this.#proposed = null;
    this.#agreement = agreement;
    const { audio } = agreement;
    const formats = describeAgreed(audio, this.#options.capabilities);
    const lines = audio.security === undefined ? [] : answerLines(audio.security, this.#keys);
    return this.#write(local, agreement, formats, lines, audio.direction, audio.isRtcpMultiplexed);
  }

  /** The offer was refused (488, 491, …): RFC 3264 §8, the session goes on as it was. */
  rejectOffer(): void {
    this.#proposed = null;
  }

  /** Our offer: all we can do at first, what was agreed on afterwards (RFC 3264 §8.3.2). */
  createOffer(local: LocalMedia): string {
    const agreement = this.#agreement;
    const { capabilities } = this.#options;
    const formats =
      agreement === null ? describeCapabilities(capabilities) : describeAgreed(agreement.audio, capabilities);
    this.#offeredFormats = formats;
    this.#offeredKeys = offerEncryption(this.#encryption, agreement?.audio.security ?? null, this.#keys);
    const isMultiplexed =
      agreement === null ? local.rtcp.port === local.rtp.port : agreement.audio.isRtcpMultiplexed;
    return this.#write(local, agreement, formats, this.#offeredKeys, this.#willing, isMultiplexed);
  }

  /**
   * Takes the answer to our offer.
   * @throws CallFailure as `receiveOffer`; our offer then counts as refused.
   */
  receiveAnswer(body: Uint8Array | string): NegotiatedAudio {
    const offered = this.#offeredFormats;
    if (offered === null) throw new Error('receiveAnswer without an offer');
    this.#offeredFormats = null;
    const answer = parseDescription(body, 'answer');
    const before = this.#agreement;
    // RFC 3264 §6: what was offered with port 0 can only be answered so.
    if (before?.isRemoved) return before.audio;
    const audioIndex = before?.audioIndex ?? 0;
    const audio = negotiateAnswer(answer, audioIndex, offered, this.#offeredKeys, this.#negotiationOptions());
    this.#agreement = {
      audio,
      label: '',
      further: before?.further ?? [],
      audioIndex,
      isRemoved: false,
      streams: before?.streams ?? ONLY_AUDIO,
      protocol: before?.protocol ?? this.#ownProtocol,
      mediaId: before?.mediaId ?? null,
      timing: before?.timing ?? NO_TIMING,
    };
    return audio;
  }

  /**
   * What the answer to our offer will be, from a provisional response that may be lost (RFC 3261 §13.2.1);
   * the state stays as it is.
   * @throws CallFailure as `receiveOffer`.
   */
  previewAnswer(body: Uint8Array | string): NegotiatedAudio {
    const index = this.#agreement?.audioIndex ?? 0;
    const answer = parseDescription(body, 'answer');
    const options = this.#negotiationOptions();
    return negotiateAnswer(answer, index, this.#offeredFormats ?? [], this.#offeredKeys, options);
  }

  /** Our offer was refused or its request failed. */
  withdrawOffer(): void {
    this.#offeredFormats = null;
    this.otherOffer = null;
  }

  /** The place of the audio, and every `m=` line beside it; null before there is an agreement. */
  get layout(): SessionLayout | null {
    return this.#agreement;
  }

  /** Writes another stream in the place of the audio, or where `media` has it; the lines there were stay. */
  writeOther(address: string, media: readonly SdpMedia[]): string {
    return this.#writer.write({
      address,
      timing: this.#agreement?.timing ?? NO_TIMING,
      attributes: [],
      media,
    });
  }

  /** The other side has named more streams than there were: lines never go away (RFC 3264 §8). */
  extendLayout(streams: SessionLayout['streams']): void {
    if (this.#agreement !== null) this.#agreement = { ...this.#agreement, streams };
  }

  #negotiationOptions(): NegotiationOptions {
    return {
      capabilities: this.#options.capabilities,
      preference: this.#options.preference,
      direction: this.#willing,
      audioIndex: this.#agreement?.audioIndex ?? null,
      keys: this.#keys,
      credentials: this.#credentials,
      handshake: handshakeOf(this.#agreement),
    };
  }

  #describeFurther(local: LocalMedia, agreement: Agreement | null): ReadonlyMap<number, SdpMedia> {
    return describeFurther(agreement?.further ?? [], local, this.#options.capabilities, this.#keys);
  }

  get #encryption(): EncryptionPolicy {
    return this.#options.capabilities.encryption ?? 'off';
  }

  /** RFC 8643 §3.1: keys beside a plain profile are for those who can use them. */
  get #ownProtocol(): string {
    return this.#encryption === 'required' ? 'RTP/SAVP' : 'RTP/AVP';
  }

  /** RFC 3611 §5.2: asked for in an offer; in an answer where the offer did, so that old devices see nothing new. */
  #asksForReports(agreement: Agreement | null): boolean {
    if (agreement !== null) return (agreement.audio.extendedReports ?? null) !== null;
    return this.#options.capabilities.hasExtendedReports === true;
  }

  #write(
    local: LocalMedia,
    agreement: Agreement | null,
    formats: readonly AudioFormat[],
    keys: readonly Crypto[],
    direction: MediaDirection,
    isRtcpMultiplexed: boolean,
  ): string {
    const { mediaId = null } = agreement ?? {};
    const handshake = handshakeOf(agreement);
    const audio = createAudioMedia({
      media: local,
      protocol: agreement?.protocol ?? this.#ownProtocol,
      formats,
      crypto: serializeLines(keys),
      browser: handshake === null ? [] : browserAttributes(handshake, local.rtp, mediaId),
      direction,
      packetTimeMs: agreement?.audio.packetTimeMs ?? this.#options.capabilities.packetTimeMs,
      isRtcpMultiplexed,
      hasExtendedReports: this.#asksForReports(agreement),
      isMirror: local.isMirror === true && agreement?.audio.isLoopbackAsked === true,
    });
    return this.#writer.write({
      address: local.rtp.address,
      timing: agreement?.timing ?? NO_TIMING,
      attributes: handshake === null ? [] : browserSessionAttributes(mediaId),
      media: arrangeStreams(agreement, audio, this.#describeFurther(local, agreement)),
    });
  }
}
