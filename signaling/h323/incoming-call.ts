import type { CallFailure, FailureReason } from '../call-failure.ts';
import type { CallLeg, CallLegListener, CallParty } from '../call-leg.ts';
import type { LocalMedia, MediaAddress, NegotiatedAudio } from '../session-description.ts';
import { EventQueue } from '../sip/event-queue.ts';
import type { CallEnvironment } from './call-environment.ts';
import { CallSession } from './call-session.ts';
import { answerFastStart, chooseFastStart, type FastStartChoice, outgoingChannelOf } from './fast-start.ts';
import type { H225Message } from './h225.ts';
import { negotiatedAudio } from './h245/negotiated-audio.ts';
import type { H245Control } from './h245-control.ts';
import type { IncomingSetup } from './setup.ts';
import type { TpktConnection } from './tpkt-connection.ts';

/** H.323 table 6-1: an MCU with audio, video and data. It is always master, so conflicts are ours to decide. */
const TERMINAL_TYPE_MCU = 190;
/** From Connect on, the caller has this long to agree on channels. */
const CONFIRM_TIMEOUT_MS = 30_000;

/** A call that came in over H.323, from its Setup to its end. */
export class IncomingH323Call implements CallLeg {
  readonly id: string;
  readonly protocol = 'H.323';
  readonly transport = 'TCP';
  readonly remoteCallId: string;
  readonly calling: CallParty;
  readonly called: CallParty;
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly localAddress: string;
  readonly userAgent: string | null;
  readonly acceptedLanguages: readonly string[];
  readonly arrivedAtMs: number;
  readonly #setup: IncomingSetup;
  readonly #environment: CallEnvironment;
  readonly #session: CallSession;
  readonly #fastStart: FastStartChoice | null;

  /** @param onReleased told once, when nothing of the call is held any more. */
  constructor(
    id: string,
    setup: IncomingSetup,
    connection: TpktConnection,
    environment: CallEnvironment,
    onReleased: () => void,
  ) {
    this.id = id;
    this.#setup = setup;
    this.#environment = environment;
    this.remoteCallId = Buffer.from(setup.identity.callIdentifier).toString('hex');
    this.calling = setup.calling;
    this.called = setup.called;
    this.userAgent = setup.userAgent;
    this.acceptedLanguages = setup.acceptedLanguages;
    this.remoteAddress = connection.remoteAddress;
    this.remotePort = connection.remotePort;
    this.localAddress = connection.localAddress;
    this.arrivedAtMs = environment.clock.now();
    this.#fastStart = chooseFastStart(setup.fastStart, environment.capabilities);
    const options = { ...setup, terminalType: TERMINAL_TYPE_MCU };
    const events = new EventQueue<CallLegListener>();
    this.#session = new CallSession(options, connection, environment, events, onReleased);
    this.#session.move('received setup');
    for (const octets of setup.h245Control) this.#session.receiveH245(octets);
  }

  /** Tells the caller that its Setup is being worked on; done by the endpoint, before anybody decides. */
  proceed(): void {
    if (this.#session.move('sent callProceeding')) this.#session.wire.callProceeding();
  }

  negotiate(): NegotiatedAudio | null {
    if (this.#fastStart === null) return null;
    const { incoming, outgoing } = this.#fastStart;
    const { capabilities } = this.#environment;
    return negotiatedAudio({ incoming, outgoing }, { peerAddress: this.remoteAddress, capabilities });
  }

  ring(): void {
    if (this.#session.move('sent alerting')) this.#session.wire.alerting();
  }

  accept(media: LocalMedia): void {
    if (this.#session.isOver || this.#session.control !== null) return;
    const control = this.#session.openControl(media);
    const { isTunnelling, h245Address } = this.#setup;
    if (isTunnelling) {
      this.#connect(control, media, null);
      this.#session.startControl();
    } else if (h245Address?.address === this.remoteAddress) {
      // Where the caller names another address, such as its own behind address translation, it connects to us.
      this.#connect(control, media, null);
      control.connect(h245Address);
    } else void this.#connectWithListener(control, media);
  }

  reject(failure: CallFailure): void {
    this.end(failure.reason, failure.message);
  }

  end(reason: 'normal-clearing' | FailureReason, detail?: string): void {
    this.#session.end(reason, detail);
  }

  listen(listener: CallLegListener): void {
    this.#session.events.listen(listener);
  }

  /** A message of the connection of this call. */
  receive(message: H225Message): void {
    if (!this.#session.isOver) this.#session.receive(message);
  }

  onMalformed(detail: string): void {
    this.#session.onMalformed(detail);
  }

  onDisconnected(detail: string): void {
    this.#session.onDisconnected(detail);
  }

  async #connectWithListener(control: H245Control, media: LocalMedia): Promise<void> {
    const address = await control.listen();
    if (this.#session.isOver) return;
    if (address === null && this.#fastStart === null) {
      this.end('no-media-port', 'No TCP port is free for H.245.');
      return;
    }
    const host = this.#environment.advertisedAddressFor(this.localAddress);
    this.#connect(control, media, address && { address: host, port: address.port });
  }

  #connect(control: H245Control, media: LocalMedia, h245Address: MediaAddress | null): void {
    if (!this.#session.move('sent connect')) return;
    const choice = this.#fastStart;
    this.#session.wire.connect({ h245Address, fastStart: choice && answerFastStart(choice, media) });
    if (choice === null) {
      this.#session.endAfter(CONFIRM_TIMEOUT_MS, 'no-acknowledgement', 'The caller opened no H.245 session.');
    } else {
      control.adoptFastStart(choice.incoming, outgoingChannelOf(choice));
      this.#session.confirm();
    }
  }
}
