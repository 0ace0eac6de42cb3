import { isTokenCharacter, isWhitespace, parseDecimal, splitList, upperCased } from './grammar.ts';
import { parseHostPort, serializeHostPort } from './host-port.ts';
import { type Parameters, parseParameters } from './parameters.ts';

/** One Via element (RFC 3261 §20.42, RFC 3581). */
export class Via {
  /** Upper case: `UDP`, `TCP`, `TLS`, `WS`, `WSS` … */
  readonly transport: string;
  /** The host of sent-by, without brackets. */
  readonly host: string;
  readonly port: number | null;
  readonly parameters: Parameters;

  constructor(transport: string, host: string, port: number | null, parameters: Parameters) {
    this.transport = transport;
    this.host = host;
    this.port = port;
    this.parameters = parameters;
  }

  get branch(): string | null {
    return this.parameters.get('branch') ?? null;
  }

  /** The source address the next hop saw, without brackets (RFC 5118 §4.5 allows both forms). */
  get received(): string | null {
    return this.parameters.get('received')?.replace(/^\[|\]$/g, '') ?? null;
  }

  /** True if asked for and not filled in; null if not asked for (RFC 3581 §3). */
  get rport(): number | true | null {
    const rport = this.parameters.get('rport');
    if (rport === undefined) return null;
    return rport === null ? true : parseDecimal(rport, 65_535);
  }

  toString(): string {
    return `SIP/2.0/${this.transport} ${serializeHostPort(this.host, this.port)}${this.parameters}`;
  }
}

/** A Via header field's elements; null if any of them breaks the grammar. */
export function parseViaList(value: string): Via[] | null {
  if (!value.includes(',')) {
    const via = parseVia(value);
    return via && [via];
  }
  const vias: Via[] = [];
  for (const element of splitList(value)) {
    const via = parseVia(element);
    if (via === null) return null;
    vias.push(via);
  }
  return vias;
}

/** One element: `SIP / 2.0 / UDP host : port ; parameters`, whitespace wherever the RFC lets it stand. */
export function parseVia(text: string): Via | null {
  const transportStart = text.startsWith('SIP/2.0/') ? 8 : endOfProtocol(text);
  if (transportStart === -1) return null;
  let transportEnd = transportStart;
  while (isTokenCharacter(text.charCodeAt(transportEnd))) transportEnd++;
  if (transportEnd === transportStart || !isWhitespace(text.charCodeAt(transportEnd))) return null;
  let semicolon = text.indexOf(';', transportEnd);
  if (semicolon === -1) semicolon = text.length;
  const sentBy = parseHostPort(text, transportEnd, semicolon);
  const parameters = parseParameters(text, semicolon);
  if (sentBy === null || parameters === null) return null;
  const transport = upperCased(text.slice(transportStart, transportEnd));
  return new Via(transport, sentBy.host, sentBy.port, parameters);
}

/** The start of the transport after a loosely written protocol; -1 for another protocol or version. */
function endOfProtocol(text: string): number {
  const match = /^\s*SIP\s*\/\s*2\.0\s*\/\s*/i.exec(text);
  return match === null ? -1 : match[0].length;
}
