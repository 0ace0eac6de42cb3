import { CALL_FAILURES, type FailureReason } from '../call-failure.ts';
import type { CallEnd, CallLegListener } from '../call-leg.ts';
import type { LocalMedia, MediaAddress } from '../session-description.ts';
import type { EventQueue } from '../sip/event-queue.ts';
import { CallDigits } from './call-digits.ts';
import type { CallEnvironment } from './call-environment.ts';
import { type CallEvent, type CallState, nextCallState } from './call-state.ts';
import { CallWire } from './call-wire.ts';
import type { CallIdentity, H225Message } from './h225.ts';
import type { FacilityUUIE } from './h225-types.ts';
import type { H245Action } from './h245/session.ts';
import { H245Control } from './h245-control.ts';
import { causeOfReason, describeCause, Q850_CAUSE } from './q850-cause.ts';
import { contentOf } from './q931.ts';
import { parseCause } from './q931-elements.ts';
import type { TpktConnection } from './tpkt-connection.ts';
import { readH225Address } from './transport-address.ts';

/** Tunnelled H.245 that comes before we are ready for it. */
const MAX_EARLY_MESSAGES = 64;
/** Messages that cannot be read before we give up on a peer. */
const MAX_MALFORMED = 16;

export interface CallSessionOptions {
  readonly identity: CallIdentity;
  /** H.245 inside call signaling, as far as we know yet. */
  readonly isTunnelling: boolean;
  /** H.323 table 6-1: 50 for a terminal, 190 for an MCU. */
  readonly terminalType: number;
}

/**
 * What a call is on its signaling connection, whoever called: its state, its H.245, the messages both sides
 * handle alike, and the one way out on which everything it opened is closed.
 */
export class CallSession<Listener extends CallLegListener = CallLegListener> {
  readonly wire: CallWire;
  readonly events: EventQueue<Listener>;
  readonly #options: CallSessionOptions;
  readonly #connection: TpktConnection;
  readonly #digits: CallDigits<Listener>;
  readonly #environment: CallEnvironment;
  readonly #onReleased: () => void;
  #state: CallState = 'null';
  #control: H245Control | null = null;
  #h245Address: MediaAddress | null = null;
  #isTunnelling: boolean;
  #early: Uint8Array[] = [];
  #isConfirmed = false;
  #isOver = false;
  #malformed = 0;
  #stopTimer: (() => void) | null = null;

  /** @param onReleased told once, when nothing of the call is held any more. */
  constructor(
    options: CallSessionOptions,
    connection: TpktConnection,
    environment: CallEnvironment,
    events: EventQueue<Listener>,
    onReleased: () => void,
  ) {
    this.#options = options;
    this.#connection = connection;
    this.#environment = environment;
    this.#onReleased = onReleased;
    this.#isTunnelling = options.isTunnelling;
    this.events = events;
    this.#digits = new CallDigits(events, environment.clock);
    this.wire = new CallWire(connection, { ...options, ...environment });
  }

  get state(): CallState {
    return this.#state;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  get control(): H245Control | null {
    return this.#control;
  }

  get isTunnelling(): boolean {
    return this.#isTunnelling;
  }

  /** @returns whether the event belongs into the state. */
  move(event: CallEvent): boolean {
    const next = this.#isOver ? null : nextCallState(this.#state, event);
    if (next === null) return false;
    this.#state = next;
    return true;
  }

