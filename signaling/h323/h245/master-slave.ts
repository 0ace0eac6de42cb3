import { type H245Message, request, response } from './message.ts';

/** H.245 Annex A, table of parameters: T106, and how often numbers may be equal (N100). */
export const T106_MS = 30_000;
const N100 = 3;
const NUMBER_RANGE = 2 ** 24;

export type MasterSlaveStatus = 'master' | 'slave';

export interface MasterSlaveOptions {
  /** H.323 table 6-1: 50 terminal, 60 gateway, 120 gatekeeper, 160–190 MCU. The larger one is master. */
  readonly terminalType: number;
  /** A number of 24 bits, anew at each call. */
  random(): number;
}

type State = 'idle' | 'outgoing awaiting response' | 'incoming awaiting response';

/**
 * Master/slave determination (H.245 §C.2, MSDSE). Each method takes one event and returns what is to be sent.
 * Unlike the figures, an event out of turn is no reason to give up: real endpoints send both sides' requests at
 * once, and whatever they say last holds.
 */
export class MasterSlaveDetermination {
  readonly #options: MasterSlaveOptions;
  #state: State = 'idle';
  #number = 0;
  #attempts = 0;
  #status: MasterSlaveStatus | null = null;
  #isSettled = false;
  #deadlineMs: number | null = null;

  constructor(options: MasterSlaveOptions) {
    this.#options = options;
  }

  get state(): State {
    return this.#state;
  }

  /** Null until both sides agree. */
  get status(): MasterSlaveStatus | null {
    return this.#isSettled ? this.#status : null;
  }

  /** When T106 ends, or null while it does not run. */
  get deadlineMs(): number | null {
    return this.#deadlineMs;
  }

  start(nowMs: number): H245Message[] {
    this.#attempts = 1;
    return [this.#ask(nowMs)];
  }

  onDetermination(terminalType: number, statusDeterminationNumber: number, nowMs: number): H245Message[] {
    const status = this.#statusAgainst(terminalType, statusDeterminationNumber);
    if (status === null) return this.#onEqualNumbers(nowMs);
    this.#status = status;
    this.#state = 'incoming awaiting response';
    this.#deadlineMs = nowMs + T106_MS;
    return [ackOf(status)];
  }

  /** The acknowledgement says what *we* are. */
  onAck(decision: MasterSlaveStatus): H245Message[] {
    const isAnswerToOurs = this.#state === 'outgoing awaiting response';
    this.#status = decision;
    this.#isSettled = true;
    this.#rest();
    return isAnswerToOurs ? [ackOf(decision)] : [];
  }

  onReject(nowMs: number): H245Message[] {
    return this.#state === 'outgoing awaiting response' ? this.#askAgain(nowMs) : [];
  }

  onRelease(): void {
    this.#rest();
  }

  /** T106 ended: what we found out ourselves holds, and without that we follow. */
  onTimeout(): void {
    this.#status ??= 'slave';
    this.#isSettled = true;
    this.#rest();
  }

  #onEqualNumbers(nowMs: number): H245Message[] {
    if (this.#state === 'outgoing awaiting response') return this.#askAgain(nowMs);
    return [
      response('masterSlaveDeterminationReject', { cause: { choice: 'identicalNumbers', value: null } }),
    ];
  }

  #askAgain(nowMs: number): H245Message[] {
    if (this.#attempts >= N100) {
      this.#rest();
      return [];
    }
    this.#attempts++;
    return [this.#ask(nowMs)];
  }

  #ask(nowMs: number): H245Message {
    this.#number = this.#options.random() % NUMBER_RANGE;
    this.#state = 'outgoing awaiting response';
    this.#deadlineMs = nowMs + T106_MS;
    return request('masterSlaveDetermination', {
      terminalType: this.#options.terminalType,
      statusDeterminationNumber: this.#number,
    });
  }

  /** H.245 §C.2.1: the larger type, then the number less than half a turn behind; null: it cannot be told. */
  #statusAgainst(terminalType: number, number: number): MasterSlaveStatus | null {
    if (terminalType !== this.#options.terminalType) {
      return terminalType < this.#options.terminalType ? 'master' : 'slave';
    }
    const ahead = (number - this.#number + NUMBER_RANGE) % NUMBER_RANGE;
    if (ahead === 0 || ahead === NUMBER_RANGE / 2) return null;
    return ahead < NUMBER_RANGE / 2 ? 'master' : 'slave';
  }

  #rest(): void {
    this.#state = 'idle';
    this.#deadlineMs = null;
  }
}

/** Tells the other side what it is: the opposite of us. */
function ackOf(ours: MasterSlaveStatus): H245Message {
  const choice = ours === 'master' ? 'slave' : 'master';
  return response('masterSlaveDeterminationAck', { decision: { choice, value: null } });
}
