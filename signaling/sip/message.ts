import { type CSeq, parseCSeq } from './c-seq.ts';
import { type ContentType, parseContentType } from './content-type.ts';
import { parseDecimal, splitList } from './grammar.ts';
import { SipHeaders } from './headers.ts';
import { type NameAddress, parseNameAddress, parseNameAddressList } from './name-address.ts';
import { parseUri, type SipUri } from './uri.ts';
import { parseViaList, type Via } from './via.ts';

const NO_BODY = new Uint8Array(0);

/** A header asked for as a structure is missing or breaks its grammar. Parsed messages never raise it. */
export class SipHeaderError extends Error {
  readonly headerName: string;

  constructor(headerName: string) {
    super(`${headerName} is missing or malformed`);
    this.name = 'SipHeaderError';
    this.headerName = headerName;
  }
}

/**
 * What requests and responses share. Structures are made when first asked for and remembered with their
 * header field, so that changing a header changes them too. Their getters throw {@link SipHeaderError} on a
 * header that is missing or malformed; `parseMessage` lets no such message through.
 */
export abstract class SipMessage {
  readonly headers: SipHeaders;
  body: Uint8Array;

  constructor(headers: SipHeaders = new SipHeaders(), body: Uint8Array = NO_BODY) {
    this.headers = headers;
    this.body = body;
  }

  get vias(): readonly Via[] {
    return required('Via', this.headers.structures('Via', parseViaList));
  }

  get topVia(): Via {
    return required('Via', this.headers.structure('Via', parseViaList)?.[0]);
  }

  /** Rewrites the first Via element, for `received` and `rport`; the others stay as they were written. */
  set topVia(via: Via) {
    const [first = '', ...others] = splitList(this.headers.get('Via') ?? '');
    if (first === '') this.headers.prepend('Via', via.toString());
    else this.headers.setFirst('Via', [via.toString(), ...others].join(', '));
  }

  get from(): NameAddress {
    return required('From', this.headers.structure('From', parseNameAddress));
  }

  get to(): NameAddress {
    return required('To', this.headers.structure('To', parseNameAddress));
  }

  get callId(): string {
    return required('Call-ID', this.headers.get('Call-ID'));
  }

  get cSeq(): CSeq {
    return required('CSeq', this.headers.structure('CSeq', parseCSeq));
  }

  get contacts(): readonly NameAddress[] {
    return required('Contact', this.headers.structures('Contact', parseNameAddressList));
  }

  get routes(): readonly NameAddress[] {
    return required('Route', this.headers.structures('Route', parseNameAddressList));
  }

  get recordRoutes(): readonly NameAddress[] {
    return required('Record-Route', this.headers.structures('Record-Route', parseNameAddressList));
  }

  /** Null if there is none. */
  get maxForwards(): number | null {
    const value = this.headers.structure('Max-Forwards', parseMaxForwards);
    return value === undefined ? null : required('Max-Forwards', value);
  }

  /** The Content-Length header's bytes; null if there is none. What is written is always the body's length. */
  get contentLength(): number | null {
    const value = this.headers.structure('Content-Length', parseContentLength);
    return value === undefined ? null : required('Content-Length', value);
  }

  /** Null if there is none. */
  get contentType(): ContentType | null {
    return this.headers.has('Content-Type')
      ? required('Content-Type', this.headers.structure('Content-Type', parseContentType))
      : null;
  }

  /** Option tags, lower case. */
  get require(): readonly string[] {
    return this.tokens('Require');
  }

  /** Option tags, lower case. */
  get supported(): readonly string[] {
    return this.tokens('Supported');
  }

  /** Methods, as written: they are case-sensitive (RFC 3261 §7.1). */
  get allow(): readonly string[] {
    return this.headers.structures('Allow', parseTokenList) ?? [];
  }

  /** The elements of a comma list of option tags or other case-insensitive tokens, lower case. */
  tokens(name: string): readonly string[] {
    const tokens = this.headers.structures(name, parseTokenList) ?? [];
    return tokens.map((token) => token.toLowerCase());
  }
}

export class SipRequest extends SipMessage {
  readonly method: string;
  /** As written. */
  readonly requestUri: string;
  #uri: SipUri | null | undefined = undefined;

  constructor(method: string, requestUri: string, headers?: SipHeaders, body?: Uint8Array) {
    super(headers, body);
    this.method = method;
    this.requestUri = requestUri;
  }

  get uri(): SipUri {
    return required('Request-URI', this.parsedUri);
  }

  /** Null for a Request-URI that breaks the grammar of its scheme. */
  get parsedUri(): SipUri | null {
    if (this.#uri === undefined) this.#uri = parseUri(this.requestUri);
    return this.#uri;
  }
}

export class SipResponse extends SipMessage {
  /** 100 to 699. */
  readonly statusCode: number;
  readonly reasonPhrase: string;

  constructor(statusCode: number, reasonPhrase: string, headers?: SipHeaders, body?: Uint8Array) {
    super(headers, body);
    this.statusCode = statusCode;
    this.reasonPhrase = reasonPhrase;
  }
}

/** RFC 3261 §8.1.1.6. */
export const DEFAULT_MAX_FORWARDS = 70;

/** RFC 3261 §20.22: 0 to 255. */
export function parseMaxForwards(value: string): number | null {
  return parseDecimal(value, 255);
}

export function parseContentLength(value: string): number | null {
  return parseDecimal(value, Number.MAX_SAFE_INTEGER);
}

function parseTokenList(value: string): string[] {
  return splitList(value).filter((token) => token !== '');
}

function required<T>(headerName: string, structure: T | null | undefined): T {
  if (structure === null || structure === undefined) throw new SipHeaderError(headerName);
  return structure;
}
