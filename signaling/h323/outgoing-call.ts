import { randomBytes, randomUUID } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import type { FailureReason } from '../call-failure.ts';
import type { MediaAddress } from '../session-description.ts';
import { EventQueue } from '../sip/event-queue.ts';
import { plainAddress } from './address.ts';
import type { CallEnvironment } from './call-environment.ts';
import { CallSession } from './call-session.ts';
import { CALL_STATE_TIMERS_MS } from './call-state.ts';
import { proposeFastStart, readFastStartAnswer } from './fast-start.ts';
import { type CallIdentity, type H225Body, type H225Message, parseH225 } from './h225.ts';
import type { AlertingUUIE, CallProceedingUUIE, ConnectUUIE, ProgressUUIE } from './h225-types.ts';
import { type DigitTransport, keyIndication } from './key-press.ts';
import type { OutgoingH323Listener, OutgoingH323Options } from './outgoing-options.ts';
import { PerError } from './per/per-error.ts';
import { Q931Error } from './q931.ts';
import { TpktConnection } from './tpkt-connection.ts';
import { readH225Address } from './transport-address.ts';

const TERMINAL_TYPE_TERMINAL = 50;
const CONNECT_TIMEOUT_MS = 5_000;
const CONFIRM_TIMEOUT_MS = 30_000;
const VERSION = 7;

/** A call of ours over H.323: a connection, a Setup, and what follows. */
export class OutgoingH323Call {
  readonly id: string = randomUUID();
  readonly protocol = 'H.323';
  readonly #options: OutgoingH323Options;
  readonly #environment: CallEnvironment;
  readonly #events = new EventQueue<OutgoingH323Listener>();
  readonly #identity: CallIdentity;
  readonly #onReleased: () => void;
  #socket: Socket | null = null;
  #session: CallSession<OutgoingH323Listener> | null = null;
  #hasFastStartAnswer = false;
  #h245Address: MediaAddress | null = null;
  #isEnded = false;

