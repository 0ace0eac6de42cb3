import type { AudioCapabilities } from '../../session-description.ts';
import type { TerminalCapabilitySet } from '../h245-capability-types.ts';
import { createCapabilitySet, type RemoteCapabilities, readCapabilities } from './capabilities.ts';
import { type H245Message, request, response } from './message.ts';

/** H.245 Annex A: T101. */
export const T101_MS = 30_000;
/** A peer that asks for our set over and over gets it this often. */
const MAX_SETS_SENT = 8;

/** Capability exchange both ways (H.245 §C.3, outgoing and incoming CESE). */
export class CapabilityExchange {
  readonly #capabilities: AudioCapabilities;
  #sequenceNumber = 0;
  #setsSent = 0;
  #isAcknowledged = false;
  #deadlineMs: number | null = null;
  #remote: RemoteCapabilities | null = null;

  constructor(capabilities: AudioCapabilities) {
    this.#capabilities = capabilities;
  }

  /** What the other side can receive, by its latest set; null until it sent one. */
  get remote(): RemoteCapabilities | null {
    return this.#remote;
  }

  /** True when each side has the other's set. */
  get isComplete(): boolean {
    return this.#isAcknowledged && this.#remote !== null;
  }

  get deadlineMs(): number | null {
    return this.#deadlineMs;
  }

  /** Sends our set: at the start, and when the other side asks for it. */
  send(nowMs: number): H245Message[] {
    if (this.#setsSent >= MAX_SETS_SENT) return [];
    this.#setsSent++;
    this.#sequenceNumber = (this.#sequenceNumber + 1) % 256;
    this.#deadlineMs = nowMs + T101_MS;
    return [request('terminalCapabilitySet', createCapabilitySet(this.#sequenceNumber, this.#capabilities))];
  }

  onSet(set: TerminalCapabilitySet): H245Message[] {
    this.#remote = readCapabilities(set);
    return [response('terminalCapabilitySetAck', { sequenceNumber: set.sequenceNumber })];
  }

  /** An answer to an earlier set is no answer (H.245 §C.3.1). */
  onAck(sequenceNumber: number): void {
    if (sequenceNumber !== this.#sequenceNumber) return;
    this.#isAcknowledged = true;
    this.#deadlineMs = null;
  }

  onTimeout(): void {
    this.#deadlineMs = null;
  }
}
