import { createResponse } from '../../signaling/sip/create-response.ts';
import { SipRequest, type SipResponse } from '../../signaling/sip/message.ts';
import { bodyParts } from '../../signaling/sip/multipart.ts';
import { parseMessage } from '../../signaling/sip/parse.ts';
import { serializeMessage } from '../../signaling/sip/serialize.ts';
import { StreamFramer } from '../../signaling/sip/stream-framer.ts';

export interface FuzzReport {
  readonly rounds: number;
  readonly accepted: number;
  readonly malformed: number;
  readonly slowestMs: number;
  /** The first mutant that threw or did not survive being written and read, and what happened. */
  readonly failure: { readonly mutant: string; readonly error: string } | null;
}

/** Pieces that parsers trip over. */
const FRAGMENTS = [
  '\r\n',
  '\r\n\r\n',
  '\r\n ',
  '\r',
  '\n',
  ':',
  ';',
  ';;',
  ',',
  '"',
  '\\',
  '<',
  '>',
  '=',
  '@',
  '%',
  '%00',
  '[',
  ']',
  '?',
  '&',
  ' ',
  '\t',
  '\0',
  '\xff',
  'é',
  'SIP/2.0',
  'l: 5\r\n',
  'v: SIP/2.0/UDP a\r\n',
  '99999999999999999999',
  '-1',
  '__proto__',
].map((text) => Buffer.from(text, 'latin1'));

/** Mulberry32: small, seeded, good enough to choose bytes. Returns integers below `bound`. */
export function seededRandom(seed: number): (bound: number) => number {
  let state = seed >>> 0;
  return (bound) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % bound;
  };
}

function pick(from: readonly Buffer[], random: (bound: number) => number): Buffer {
  return from[random(from.length)] ?? Buffer.alloc(0);
}

/** One to six changes: flip, delete, duplicate, insert a fragment, splice with another message, cut. */
export function mutate(corpus: readonly Buffer[], random: (bound: number) => number): Buffer {
  let bytes = Buffer.from(pick(corpus, random));
  for (let changes = 1 + random(6); changes > 0; changes--) {
    const at = random(bytes.length + 1);
    const length = random(1 + random(40));
    const [before, chosen, after] = [
      bytes.subarray(0, at),
      bytes.subarray(at, at + length),
      bytes.subarray(at + length),
    ];
    switch (random(7)) {
      case 0:
        if (at < bytes.length) bytes[at] = random(256);
        break;
      case 1:
        bytes = Buffer.concat([before, after]);
        break;
      case 2:
        bytes = Buffer.concat([before, chosen, chosen, after]);
        break;
      case 3:
      case 4:
        bytes = Buffer.concat([before, pick(FRAGMENTS, random), chosen, after]);
        break;
      case 5: {
        const other = pick(corpus, random);
        bytes = Buffer.concat([
          before,
          other.subarray(random(other.length + 1)).subarray(0, 200),
          chosen,
          after,
        ]);
        break;
      }
      default:
        if (random(8) === 0) bytes = Buffer.from(before);
    }
  }
  return bytes;
}

/** Parses `rounds` mutants of the corpus and everything that can be asked of them. Stops at the first failure. */
export function fuzzSipParser(corpus: readonly Buffer[], rounds: number, seed: number): FuzzReport {
  const random = seededRandom(seed);
  let accepted = 0;
  let slowestMs = 0;
  for (let round = 0; round < rounds; round++) {
    const mutant = mutate(corpus, random);
    try {
      const before = performance.now();
      if (exercise(mutant)) accepted++;
      const elapsedMs = performance.now() - before;
      if (elapsedMs > slowestMs) slowestMs = Math.max(slowestMs, fastestOf(mutant, elapsedMs));
    } catch (error) {
      const failure = { mutant: mutant.toString('latin1'), error: String(error) };
      return { rounds: round, accepted, malformed: round - accepted, slowestMs, failure };
    }
  }
  return { rounds, accepted, malformed: rounds - accepted, slowestMs, failure: null };
}

/** A mutant that is slow is slow every time; one that met the scheduler or the garbage collector is not. */
function fastestOf(mutant: Buffer, firstMs: number): number {
  let fastestMs = firstMs;
  for (let attempt = 0; attempt < 3; attempt++) {
    const before = performance.now();
    exercise(mutant);
    fastestMs = Math.min(fastestMs, performance.now() - before);
  }
  return fastestMs;
}

/** True if the mutant is a message. */
function exercise(mutant: Buffer): boolean {
  new StreamFramer().push(mutant);
  const result = parseMessage(mutant);
  if (result.kind === 'malformed') {
    if (result.request !== null)
      serializeMessage(createResponse(result.request, result.statusCode, undefined, 't'));
    void result.request?.topVia.rport;
    return false;
  }
  const again = parseMessage(serializeMessage(result.message));
  if (again.kind === 'malformed') throw new Error(`what was written is refused: ${again.detail}`);
  const [first, second] = [facts(result.message), facts(again.message)];
  if (first !== second) throw new Error(`what was written reads differently: ${first} / ${second}`);
  return true;
}

/** Every structure that a parsed message promises to have. */
function facts(message: SipRequest | SipResponse): string {
  void bodyParts(message);
  const { vias, topVia, from, to, callId, cSeq, contacts, routes, recordRoutes, maxForwards, contentType } =
    message;
  const start =
    message instanceof SipRequest
      ? [message.method, message.uri.user, message.uri.host]
      : [message.statusCode];
  const addresses = [from, to, ...contacts, ...routes, ...recordRoutes];
  return JSON.stringify([
    start,
    vias.map(String),
    topVia.branch,
    topVia.rport,
    topVia.received,
    addresses.map(String),
    addresses.map((it) => it.parsedUri()?.host),
    callId,
    cSeq,
    maxForwards,
    contentType?.mediaType,
    message.require,
    message.supported,
    message.allow,
    message.body.length,
  ]);
}
