import { parseDecimal } from './grammar.ts';
import { DEFAULT_SIP_LIMITS, type SipLimits } from './limits.ts';

/** What a stream holds next (RFC 3261 §18.3, RFC 5626 §4.4.1). */
export type Frame =
  | { readonly kind: 'message'; readonly bytes: Uint8Array }
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

const END_OF_HEAD = Buffer.from('\r\n\r\n');
const CR = 0x0d;
const LF = 0x0a;
const SMALLEST_BUFFER_BYTES = 2_048;

/** Matches a Content-Length with its fold, in a head whose lines all begin after a CR LF. */
const CONTENT_LENGTH = /\r\n(?:content-length|l)[ \t]*:[ \t]*(?:\r\n[ \t]+)?([^\r\n]*)/i;

/**
 * Cuts a TCP or TLS stream into messages by their Content-Length. Holds at most one message of the limit's
 * size; bytes that trickle in one by one are searched and copied once.
 */
export class StreamFramer {
  readonly #limits: SipLimits;
  /** Bytes from #start to #end wait. Bytes before #end are never written again: frames alias them. */
  #buffer: Buffer = Buffer.alloc(0);
  #start = 0;
  #end = 0;
  /** Up to here the end of the head was searched for in vain. */
  #searched = 0;
  /** Length of the message at #start once its head is whole; 0 until then. */
  #messageBytes = 0;
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
      this.#buffer = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
      this.#start = 0;
      this.#end = chunk.length;
      this.#searched = 0;
      return;
    }
    const needed = this.pendingBytes + chunk.length;
    if (this.#end + chunk.length > this.#buffer.length || !this.#ownsBuffer()) {
      // Doubling keeps a dribbled message linear; room for the whole message is made once it is known.
      const size = Math.max(needed * 2, this.#messageBytes, SMALLEST_BUFFER_BYTES);
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
    this.#buffer = Buffer.alloc(0);
    this.#start = 0;
    this.#end = 0;
    this.#searched = 0;
  }

  #takeFrame(): Frame | null {
    if (this.pendingBytes === 0) return null;
    if (this.#messageBytes === 0) {
      if (this.#buffer[this.#start] === CR) return this.#takeLineEnd();
      this.#isAfterLineEnd = false;
      const fault = this.#measure();
      if (fault !== null) return fault;
    }
    if (this.#messageBytes === 0 || this.pendingBytes < this.#messageBytes) return null;
    const bytes = this.#buffer.subarray(this.#start, this.#start + this.#messageBytes);
    this.#start += this.#messageBytes;
    this.#searched = this.#start;
    this.#messageBytes = 0;
    return { kind: 'message', bytes };
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

  /** Finds the end of the head and the length that it tells. Null: found, or more bytes are needed. */
  #measure(): Frame | null {
    const head = this.#buffer.subarray(0, this.#end);
    const endOfHead = head.indexOf(END_OF_HEAD, Math.max(this.#start, this.#searched - 3));
    this.#searched = this.#end;
    const limit = this.#limits.messageBytes;
    if (endOfHead === -1) {
      return this.pendingBytes > limit ? this.#fault(513, `no end of headers within ${limit} bytes`) : null;
    }
    const text = head.toString('latin1', this.#start, endOfHead + 2);
    const first = CONTENT_LENGTH.exec(text);
    // RFC 3261 §20.14: over a stream Content-Length is mandatory; two of them (RFC 4475 §3.3.9) tell nothing.
    if (first === null) return this.#fault(400, 'no Content-Length header on a stream');
    const after = text.slice(first.index + first[0].length);
    if (CONTENT_LENGTH.test(after)) return this.#fault(400, 'several Content-Length headers on a stream');
    const bodyBytes = parseDecimal((first[1] ?? '').trim(), Number.MAX_SAFE_INTEGER);
    if (bodyBytes === null) return this.#fault(400, `malformed Content-Length on a stream`);
    const messageBytes = endOfHead + END_OF_HEAD.length - this.#start + bodyBytes;
    if (messageBytes > limit)
      return this.#fault(513, `message of ${messageBytes} bytes, at most ${limit} allowed`);
    this.#messageBytes = messageBytes;
    return null;
  }

  #fault(statusCode: number, detail: string): Frame {
    this.#isFaulted = true;
    return { kind: 'fault', statusCode, detail, bytes: this.#buffer.subarray(this.#start, this.#end) };
  }
}