  /** @param onReleased told once, when nothing of the call is held any more. */
  constructor(options: OutgoingH323Options, environment: CallEnvironment, onReleased: () => void) {
    this.#onReleased = onReleased;
    this.#options = options;
    this.#environment = environment;
    this.#identity = {
      callReference: 1 + (environment.random() % 0x7fff),
      isFromDestination: false,
      callIdentifier: randomBytes(16),
      conferenceId: randomBytes(16),
      version: VERSION,
    };
  }

  get remoteCallId(): string {
    return Buffer.from(this.#identity.callIdentifier).toString('hex');
  }

  /** Connects and sends Setup. Failures come through `onEnded`. */
  start(): void {
    const { destination, socket: open } = this.#options;
    if (open !== undefined) {
      this.#socket = open;
      void this.#onConnected(open);
      return;
    }
    const { address: host, port } = destination;
    const socket = connect({ host, port });
    this.#socket = socket;
    const onFailed = (error: Error) => this.#fail(error.message);
    const stopTimer = this.#environment.clock.after(CONNECT_TIMEOUT_MS, () => {
      socket.destroy(new Error(`no connection to ${host}:${port} within ${CONNECT_TIMEOUT_MS / 1000} s`));
    });
    socket.once('error', onFailed);
    socket.once('close', stopTimer);
    socket.once('connect', () => {
      stopTimer();
      socket.off('error', onFailed);
      void this.#onConnected(socket);
    });
  }

  listen(listener: OutgoingH323Listener): void {
    this.#events.listen(listener);
  }

  /** Presses keys, when the call is up; those of H.245 wait until its session can carry them. */
  sendDigits(digits: string, transport: DigitTransport, durationMs = DEFAULT_KEY_MS): void {
    if (transport === 'q931-keypad') {
      this.#session?.wire.keypad(digits);
      return;
    }
    for (const digit of digits) {
      this.#session?.control?.tellWhenReady(keyIndication(digit, transport, durationMs));
    }
  }

  /** Release Complete, or an end to the attempt to connect. Safe in any state. */
  end(reason: 'normal-clearing' | FailureReason, detail = ''): void {
    if (this.#session !== null) {
      this.#session.end(reason, detail);
      return;
    }
    this.#socket?.destroy();
    this.#finish(() => this.#events.tell((listener) => listener.onEnded({ by: 'local', reason, detail })));
  }

  async #onConnected(socket: Socket): Promise<void> {
    if (this.#isEnded) {
      socket.destroy();
      return;
    }
    const session = this.#openSession(socket);
    const { h245, hasFastStart = true, media, calledAlias, callingAlias, destination } = this.#options;
    const control = h245 === 'listening' ? session.openControl(media) : null;
    const h245Address = (await control?.listen()) ?? null;
    if (session.isOver) return;
    session.move('sent setup');
    session.wire.setup({
      calledAlias,
      callingAlias,
      destination,
      source: { address: plainAddress(socket.localAddress), port: socket.localPort ?? 0 },
      h245Address,
      fastStart: hasFastStart ? proposeFastStart(this.#environment.capabilities, media) : [],
      parallelH245Control: h245 === 'in-setup' ? this.#firstMessages(session) : [],
    });
    this.#waitInState(session);
  }

  #openSession(socket: Socket): CallSession<OutgoingH323Listener> {
    const { clock, limits } = this.#environment;
    const connection = new TpktConnection(socket, clock, limits, {
      onMessage: (octets) => this.#onMessage(octets),
      onClosed: ({ detail }) => this.#session?.onDisconnected(detail),
    });
    const { h245 = 'tunnelled' } = this.#options;
    const isTunnelling = h245 === 'tunnelled' || h245 === 'in-setup';
    const session = new CallSession<OutgoingH323Listener>(
      { identity: this.#identity, isTunnelling, terminalType: TERMINAL_TYPE_TERMINAL },
      connection,
      this.#environment,
      this.#events,
      () => this.#finish(() => undefined),
    );
    this.#session = session;
    return session;
  }

  /** Our first H.245 messages, taken out of the tunnel to ride in Setup. */
  #firstMessages(session: CallSession<OutgoingH323Listener>): Uint8Array[] {
    const first: Uint8Array[] = [];
    let isSetup = true;
    session
      .openControl(this.#options.media, (octets) => {
        if (isSetup) first.push(octets);
        else session.wire.tunnel(octets);
      })
      .start();
    isSetup = false;
    return first;
  }

  #onMessage(octets: Uint8Array): void {
    const session = this.#session;
    if (session === null || session.isOver) return;
    try {
      const message = parseH225(octets);
      if (message.q931.callReference === this.#identity.callReference) this.#onCallMessage(session, message);
    } catch (error) {
      if (!(error instanceof PerError || error instanceof Q931Error)) throw error;
      session.onMalformed(error.message);
    }
  }

  #onCallMessage(session: CallSession<OutgoingH323Listener>, message: H225Message): void {
    const body = message.unit?.['h323-message-body'];
    const type = message.q931.type;
    if (type === 'progress') this.#onProgress(session, body);
    if (type !== 'callProceeding' && type !== 'alerting' && type !== 'connect') {
      session.receive(message);
      return;
    }
    if (!session.move(`received ${type}`)) {
      session.receive(message);
      return;
    }
    this.#waitInState(session);
    if (type === 'connect')
      session.setTunnelling(session.isTunnelling && message.unit?.h245Tunnelling === true);
    else this.#events.tell((listener) => listener.onProgress(type));
    if (body?.choice === type) this.#onAnswerPart(session, type, body.value);
    if (!session.isTunnelling) return;
    for (const octets of message.unit?.h245Control ?? []) session.receiveH245(octets);
    if (type === 'connect' && this.#options.h245 === 'in-setup') session.control?.startAgainIfUnheard();
  }

  /** Q.931 §5.2.6: whoever gets Progress stops T310; as long as for a person to answer it may take all the same. */
  #onProgress(session: CallSession<OutgoingH323Listener>, body: H225Body | undefined): void {
    if (session.state === 'active') return;
    session.endAfter(CALL_STATE_TIMERS_MS['call delivered'], 'no-response', 'No answer after Progress.');
    if (body?.choice === 'progress') this.#onAnswerPart(session, 'progress', body.value);
  }

  /** Fast start and the address for H.245 may come with any answer; the channels begin with Connect. */
  #onAnswerPart(
    session: CallSession<OutgoingH323Listener>,
    type: 'callProceeding' | 'alerting' | 'progress' | 'connect',
    { fastStart, h245Address }: CallProceedingUUIE | AlertingUUIE | ProgressUUIE | ConnectUUIE,
  ): void {
    this.#h245Address = readH225Address(h245Address) ?? this.#h245Address;
    const answer = fastStart && !this.#hasFastStartAnswer ? readFastStartAnswer(fastStart) : null;
    const needsControl = answer !== null || type === 'connect';
    const control = session.control ?? (needsControl ? session.openControl(this.#options.media) : null);
    if (answer !== null) {
      this.#hasFastStartAnswer = true;
      control?.adoptFastStart(answer.incoming, answer.outgoing);
    }
    if (type !== 'connect' || control === null) return;
    this.#events.tell((listener) => listener.onAnswered());
    if (session.isOver) return;
    if (this.#hasFastStartAnswer) session.confirm();
    else session.endAfter(CONFIRM_TIMEOUT_MS, 'no-acknowledgement', 'The far end opened no H.245 session.');
    if (session.isTunnelling) session.startControl();
    else if (this.#h245Address !== null) control.connect(this.#h245Address);
    else if (!session.hasH245Address && !control.isListening && !control.isStarted)
      void this.#listenForH245(session);
  }

  /** Neither tunnel nor address: the far end is asked to connect to us (H.323 §8.2.3). */
  async #listenForH245(session: CallSession<OutgoingH323Listener>): Promise<void> {
    const address = (await session.control?.listen()) ?? null;
    if (address !== null && !session.isOver) session.wire.startH245(address);
  }

  /** H.225.0 §7.6: T303, T310 and T301, one after the other. */
  #waitInState(session: CallSession<OutgoingH323Listener>): void {
    session.endAfter(
      CALL_STATE_TIMERS_MS[session.state],
      'no-response',
      `No answer in state ${session.state}.`,
    );
  }

  #fail(detail: string): void {
    this.#finish(() =>
      this.#events.tell((listener) =>
        listener.onEnded({ by: 'remote', reason: 'transport-failure', detail }),
      ),
    );
  }

  #finish(tell: () => void): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#onReleased();
    tell();
  }
}

/** How long a key is told to be down. */
const DEFAULT_KEY_MS = 100;
