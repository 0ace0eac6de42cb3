import type { Socket } from 'node:net';
import type { FailureReason } from '../call-failure.ts';
import type { CallLeg } from '../call-leg.ts';
import type { CallEnvironment, CallGatekeeper } from './call-environment.ts';
import { type H225Message, parseH225 } from './h225.ts';
import { IncomingH323Call } from './incoming-call.ts';
import { PerError } from './per/per-error.ts';
import { Q850_CAUSE } from './q850-cause.ts';
import { createQ931, parseQ931, Q931Error, serializeQ931 } from './q931.ts';
import { serializeCause } from './q931-elements.ts';
import { type IncomingSetup, readSetup } from './setup.ts';
import { type ConnectionEnd, TpktConnection } from './tpkt-connection.ts';

export interface SignalingChannelListener {
  createId(): string;
  onCall(leg: CallLeg): void;
  onRefused(detail: string): void;
  onReleased(channel: SignalingChannel): void;
}

/**
 * One call signaling connection: waits for a Setup, makes the call of it and gives it its messages. What cannot
 * be read ends here, whatever it is: refused with the right cause while there is no call, counted in a call.
 */
export class SignalingChannel {
  readonly #connection: TpktConnection;
  readonly #environment: CallEnvironment;
  readonly #listener: SignalingChannelListener;
  readonly #stopSetupTimer: () => void;
  #call: IncomingH323Call | null = null;
  #callReference: number | null = null;
  #isReleased = false;
  #stopAdmission: () => void = () => undefined;

  constructor(
    socket: Socket,
    environment: CallEnvironment,
    setupTimeoutMs: number,
    listener: SignalingChannelListener,
  ) {
    this.#environment = environment;
    this.#listener = listener;
    this.#connection = new TpktConnection(socket, environment.clock, environment.limits, {
      onMessage: (octets) => this.#onMessage(octets),
      onClosed: (end) => this.#onClosed(end),
    });
    this.#stopSetupTimer = environment.clock.after(setupTimeoutMs, () => {
      this.#refuse('no Setup came in time');
    });
  }

  end(reason: FailureReason): void {
    if (this.#call === null) this.#release();
    else this.#call.end(reason);
  }

  #onMessage(octets: Uint8Array): void {
    if (this.#isReleased) return;
    try {
      const message = parseH225(octets);
      if (this.#call === null) this.#onFirst(message);
      else if (message.q931.callReference === this.#callReference) this.#call.receive(message);
      else if (message.q931.type === 'setup')
        this.#answerRelease(message.q931.callReference, Q850_CAUSE.resourceUnavailable);
    } catch (error) {
      if (!(error instanceof PerError || error instanceof Q931Error)) throw error;
      this.#onMalformed(octets, error);
    }
  }

  #onFirst(message: H225Message): void {
    const { callReference, type } = message.q931;
    if (type !== 'setup') {
      // A message of a call that we do not know: only a Release Complete is not answered (Q.931 §5.8.3.2).
      if (type !== 'releaseComplete') this.#answerRelease(callReference, Q850_CAUSE.invalidCallReference);
      return;
    }
    const setup = readSetup(message, this.#connection);
    if (setup === null) {
      this.#answerRelease(callReference, Q850_CAUSE.mandatoryElementMissing);
      this.#refuse('a Setup without its H.225.0 part');
      return;
    }
    this.#stopSetupTimer();
    this.#callReference = callReference;
    const id = this.#listener.createId();
    const call = new IncomingH323Call(id, setup, this.#connection, this.#environment, () => this.#release());
    this.#call = call;
    call.proceed();
    const gatekeeper = this.#environment.gatekeeper();
    if (gatekeeper === null) this.#listener.onCall(call);
    else void this.#askGatekeeper(gatekeeper, call, setup);
  }

  /** H.323 §8.1.2: registered endpoints ask before they answer. */
  async #askGatekeeper(
    gatekeeper: CallGatekeeper,
    call: IncomingH323Call,
    { identity, calling, called }: IncomingSetup,
  ): Promise<void> {
    const { remoteAddress: address, remotePort: port } = this.#connection;
    const end = (detail: string) => call.end('normal-clearing', detail);
    const toAdmit = { identity, calling, called, peer: { address, port }, end };
    this.#stopAdmission = () => gatekeeper.release(toAdmit);
    const admission = await gatekeeper.admit(toAdmit);
    if (this.#isReleased) return;
    if (admission.isGranted) {
      this.#listener.onCall(call);
      return;
    }
    this.#listener.onRefused(admission.detail);
    call.end(admission.reason, admission.detail);
  }

  #onMalformed(octets: Uint8Array, error: PerError | Q931Error): void {
    if (this.#call !== null) {
      this.#call.onMalformed(error.message);
      return;
    }
    const reference = callReferenceOf(octets);
    const cause = error instanceof Q931Error ? error.q850Cause : Q850_CAUSE.invalidElementContents;
    if (reference !== null) this.#answerRelease(reference, cause);
    this.#environment.onMalformed(error.message, this.#connection.remoteAddress);
    this.#refuse(`no Setup: ${error.message}`);
  }

  /** A Release Complete for a call that does not exist: without a version to speak it stays pure Q.931. */
  #answerRelease(callReference: number, q850Cause: number): void {
    const reference = { callReference, isFromDestination: true };
    const message = createQ931('releaseComplete', reference, { cause: serializeCause(q850Cause) });
    this.#connection.send(serializeQ931(message));
  }

  #refuse(detail: string): void {
    if (this.#isReleased) return;
    this.#listener.onRefused(detail);
    this.#release();
  }

  #onClosed({ kind, detail }: ConnectionEnd): void {
    if (kind === 'violation') this.#environment.onMalformed(detail, this.#connection.remoteAddress);
    this.#call?.onDisconnected(detail);
    this.#release();
  }

  #release(): void {
    if (this.#isReleased) return;
    this.#isReleased = true;
    this.#stopSetupTimer();
    this.#stopAdmission();
    this.#connection.close();
    this.#listener.onReleased(this);
  }
}

/** The call reference of a message that cannot be read as a whole. */
function callReferenceOf(octets: Uint8Array): number | null {
  try {
    return parseQ931(octets.subarray(0, 5)).callReference;
  } catch {
    return null;
  }
}