  /** The side that is called decides whether H.245 is tunnelled (H.323 §8.2.1). */
  setTunnelling(isTunnelling: boolean): void {
    if (isTunnelling === this.#isTunnelling) return;
    this.#isTunnelling = isTunnelling;
    this.wire.isTunnelling = isTunnelling;
    if (this.#control?.setTunnelled(isTunnelling) === false) {
      this.#control.close();
      this.#control = null;
    }
  }

  /** Runs once after the delay unless the call is confirmed, over, or waits for something else by then. */
  endAfter(delayMs: number | null, reason: FailureReason, detail: string): void {
    this.#stopTimer?.();
    this.#stopTimer =
      delayMs === null ? null : this.#environment.clock.after(delayMs, () => this.end(reason, detail));
  }

  openControl(
    local: LocalMedia,
    onTunnel: (octets: Uint8Array) => void = (octets) => this.wire.tunnel(octets),
  ): H245Control {
    const { clock, capabilities, ports, limits } = this.#environment;
    const { localAddress, localPort: signalingPort, remoteAddress: peerAddress } = this.#connection;
    const { terminalType } = this.#options;
    const surroundings = {
      clock,
      capabilities,
      ports,
      limits,
      local,
      localAddress,
      signalingPort,
      peerAddress,
    };
    const random = () => this.#environment.random();
    const isTunnelled = this.#isTunnelling;
    this.#control = new H245Control(
      { ...surroundings, terminalType, random, isTunnelled },
      {
        onAction: (action) => this.#onAction(action),
        onTunnel,
        onMalformed: (detail) => this.onMalformed(detail),
      },
    );
    if (this.#h245Address !== null) this.#control.connect(this.#h245Address);
    return this.#control;
  }

  /** Where the peer waits for H.245, as any message may say; connected to as soon as we have a control channel. */
  noteH245Address(address: MediaAddress | null): void {
    if (address === null) return;
    this.#h245Address = address;
    this.#control?.connect(address);
  }

  get hasH245Address(): boolean {
    return this.#h245Address !== null;
  }

  /** Begins tunnelled H.245, and takes what came before. */
  startControl(): void {
    this.#control?.start();
    const early = this.#early;
    this.#early = [];
    for (const octets of early) this.receiveH245(octets);
  }

  receiveH245(octets: Uint8Array): void {
    if (this.#control?.isStarted) this.#control.receive(octets);
    else if (this.#early.length < MAX_EARLY_MESSAGES) this.#early.push(octets);
  }

  /** A message that means the same to both sides. */
  receive({ q931, unit }: H225Message): void {
    // What rides in Release Complete only ends the session, and says less than its cause.
    const isTaken = this.#isTunnelling && q931.type !== 'releaseComplete';
    const controls = isTaken ? (unit?.h245Control ?? []) : [];
    for (const octets of controls) this.receiveH245(octets);
    if (this.#isOver) return;
    const body = unit?.['h323-message-body'];
    switch (q931.type) {
      case 'releaseComplete':
        this.#onReleaseComplete(causeOf({ q931, unit }));
        break;
      case 'information':
        this.#digits.keypad(contentOf(q931, 'keypad'));
        break;
      case 'facility':
        if (body?.choice === 'facility') this.#onFacility(body.value);
        break;
      case 'statusInquiry':
        this.wire.status(Q850_CAUSE.responseToStatusInquiry, this.#state);
        break;
      case 'setup':
      case 'callProceeding':
      case 'alerting':
      case 'connect':
        this.wire.status(Q850_CAUSE.messageNotCompatibleWithState, this.#state);
        break;
      case null:
        this.wire.status(Q850_CAUSE.messageTypeNonExistent, this.#state);
        break;
      // Notify, Progress and the like change nothing; a Status is never answered, or two sides never stop.
      default:
    }
  }

  /** A message of this call that cannot be read is dropped; too many of them end the call. */
  onMalformed(detail: string): void {
    this.#environment.onMalformed(detail, this.#connection.remoteAddress);
    if (++this.#malformed > MAX_MALFORMED) this.end('malformed-offer', `Too many broken messages: ${detail}`);
  }

  /** The connection is gone without a Release Complete. */
  onDisconnected(detail: string): void {
    const withoutRelease = `Without Release Complete: ${detail}.`;
    this.#finish({ by: 'remote', reason: 'transport-failure', detail: withoutRelease });
  }

  confirm(): void {
    if (this.#isConfirmed || this.#isOver) return;
    this.#isConfirmed = true;
    this.#stopTimer?.();
    this.events.tell((listener) => listener.onConfirmed());
  }

  /** Our end of the call, in any state. */
  end(reason: 'normal-clearing' | FailureReason, detail = ''): void {
    const cause = reason === 'normal-clearing' ? Q850_CAUSE.normalClearing : CALL_FAILURES[reason].q850Cause;
    this.#release(cause, { by: 'local', reason, detail });
  }

  #onAction(action: Exclude<H245Action, { kind: 'send' }>): void {
    if (this.#isOver) return;
    switch (action.kind) {
      case 'media':
        this.events.tell((listener) => listener.onMedia(action.audio));
        break;
      case 'digit':
        this.#digits.tell(action.digit);
        break;
      case 'held':
        this.#digits.held(action.durationMs);
        break;
      case 'ready':
        this.confirm();
        break;
      case 'failed':
        this.end(action.reason, action.detail);
        break;
      case 'ended': {
        const end = { by: 'remote', reason: 'normal-clearing', detail: 'H.245 end of session' } as const;
        this.#release(Q850_CAUSE.normalClearing, end);
        break;
      }
      default:
    }
  }

  /** Before the answer, the cause says why a call of ours was refused. */
  #onReleaseComplete(q850Cause: number): void {
    const isRefusal = this.#state === 'call initiated' || this.#state.startsWith('outgoing');
    const reason = isRefusal || this.#state === 'call delivered' ? 'remote-rejected' : 'normal-clearing';
    const detail = `Release Complete, cause ${describeCause(q850Cause)}`;
    this.#finish({ by: 'remote', reason, detail, q850Cause });
  }

  /** H.323 §8.2.3: the peer waits for us to connect for H.245. */
  #onFacility({ reason, h245Address }: FacilityUUIE): void {
    if (reason.choice === 'startH245') this.noteH245Address(readH225Address(h245Address));
  }

  #release(q850Cause: number, end: CallEnd): void {
    if (this.#isOver) return;
    const last = this.#control?.close() ?? [];
    this.wire.releaseComplete(q850Cause, last.length === 0 ? undefined : last);
    this.#finish(end);
  }

  /** The one way out: everything the call opened is closed. */
  #finish(end: CallEnd): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#state = 'null';
    this.#stopTimer?.();
    this.#control?.close();
    this.#connection.close();
    this.#early = [];
    this.#onReleased();
    this.events.tell((listener) => listener.onEnded(end));
  }
}

/** H.225.0 §7.3.9: a Release Complete has a cause or a reason; one with neither is an ordinary end. */
function causeOf({ q931, unit }: H225Message): number {
  const element = contentOf(q931, 'cause');
  const cause = element && parseCause(element);
  if (cause !== null) return cause;
  const body = unit?.['h323-message-body'];
  const reason = body?.choice === 'releaseComplete' ? body.value.reason : undefined;
  return reason === undefined ? Q850_CAUSE.normalClearing : causeOfReason(reason);
}
