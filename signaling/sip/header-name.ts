/** A header field name: how it is written and how it is compared. */
export interface HeaderName {
  /** `Call-ID`, or as the sender wrote it if unknown to us. */
  readonly name: string;
  /** Lower case. */
  readonly key: string;
  /** A small number of its own for each name known to us; 0 for the unknown ones. */
  readonly index: number;
}

/** The IANA registry of compact forms (RFC 3261 §7.3.3 and the RFCs of the later headers). */
const COMPACT_FORMS: readonly (readonly [compact: string, name: string])[] = [
  ['a', 'Accept-Contact'],
  ['b', 'Referred-By'],
  ['c', 'Content-Type'],
  ['d', 'Request-Disposition'],
  ['e', 'Content-Encoding'],
  ['f', 'From'],
  ['i', 'Call-ID'],
  ['j', 'Reject-Contact'],
  ['k', 'Supported'],
  ['l', 'Content-Length'],
  ['m', 'Contact'],
  ['n', 'Identity-Info'],
  ['o', 'Event'],
  ['r', 'Refer-To'],
  ['s', 'Subject'],
  ['t', 'To'],
  ['u', 'Allow-Events'],
  ['v', 'Via'],
  ['x', 'Session-Expires'],
  ['y', 'Identity'],
];

const OTHER_NAMES = `Accept Accept-Encoding Accept-Language Alert-Info Allow Authentication-Info Authorization
  Call-Info Content-Disposition Content-ID Content-Language CSeq Date Diversion Error-Info Expires Flow-Timer
  Geolocation History-Info In-Reply-To Info-Package Join Max-Forwards MIME-Version Min-Expires Min-SE
  Organization P-Access-Network-Info P-Asserted-Identity P-Called-Party-ID P-Charging-Vector
  P-Preferred-Identity Path Priority Privacy Proxy-Authenticate Proxy-Authorization Proxy-Require RAck Reason
  Record-Route Recv-Info Refer-Sub Replaces Reply-To Require Resource-Priority Retry-After Route RSeq Server
  Service-Route Session-ID SIP-ETag SIP-If-Match Subscription-State Target-Dialog Timestamp Unsupported
  User-Agent User-to-User Warning WWW-Authenticate`.split(/\s+/);

const NAMES = new Map<string, HeaderName>();
let count = 0;
for (const name of OTHER_NAMES) register(name);
for (const [compact, name] of COMPACT_FORMS) {
  const entry = register(name);
  NAMES.set(compact, entry);
  NAMES.set(compact.toUpperCase(), entry);
}

function register(name: string): HeaderName {
  const entry = { name, key: name.toLowerCase(), index: ++count };
  NAMES.set(entry.name, entry);
  NAMES.set(entry.key, entry);
  return entry;
}

/** Known long names by their length and first letter: to compare one costs less than to cut it out and hash it. */
const BUCKETS: (HeaderName | undefined)[] = [];

function bucketOf(length: number, firstCode: number): number {
  return (length << 5) | (firstCode & 0x1f);
}

/** Names of messages on every call, the first to take a bucket keeps it. */
for (const name of [
  'Via',
  'To',
  'From',
  'Call-ID',
  'CSeq',
  'Contact',
  'Max-Forwards',
  'Content-Type',
  'Content-Length',
  ...OTHER_NAMES,
]) {
  BUCKETS[bucketOf(name.length, name.charCodeAt(0))] ??= headerNameOf(name);
}

/** The entry of the name that stands in `text` from `start` to `end`. */
export function headerNameAt(text: string, start: number, end: number): HeaderName {
  const guess = BUCKETS[bucketOf(end - start, text.charCodeAt(start))];
  if (guess !== undefined && text.startsWith(guess.name, start)) return guess;
  return headerNameOf(text.slice(start, end));
}

/** The name's entry; compact forms are expanded, unknown names keep their spelling. */
export function headerNameOf(written: string): HeaderName {
  const known = NAMES.get(written);
  if (known !== undefined) return known;
  const key = written.toLowerCase();
  return NAMES.get(key) ?? { name: written, key, index: 0 };
}
