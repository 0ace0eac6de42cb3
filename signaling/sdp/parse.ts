import type { SdpAttribute, SdpConnection, SdpLine, SdpMedia, SdpOrigin, SdpSession } from './description.ts';
import { SdpError } from './sdp-error.ts';

export interface SdpLimits {
  readonly maxBytes: number;
  readonly maxMedia: number;
  /** Lines of all kinds, attributes for the most part. */
  readonly maxLines: number;
}

export const SDP_LIMITS: SdpLimits = { maxBytes: 65_536, maxMedia: 32, maxLines: 1_024 };

/** A section under construction: the session's, or that of one `m=` line. */
interface Section {
  connection: SdpConnection | null;
  readonly lines: SdpLine[];
  readonly attributes: SdpAttribute[];
}

interface OpenMedia extends Section {
  readonly type: string;
  readonly port: number;
  readonly portCount: number;
  readonly protocol: string;
  readonly formats: readonly string[];
}

const A = 0x61;
const C = 0x63;
const M = 0x6d;
const T = 0x74;
const EQUALS = 0x3d;
const CARRIAGE_RETURN = 0x0d;

/**
 * Parses a session description (RFC 8866). Strict about every line that is interpreted, tolerant as §5 asks
 * about line ends, and about the order of lines within a section.
 * @throws SdpError and nothing else.
 */
export function parseSdp(source: Uint8Array | string, limits: SdpLimits = SDP_LIMITS): SdpSession {
  if (source.length > limits.maxBytes) {
    throw new SdpError(
      'over-limit',
      `a session description of ${source.length} bytes; ${limits.maxBytes} are accepted`,
    );
  }
  return new SdpParser(typeof source === 'string' ? source : decode(source), limits).parse();
}

function decode(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}

class SdpParser {
  readonly #text: string;
  readonly #limits: SdpLimits;
  #position = 0;
  #lineNumber = 0;
  readonly #session: Section = { connection: null, lines: [], attributes: [] };
  #section: Section = this.#session;
  #timing: string | null = null;
  readonly #media: OpenMedia[] = [];

  constructor(text: string, limits: SdpLimits) {
    this.#text = text;
    this.#limits = limits;
  }

  parse(): SdpSession {
    // RFC 8866 §5: these three come first, in this order.
    const version = this.#takeRequired('v');
    if (version !== '0') {
      throw this.#malformed('v', `version ${excerpt(version)} instead of 0`);
    }
    const origin = this.#parseOrigin(this.#takeRequired('o'));
    const sessionName = this.#takeRequired('s');
    for (let line = this.#takeLine(); line !== null; line = this.#takeLine()) {
      this.#interpret(line);
    }
    if (this.#timing === null) {
      throw new SdpError('missing-line', 'the session description has no t= line');
    }
    const { connection, lines, attributes } = this.#session;
    return {
      origin,
      sessionName,
      connection,
      timing: this.#timing,
      lines,
      attributes,
      media: this.#checkedMedia(),
    };
  }

