import type { Clock } from '../clock.ts';
import type { RasMessage } from '../ras-types.ts';
import { type RasChoice, type RasValue, rasMessage } from './ras-message.ts';

/** How long an answer may take, and how often a request is sent again (H.225.0 §7.19). */
export interface RasTimer {
  readonly timeoutMs: number;
  readonly retries: number;
}

/** Requests of ours, and what answers each; a Request In Progress only gives more time. */
const ANSWERS = {
  gatekeeperRequest: ['gatekeeperConfirm', 'gatekeeperReject'],
  registrationRequest: ['registrationConfirm', 'registrationReject'],
  unregistrationRequest: ['unregistrationConfirm', 'unregistrationReject'],
  admissionRequest: ['admissionConfirm', 'admissionReject'],
  disengageRequest: ['disengageConfirm', 'disengageReject'],
} as const satisfies Partial<Record<RasChoice, readonly RasChoice[]>>;

type RasRequest = keyof typeof ANSWERS;
type AnswerTo<Request extends RasRequest> = Extract<
  RasMessage,
  { readonly choice: (typeof ANSWERS)[Request][number] }
>;

interface Transaction {
  readonly answers: readonly RasChoice[];
  readonly onAnswer: (answer: RasMessage | null) => void;
  /** Starts the timer anew. */
  wait(delayMs: number): void;
  stop(): void;
}

/** Sequence numbers, repetitions and answers of the requests that we send (H.225.0 §7.19). */
export class RasTransactions {
  readonly #clock: Clock;
  readonly #send: (message: RasMessage) => void;
  readonly #open = new Map<number, Transaction>();
  #sequenceNumber: number;

  /** @param first of the sequence numbers, 1–65535; random, so that a restart is not taken for a repetition. */
  constructor(clock: Clock, first: number, send: (message: RasMessage) => void) {
    this.#clock = clock;
    this.#sequenceNumber = first;
    this.#send = send;
  }

  /** @returns the answer, or null where none came in time. */
  request<Request extends RasRequest>(
    choice: Request,
    value: Omit<RasValue<Request>, 'requestSeqNum'>,
    { timeoutMs, retries }: RasTimer,
  ): Promise<AnswerTo<Request> | null> {
    const requestSeqNum = this.#nextSequenceNumber();
    const message = rasMessage(choice, { ...value, requestSeqNum } as RasValue<Request>);
    return new Promise((resolve) => {
      let left = retries;
      let stopTimer: () => void = () => undefined;
      const transaction: Transaction = {
        answers: ANSWERS[choice],
        onAnswer: (answer) => resolve(answer as AnswerTo<Request> | null),
        wait: (delayMs) => {
          stopTimer();
          stopTimer = this.#clock.after(delayMs, () => {
            if (left-- === 0) this.#finish(requestSeqNum, null);
            else transmit();
          });
        },
        stop: () => stopTimer(),
      };
      const transmit = () => {
        transaction.wait(timeoutMs);
        this.#send(message);
      };
      this.#open.set(requestSeqNum, transaction);
      transmit();
    });
  }

  /** @returns false where the message is no answer to a request of ours. */
  receive(message: RasMessage): boolean {
    const { requestSeqNum } = message.value;
    const transaction = this.#open.get(requestSeqNum);
    if (message.choice === 'requestInProgress') {
      transaction?.wait(message.value.delay);
      return true;
    }
    if (!transaction?.answers.includes(message.choice)) return false;
    this.#finish(requestSeqNum, message);
    return true;
  }

  /** Nothing is waited for any more. */
  stop(): void {
    for (const requestSeqNum of [...this.#open.keys()]) this.#finish(requestSeqNum, null);
  }

  #finish(requestSeqNum: number, answer: RasMessage | null): void {
    const transaction = this.#open.get(requestSeqNum);
    this.#open.delete(requestSeqNum);
    transaction?.stop();
    transaction?.onAnswer(answer);
  }

  /** From 1 to 65535, and round again. */
  #nextSequenceNumber(): number {
    const number = this.#sequenceNumber;
    this.#sequenceNumber = (number % 0xffff) + 1;
    return number;
  }
}
