import { DEFAULT_SIP_LIMITS, type SipLimits } from './limits.ts';
import { parseContentLength } from './message.ts';
import { asBuffer, END_OF_HEAD, type MessageHead, parseHead } from './parse.ts';

/** What a stream holds next (RFC 3261 §18.3, RFC 5626 §4.4.1). */
export type Frame =
  | {
      readonly kind: 'message';
      readonly bytes: Uint8Array;
      /** Of `bytes`, read already: for `completeMessage`. */
      readonly head: MessageHead;
      readonly body: Uint8Array;
    }
  /** CR LF CR LF between messages: answer it with CR LF. */
  | { readonly kind: 'ping' }
  /** CR LF between messages. Also told for the first half of a ping that arrives in two pieces. */
  | { readonly kind: 'pong' }
  /** The end of the next message cannot be known. Close the connection; nothing more will be framed. */
  | {
      readonly kind: 'fault';
      readonly statusCode: number;
      readonly detail: string;
      /** What was read of the message, for `parseMessage` to find whom to answer. */
      readonly bytes: Uint8Array;
    };

const CR = 0x0d;
const LF = 0x0a;
const SMALLEST_BUFFER_BYTES = 2_048;
const NOTHING = Buffer.alloc(0);

/** Matches a Content-Length with its fold, in a head whose lines all begin after a CR LF. */
const CONTENT_LENGTHS = /\r\n(?:content-length|l)[ \t]*:[ \t]*(?:\r\n[ \t]+)?([^\r\n]*)/gi;

/** A message whose head is whole. */
interface BegunMessage {
  readonly head: MessageHead;
  /** From the start of the message: where its body begins, and where it ends. */
  readonly bodyStart: number;
  readonly byteLength: number;
}

/**
 * Cuts a TCP or TLS stream into messages by their Content-Length. Holds at most one message of the limit's
 * size; bytes that trickle in one by one are searched and copied once.
 */
export class StreamFramer {
  readonly #limits: SipLimits;
  /** Bytes from #start to #end wait. Bytes before #end are never written again: frames alias them. */
  #buffer: Buffer = NOTHING;
  #start = 0;
  #end = 0;
  /** Up to here the end of the head was searched for in vain. */
  #searched = 0;
  /** The message at #start once its head is whole. */
  #begun: BegunMessage | null = null;
  #isAfterLineEnd = false;
  #isFaulted = false;

  constructor(limits: SipLimits = DEFAULT_SIP_LIMITS) {
    this.#limits = limits;
  }

  /** How much of an unfinished message waits, in bytes. */
  get pendingBytes(): number {
    return this.#end - this.#start;
  }

  /** Takes the next bytes of the stream; they must not change afterwards, the frames may alias them. */
  push(chunk: Uint8Array): Frame[] {
    const frames: Frame[] = [];
    if (this.#isFaulted || chunk.length === 0) return frames;
    this.#append(chunk);
    let frame = this.#takeFrame();
    while (frame !== null) {
      frames.push(frame);
      frame = this.#isFaulted ? null : this.#takeFrame();
    }
    if (this.#isFaulted || this.pendingBytes === 0) this.#release();
    return frames;
  }

  #append(chunk: Uint8Array): void {
    if (this.pendingBytes === 0) {
      this.#buffer = asBuffer(chunk);
      this.#start = 0;
      this.#end = chunk.length;
      this.#searched = 0;
      return;
    }
    const needed = this.pendingBytes + chunk.length;
    if (this.#end + chunk.length > this.#buffer.length || !this.#ownsBuffer()) {
      // Doubling keeps a dribbled message linear; room for the whole message is made once it is known.
      const size = Math.max(needed * 2, this.#begun?.byteLength ?? 0, SMALLEST_BUFFER_BYTES);
      const grown = Buffer.allocUnsafeSlow(size);
      this.#buffer.copy(grown, 0, this.#start, this.#end);
      this.#searched -= this.#start;
      this.#end -= this.#start;
      this.#start = 0;
      this.#buffer = grown;
    }
    this.#buffer.set(chunk, this.#end);
    this.#end += chunk.length;
  }

  /** A buffer with room after #end is one that we made. */
  #ownsBuffer(): boolean {
    return this.#end < this.#buffer.length;
  }

  #release(): void {
    this.#buffer = NOTHING;
    this.#start = 0;
    this.#end = 0;
    this.#searched = 0;
  }