  /** RFC 8866 §5.7: a c= line for the session, or one for each stream. A refused stream needs none. */
  #checkedMedia(): readonly SdpMedia[] {
    for (const media of this.#media) {
      if (media.connection === null && this.#session.connection === null && media.port !== 0) {
        throw new SdpError('missing-line', `no c= line applies to m=${excerpt(media.type)}`);
      }
    }
    return this.#media;
  }

  /** The next line without its end, or null after the last. Blank lines are allowed at the very end only. */
  #takeLine(): string | null {
    const text = this.#text;
    const start = this.#position;
    if (start >= text.length) {
      return null;
    }
    let end = text.indexOf('\n', start);
    if (end === -1) {
      end = text.length;
    }
    this.#position = end + 1;
    this.#lineNumber += 1;
    if (end > start && text.charCodeAt(end - 1) === CARRIAGE_RETURN) {
      end -= 1;
    }
    if (end === start && text.slice(start).trim() === '') {
      this.#position = text.length;
      return null;
    }
    if (this.#lineNumber > this.#limits.maxLines) {
      throw new SdpError('over-limit', `more than ${this.#limits.maxLines} lines`);
    }
    const line = text.slice(start, end);
    if (
      end < start + 2 ||
      line.charCodeAt(1) !== EQUALS ||
      !isLetter(line.charCodeAt(0)) ||
      hasControl(line)
    ) {
      throw new SdpError(
        'malformed-line',
        `"${excerpt(line)}" is not of the form type=value`,
        this.#lineNumber,
      );
    }
    return line;
  }

  #takeRequired(type: string): string {
    const line = this.#takeLine();
    if (line?.[0] !== type) {
      throw new SdpError('missing-line', `the ${type}= line is missing`, this.#lineNumber);
    }
    return line.slice(2);
  }

  #interpret(line: string): void {
    const section = this.#section;
    switch (line.charCodeAt(0)) {
      case A:
        section.attributes.push(this.#parseAttribute(line));
        return;
      case C:
        this.#interpretConnection(line.slice(2));
        return;
      case M:
        this.#openMedia(line.slice(2));
        return;
      case T:
        if (section === this.#session && this.#timing === null) {
          this.#timing = this.#parseTiming(line.slice(2));
          return;
        }
        break;
      default:
        break;
    }
    section.lines.push({ type: line.charAt(0), value: line.slice(2) });
  }

  #parseAttribute(line: string): SdpAttribute {
    const colon = line.indexOf(':');
    if (line.length === 2 || colon === 2) {
      throw this.#malformed('a', 'the attribute has no name');
    }
    return colon === -1
      ? { name: line.slice(2), value: null }
      : { name: line.slice(2, colon), value: line.slice(colon + 1) };
  }

  #interpretConnection(value: string): void {
    const [networkType, addressType, address, ...rest] = value.trimEnd().split(' ');
    if (!networkType || !addressType || !address || rest.length > 0) {
      throw this.#malformed('c', `"${excerpt(value)}" is not "IN IP4 address"`);
    }
    const section = this.#section;
    if (section.connection === null) {
      section.connection = { networkType, addressType, address };
    } else if (section === this.#session) {
      throw this.#malformed('c', 'a second c= line for the session');
    } else {
      // Grammar of §9: a stream may have several (layered multicast); the first is used.
      section.lines.push({ type: 'c', value });
    }
  }

  #openMedia(value: string): void {
    if (this.#media.length >= this.#limits.maxMedia) {
      throw new SdpError('over-limit', `more than ${this.#limits.maxMedia} m= lines`);
    }
    const [type, portText = '', protocol, ...formats] = value.trimEnd().split(' ');
    const slash = portText.indexOf('/');
    const port = parseDecimal(slash === -1 ? portText : portText.slice(0, slash), 65_535);
    const portCount = slash === -1 ? 1 : parseDecimal(portText.slice(slash + 1), 65_535);
    if (port === null || portCount === null || portCount === 0) {
      throw this.#malformed('m', `"${excerpt(portText)}" is no port`);
    }
    if (!type || !protocol || formats.length === 0 || formats.includes('')) {
      throw this.#malformed('m', `"${excerpt(value)}" lacks a protocol or a format`);
    }
    const media = { type, port, portCount, protocol, formats, connection: null, lines: [], attributes: [] };
    this.#media.push(media);
    this.#section = media;
  }

  #parseOrigin(value: string): SdpOrigin {
    const [username, sessionId = '', sessionVersion = '', networkType, addressType, address, ...rest] = value
      .trimEnd()
      .split(' ');
    if (!username || !networkType || !addressType || !address || rest.length > 0) {
      throw this.#malformed('o', `"${excerpt(value)}" has not six fields`);
    }
    if (!isDigits(sessionId) || !isDigits(sessionVersion)) {
      throw this.#malformed('o', 'session id and version must be numbers');
    }
    return { username, sessionId, sessionVersion, networkType, addressType, address };
  }

  #parseTiming(value: string): string {
    const [start = '', stop = '', ...rest] = value.trimEnd().split(' ');
    if (!isDigits(start) || !isDigits(stop) || rest.length > 0) {
      throw this.#malformed('t', `"${excerpt(value)}" is not "start stop"`);
    }
    return `${start} ${stop}`;
  }

  #malformed(type: string, detail: string): SdpError {
    return new SdpError('malformed-line', `${type}=: ${detail}`, this.#lineNumber);
  }
}

function isLetter(code: number): boolean {
  return code >= 0x61 && code <= 0x7a;
}

/** RFC 8866 §9, byte-string: anything but NUL, CR and LF. */
function hasControl(line: string): boolean {
  return line.includes('\0') || line.includes('\r');
}

function isDigits(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code < 0x30 || code > 0x39) {
      return false;
    }
  }
  return text.length > 0;
}

/** A decimal number from 0 to `max`, or null. */
export function parseDecimal(text: string, max: number): number | null {
  if (text.length > 10 || !isDigits(text)) {
    return null;
  }
  const value = Number(text);
  return value <= max ? value : null;
}

/** Enough of hostile text to recognise it in a log line. */
function excerpt(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
