import type { MediaAddress } from '../session-description.ts';
import type { Clock } from './clock.ts';
import type { OutgoingChannel } from './h245/channels.ts';
import type { AudioChannel } from './h245/logical-channel.ts';
import { decodeH245, encodeH245, type H245Message } from './h245/message.ts';
import { type H245Action, H245Session, type H245SessionOptions } from './h245/session.ts';
import { H245Connection, type H245ConnectionOptions } from './h245-connection.ts';
import { PerError } from './per/per-error.ts';

/** Messages that wait for the session; more would be of no use by then. */
const MAX_UNTOLD = 64;

export interface H245ControlListener {
  onAction(action: Exclude<H245Action, { kind: 'send' }>): void;
  /** Octets for a tunnel: the control channel has no connection of its own. */
  onTunnel(octets: Uint8Array): void;
  onMalformed(detail: string): void;
}

/**
 * Runs the H.245 session of a call over whatever carries it, tunnel or TCP connection, and its timers.
 * Over a connection the session starts when somebody has connected.
 */
export class H245Control {
  readonly #session: H245Session;
  readonly #clock: Clock;
  readonly #listener: H245ControlListener;
  readonly #connection: H245Connection;
  #isTunnelled: boolean;
  #isStarted = false;
  #hasHeard = false;
  #untold: H245Message[] = [];
  #isClosed = false;
  #stopTimer: (() => void) | null = null;

  constructor(
    options: H245SessionOptions & H245ConnectionOptions & { readonly isTunnelled: boolean },
    listener: H245ControlListener,
  ) {
    this.#session = new H245Session(options);
    this.#clock = options.clock;
    this.#listener = listener;
    this.#isTunnelled = options.isTunnelled;
    this.#connection = new H245Connection(options, {
      onOpen: () => this.#onConnected(),
      onMessage: (octets) => this.receive(octets),
      // The call goes on without H.245; it ends with its call signaling.
      onClosed: ({ kind, detail }) => {
        if (kind === 'violation' && !this.#isClosed) listener.onMalformed(`H.245 connection: ${detail}`);
      },
    });
  }

  get isStarted(): boolean {
    return this.#isStarted;
  }

  /** True when both sides know each other's capabilities and who is master. */
  get isReady(): boolean {
    return this.#session.isReady;
  }

  /** True while the peer may connect to us. */
  get isListening(): boolean {
    return this.#connection.isListening;
  }

  /** @returns false where the session speaks already, and cannot change its way. */
  setTunnelled(isTunnelled: boolean): boolean {
    if (!this.#isStarted) this.#isTunnelled = isTunnelled;
    return !this.#isStarted;
  }

  /** Sends a message of ours that belongs to no procedure, such as user input, as soon as the session is ready. */
  tellWhenReady(message: H245Message): void {
    if (this.#isClosed) return;
    if (this.isReady) this.#send(message);
    else if (this.#untold.length < MAX_UNTOLD) this.#untold.push(message);
  }

  adoptFastStart(incoming: AudioChannel, outgoing: OutgoingChannel): void {
    this.#perform(this.#session.adoptFastStart(incoming, outgoing, this.#clock.now()));
  }

  /** @returns where the peer may connect to, or null. */
  listen(): Promise<MediaAddress | null> {
    return this.#connection.listen();
  }

  connect(address: MediaAddress): void {
    this.#connection.connect(address);
  }

  /** Begins to speak: at once in a tunnel, else when somebody connected. */
  start(): void {
    if (this.#isStarted || this.#isClosed) return;
    this.#isStarted = true;
    this.#perform(this.#session.start(this.#clock.now()));
  }

  /** Says the first messages again where the peer has not answered those that rode in Setup (H.323 §8.2.4). */
  startAgainIfUnheard(): void {
    if (!this.#isStarted || this.#isClosed || this.#hasHeard) return;
    this.#perform(this.#session.start(this.#clock.now()));
  }

  receive(octets: Uint8Array): void {
    if (this.#isClosed || !this.#isStarted) return;
    this.#hasHeard = true;
    const message = this.#decode(octets);
    if (message !== null) this.#perform(this.#session.receive(message, this.#clock.now()));
  }

  /** Ends the session; in a tunnel, the last message is returned to ride in Release Complete. */
  close(): Uint8Array[] {
    if (this.#isClosed) return [];
    const last = this.#isStarted
      ? this.#session.end().flatMap((action) => (action.kind === 'send' ? [encodeH245(action.message)] : []))
      : [];
    this.#isClosed = true;
    this.#stopTimer?.();
    if (!this.#isTunnelled) for (const octets of last) this.#connection.send(octets);
    this.#connection.close();
    return this.#isTunnelled ? last : [];
  }

  #onConnected(): void {
    this.#isTunnelled = false;
    this.start();
  }

  #decode(octets: Uint8Array): H245Message | null {
    try {
      return decodeH245(octets);
    } catch (error) {
      if (!(error instanceof PerError)) throw error;
      this.#listener.onMalformed(`H.245: ${error.message}`);
      return null;
    }
  }

  /** Only a question that goes back with `functionNotUnderstood` may hold what we cannot write. */
  #encode(message: H245Message): Uint8Array | null {
    try {
      return encodeH245(message);
    } catch (error) {
      if (!(error instanceof PerError)) throw error;
      this.#listener.onMalformed(`H.245: ${error.message}`);
      return null;
    }
  }

  #perform(actions: readonly H245Action[]): void {
    for (const action of actions) {
      if (this.#isClosed) return;
      if (action.kind === 'send') this.#send(action.message);
      else this.#listener.onAction(action);
    }
    if (this.isReady) this.#tellWhatWaits();
    this.#schedule();
  }

  #tellWhatWaits(): void {
    const waiting = this.#untold;
    this.#untold = [];
    for (const message of waiting) this.#send(message);
  }

  #send(message: H245Message): void {
    const octets = this.#encode(message);
    if (octets === null) return;
    if (this.#isTunnelled) this.#listener.onTunnel(octets);
    else this.#connection.send(octets);
  }

  #schedule(): void {
    this.#stopTimer?.();
    this.#stopTimer = null;
    const { deadlineMs } = this.#session;
    if (this.#isClosed || deadlineMs === null) return;
    const delayMs = Math.max(0, deadlineMs - this.#clock.now());
    this.#stopTimer = this.#clock.after(delayMs, () => {
      this.#perform(this.#session.onTimer(this.#clock.now()));
    });
  }
}