  #takeFrame(): Frame | null {
    if (this.pendingBytes === 0) return null;
    if (this.#begun === null) {
      if (this.#buffer[this.#start] === CR) return this.#takeLineEnd();
      this.#isAfterLineEnd = false;
      const fault = this.#begin();
      if (fault !== null) return fault;
    }
    const begun = this.#begun;
    if (begun === null || this.pendingBytes < begun.byteLength) return null;
    const start = this.#start;
    this.#start += begun.byteLength;
    this.#searched = this.#start;
    this.#begun = null;
    const bytes = this.#buffer.subarray(start, this.#start);
    return { kind: 'message', bytes, head: begun.head, body: bytes.subarray(begun.bodyStart) };
  }

  #takeLineEnd(): Frame | null {
    if (this.pendingBytes < 2) return null;
    if (this.#buffer[this.#start + 1] !== LF) return this.#fault(400, 'CR without LF before a message');
    this.#start += 2;
    this.#searched = this.#start;
    if (this.#isAfterLineEnd) {
      this.#isAfterLineEnd = false;
      return { kind: 'ping' };
    }
    const next = this.#buffer[this.#start];
    this.#isAfterLineEnd = true;
    return this.pendingBytes >= 2 && next === CR ? this.#takeLineEnd() : { kind: 'pong' };
  }

  /** Finds the end of the head, and reads it for the length that it tells. Null: read, or more bytes are needed. */
  #begin(): Frame | null {
    const limit = this.#limits.messageBytes;
    const endOfHead = this.#buffer.indexOf(END_OF_HEAD, Math.max(this.#start, this.#searched - 3));
    this.#searched = this.#end;
    // What lies behind #end is not of the stream.
    if (endOfHead === -1 || endOfHead + END_OF_HEAD.length > this.#end) {
      return this.pendingBytes > limit ? this.#fault(513, `no end of headers within ${limit} bytes`) : null;
    }
    const head = parseHead(this.#buffer, this.#start, endOfHead + 2, this.#limits);
    const lengths =
      head.message !== null && head.fault === null
        ? head.message.headers.getAll('Content-Length')
        : contentLengthsOf(this.#buffer.toString('latin1', this.#start, endOfHead + 2));
    const [length] = lengths;
    // RFC 3261 §20.14: over a stream Content-Length is mandatory; two of them (RFC 4475 §3.3.9) tell nothing.
    if (length === undefined) return this.#fault(400, 'no Content-Length header on a stream');
    if (lengths.length > 1) return this.#fault(400, 'several Content-Length headers on a stream');
    const bodyBytes = parseContentLength(length);
    if (bodyBytes === null) return this.#fault(400, 'malformed Content-Length on a stream');
    const bodyStart = endOfHead + END_OF_HEAD.length - this.#start;
    const byteLength = bodyStart + bodyBytes;
    if (byteLength > limit)
      return this.#fault(513, `message of ${byteLength} bytes, at most ${limit} allowed`);
    this.#begun = { head, bodyStart, byteLength };
    return null;
  }

  #fault(statusCode: number, detail: string): Frame {
    this.#isFaulted = true;
    return { kind: 'fault', statusCode, detail, bytes: this.#buffer.subarray(this.#start, this.#end) };
  }
}

/** Of a head that is not a message's as it should be: its sender may still know where it ends. */
function contentLengthsOf(head: string): readonly string[] {
  return [...head.matchAll(CONTENT_LENGTHS)].map((match) => (match[1] ?? '').trim());
}
