import { parseCSeq } from './c-seq.ts';
import { parseContentType } from './content-type.ts';
import { badRequest, type Fault } from './fault.ts';
import { headerNameOf } from './header-name.ts';
import { structureOf } from './headers.ts';
import { parseContentLength, parseMaxForwards, SipRequest, type SipResponse } from './message.ts';
import { parseNameAddress, parseNameAddressList } from './name-address.ts';
import { parseVia, parseViaList } from './via.ts';

/** Methods of the IANA registry: a CSeq that names another method than one of these is 400, else 501. */
const REGISTERED_METHODS = new Set(
  'ACK BYE CANCEL INFO INVITE MESSAGE NOTIFY OPTIONS PRACK PUBLISH REFER REGISTER SUBSCRIBE UPDATE'.split(
    ' ',
  ),
);

/** How a header that steers processing is checked. */
interface Rule {
  /** A bit of its own, to find repeated and missing headers in one pass. */
  readonly bit: number;
  /** RFC 3261 §20: must not be repeated. */
  readonly isSingle: boolean;
  /** Null for a value that breaks the grammar. */
  readonly parse: (value: string) => unknown;
}

/** By {@link HeaderName.index}. */
const RULES: (Rule | undefined)[] = [];
const RULE_LIST: readonly (readonly [name: string, isSingle: boolean, parse: (value: string) => unknown])[] =
  [
    ['Via', false, parseViaList],
    ['From', true, parseNameAddress],
    ['To', true, parseNameAddress],
    ['Call-ID', true, (value) => value || null],
    ['CSeq', true, parseCSeq],
    ['Max-Forwards', true, parseMaxForwards],
    ['Content-Length', true, parseContentLength],
    ['Content-Type', true, parseContentType],
    ['Contact', false, parseNameAddressList],
    ['Route', false, parseNameAddressList],
    ['Record-Route', false, parseNameAddressList],
  ];
for (const [position, [name, isSingle, parse]] of RULE_LIST.entries()) {
  RULES[headerNameOf(name).index] = { bit: 1 << position, isSingle, parse };
}
const MANDATORY = ['Via', 'From', 'To', 'Call-ID', 'CSeq'];
const MANDATORY_BITS = 0b1_1111;

/**
 * The first fault against RFC 3261 §8.1.1, §18.3 and §20, or null. On the way every structure that
 * processing relies on is parsed, and the body is cut to its Content-Length.
 */
export function findFault(message: SipRequest | SipResponse): Fault | null {
  let seen = 0;
  for (const field of message.headers.fields) {
    const rule = RULES[field.header.index];
    if (rule === undefined) continue;
    if (rule.isSingle && (seen & rule.bit) !== 0) return badRequest(`${field.header.name} occurs twice`);
    seen |= rule.bit;
    if (structureOf(field, rule.parse) === null) {
      return badRequest(`malformed ${field.header.name}: ${field.value.slice(0, 60)}`);
    }
  }
  if ((seen & MANDATORY_BITS) !== MANDATORY_BITS) {
    return badRequest(`${MANDATORY.filter((name) => !message.headers.has(name)).join(', ')} missing`);
  }
  return (message instanceof SipRequest ? findRequestFault(message) : null) ?? findLengthFault(message);
}

function findRequestFault(request: SipRequest): Fault | null {
  const { method } = request.cSeq;
  if (method !== request.method) {
    // RFC 4475 §3.1.2.18: 501 for a method nobody knows, as it will read to those who do not know it either.
    return {
      statusCode: REGISTERED_METHODS.has(request.method) ? 400 : 501,
      detail: `CSeq method ${method.slice(0, 40)} does not match ${request.method.slice(0, 40)}`,
    };
  }
  const { parsedUri } = request;
  if (parsedUri === null) return badRequest(`malformed Request-URI ${request.requestUri.slice(0, 60)}`);
  // RFC 3261 §19.1.1: headers have no place in a Request-URI.
  return parsedUri.headers.size === 0 ? null : badRequest('headers in the Request-URI');
}

/** RFC 3261 §18.3: less body than promised is an error, more is cut off. */
function findLengthFault(message: SipRequest | SipResponse): Fault | null {
  const length = message.contentLength;
  if (length === null) return null;
  if (length > message.body.length) {
    return badRequest(`Content-Length ${length}, but ${message.body.length} bytes of body`);
  }
  if (length < message.body.length) message.body = message.body.subarray(0, length);
  return null;
}

/**
 * Whether a malformed request can still be answered: not an ACK, and its Via names where to. A Via with
 * broken parameters or another SIP version is read for its sent-by (RFC 4475 §3.1.2.1, §3.1.2.16).
 */
export function isAnswerable(request: SipRequest): boolean {
  if (request.method === 'ACK') return false;
  const field = request.headers.fields.find(({ header }) => header.key === 'via');
  if (field === undefined) return false;
  const vias = structureOf(field, parseViaList);
  if (vias !== null) return vias.length > 0;
  const sentBy = field.value.split(/[;,]/, 1)[0] ?? '';
  const bare = parseVia(sentBy.replace(/^SIP\s*\/\s*[\d.]+/i, 'SIP/2.0'));
  if (bare !== null) field.structure = [bare];
  return bare !== null;
}
