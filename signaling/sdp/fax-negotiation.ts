import { detachTexts } from '../detached-text.ts';
import type { FaxDescription } from '../session-description.ts';
import type { SdpMedia, SdpSession } from './description.ts';
import { remoteAddresses } from './media-address.ts';
import type { OfferAnswer } from './offer-answer.ts';
import { parseDescription } from './parse-description.ts';
import { refuseAllBut } from './refused-streams.ts';

/** ITU-T T.38 D.2.3: `m=image 4000 udptl t38`. */
const MEDIA_TYPE = 'image';
const PROTOCOL = 'udptl';
const FORMAT = 't38';
const PARAMETER_PREFIX = 'T38';

interface FoundFax {
  readonly index: number;
  readonly description: FaxDescription;
}

/**
 * Fax in place of sound, within the exchange of offers and answers that sound has (ITU-T T.38 Annex D.2). What was
 * agreed on about sound is kept for when it comes back.
 */
export class FaxNegotiation {
  readonly #offerAnswer: OfferAnswer;
  #answer: readonly (SdpMedia | null)[] = [];

  constructor(offerAnswer: OfferAnswer) {
    this.#offerAnswer = offerAnswer;
  }

  /**
   * Takes an offer of fax; `createAnswer` or `reject` must follow. Null where it offers none, or sound besides.
   * @throws CallFailure `malformed-offer`, `no-audio-offered` for an address that cannot be sent to
   */
  receiveOffer(body: Uint8Array): FaxDescription | null {
    const offer = parseDescription(body, 'offer');
    const { layout } = this.#offerAnswer;
    const hasAudio = offer.media.some(({ type, port }) => type === 'audio' && port !== 0);
    const fax = layout === null || hasAudio ? null : findFax(offer);
    if (fax === null || layout === null) return null;
    this.#answer = refuseAllBut(fax.index, offer);
    const isLonger = offer.media.length > layout.streams.length;
    if (isLonger) this.#offerAnswer.extendLayout(refuseAllBut(layout.audioIndex, offer));
    this.#offerAnswer.otherOffer = 'remote-offer';
    return fax.description;
  }

  createAnswer(local: FaxDescription): string {
    this.#offerAnswer.otherOffer = null;
    return this.#write(local, this.#answer);
  }

  reject(): void {
    this.#offerAnswer.otherOffer = null;
  }

  /** Ours stands where the audio stood. */
  createOffer(local: FaxDescription): string {
    this.#offerAnswer.otherOffer = 'local-offer';
    return this.#write(local, this.#offerAnswer.layout?.streams ?? [null]);
  }

  /** Null where the other side takes no fax. @throws CallFailure as `receiveOffer` */
  receiveAnswer(body: Uint8Array): FaxDescription | null {
    this.#offerAnswer.otherOffer = null;
    return findFax(parseDescription(body, 'answer'))?.description ?? null;
  }

  #write({ remote, parameters }: FaxDescription, streams: readonly (SdpMedia | null)[]): string {
    const fax: SdpMedia = {
      type: MEDIA_TYPE,
      port: remote.port,
      portCount: 1,
      protocol: PROTOCOL,
      formats: [FORMAT],
      connection: null,
      lines: [],
      attributes: parameters.map((parameter) => {
        const [name = '', ...value] = parameter.split(':');
        return { name, value: value.length === 0 ? null : value.join(':') };
      }),
    };
    return this.#offerAnswer.writeOther(
      remote.address,
      streams.map((stream) => stream ?? fax),
    );
  }
}

function findFax(session: SdpSession): FoundFax | null {
  const index = session.media.findIndex(isFax);
  const media = session.media[index];
  if (media === undefined) return null;
  const remote = remoteAddresses(session, media).rtp;
  if (remote === null) return null;
  const parameters = media.attributes
    .filter(({ name }) => name.toUpperCase().startsWith(PARAMETER_PREFIX))
    .map(({ name, value }) => (value === null ? name : `${name}:${value}`));
  return { index, description: { remote, parameters: detachTexts(parameters) } };
}

function isFax({ type, port, protocol, formats }: SdpMedia): boolean {
  const isT38 = formats.some((format) => format.toLowerCase() === FORMAT);
  return type === MEDIA_TYPE && port !== 0 && protocol.toLowerCase() === PROTOCOL && isT38;
}
