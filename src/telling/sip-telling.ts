import {
  callIdOfSipMessage,
  kindOfSipMessage,
  type SipMessageKind,
  serializeSipMessage,
} from '../../metrics/sip-message-log.ts';
import type { CallBook } from './call-book.ts';
import type { MetricPeriods } from './metric-periods.ts';
import type { ServiceMetrics } from './service-metrics.ts';
import { SipMessageQueue } from './sip-message-queue.ts';

export interface SipTellingOptions {
  readonly region: string;
  /** Messages of no connector are told as those of this one. */
  readonly roomsConnectorId: string;
  readonly calls: CallBook;
  readonly periods: MetricPeriods;
  readonly metrics: ServiceMetrics;
  write(voiceConnectorId: string, json: string, atMs: number): void;
}

/** Counts and logs what is seen on the wire, once it is known whose it is. */
export class SipTelling {
  readonly #options: SipTellingOptions;
  readonly #queue: SipMessageQueue;

  constructor(options: SipTellingOptions) {
    this.#options = options;
    const { region, roomsConnectorId, calls } = options;
    this.#queue = new SipMessageQueue(calls, roomsConnectorId, ({ text, kind, atMs }, origin) => {
      this.#countStatus(kind, origin.voiceConnectorId, atMs);
      options.write(origin.voiceConnectorId, serializeSipMessage({ ...origin, region, atMs }, text), atMs);
    });
  }

  /** `bytes` may be used again by the caller afterwards; a null `callIdHeader` is read from the message. */
  message(
    direction: 'received' | 'sent',
    bytes: Uint8Array,
    callIdHeader: string | null,
    atMs: number,
    voiceConnectorId: string | null,
  ): void {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString();
    const sipCallId = callIdHeader ?? callIdOfSipMessage(text);
    const kind = kindOfSipMessage(text);
    this.#options.metrics.sipMessage(direction, kind);
    this.#queue.push({ text, kind, sipCallId, voiceConnectorId, atMs });
  }

  /** Writes everything that waits; call it outside of the handling of a message. */
  drain(): void {
    this.#queue.drain();
  }

  #countStatus(kind: SipMessageKind, voiceConnectorId: string, atMs: number): void {
    if (!('statusClass' in kind)) return;
    const { periods, region } = this.#options;
    periods.at(atMs).count({ voiceConnectorId, region }, `Sip${kind.statusClass}xxCodes`);
  }
}
