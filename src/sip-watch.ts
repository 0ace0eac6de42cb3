import type { Logger } from 'pino';
import { callIdOfSipMessage } from '../metrics/sip-message-log.ts';
import { CallFailure } from '../signaling/call-failure.ts';
import type { SipFlow } from '../signaling/sip/flow.ts';
import type { SipMessage } from '../signaling/sip/message.ts';
import type { TransactionObserver } from '../signaling/sip/transaction-user.ts';
import type { TransportLimit } from '../signaling/sip/transport-limits.ts';
import type { TransportListener } from '../signaling/sip/transport-listener.ts';
import { reasonOf } from '../signaling/sip/transport-statistics.ts';
import type { RefusedRequest } from '../signaling/sip/user-agent-options.ts';
import type { HepExport } from './hep/hep-export.ts';
import type { Telling } from './telling.ts';

/** The configuration key behind a limit of the transports, where there is one: what a person can change. */
const LIMIT_KEYS: Partial<Record<TransportLimit, string>> = {
  connections: 'sip.maxConnections',
  'connections-per-address': 'sip.maxConnectionsPerAddress',
  'half-open-timeout': 'sip.halfOpenTimeoutSeconds',
  'partial-message-timeout': 'sip.halfOpenTimeoutSeconds',
  'idle-timeout': 'sip.idleTimeoutSeconds',
  'plain-on-tls-port': 'sip.tls.allowPlainTcp',
};

/** Limits that are met in every quiet night and need no line in the log. */
const ORDINARY: ReadonlySet<TransportLimit> = new Set(['idle-timeout', 'not-sip']);

/** Hears what the SIP stack has to tell and hands it to the log, the counters and the message log. */
export class SipWatch implements TransportListener, TransactionObserver {
  readonly #telling: Telling;
  readonly #logger: Logger;
  readonly #isMessageLogged: boolean;
  readonly #hep: Pick<HepExport, 'sipMessage'> | null;

  /** @param hep is shown every message too; null for nobody */
  constructor(
    telling: Telling,
    logger: Logger,
    isMessageLogged: boolean,
    hep: Pick<HepExport, 'sipMessage'> | null = null,
  ) {
    this.#telling = telling;
    this.#logger = logger;
    this.#isMessageLogged = isMessageLogged;
    this.#hep = hep;
  }

  onTrace(
    direction: 'received' | 'sent',
    bytes: Uint8Array,
    message: SipMessage | null,
    flow: SipFlow,
  ): void {
    const nowMs = Date.now();
    const callId = message?.headers.get('Call-ID') ?? null;
    this.#telling.sipMessage(direction, bytes, callId, nowMs);
    this.#hep?.sipMessage(direction, bytes, flow, callId ?? callIdOf(bytes), nowMs);
    if (this.#isMessageLogged) {
      const sipMessage = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString();
      this.#logger.info({ direction, remote: remoteOf(flow), sipMessage }, 'SIP message');
    }
  }

  onMalformed(detail: string, flow: SipFlow): void {
    this.#telling.malformed(reasonOf(detail), detail, Date.now(), flow.remoteAddress);
    this.#logger.info({ remote: remoteOf(flow), detail }, 'malformed SIP message');
  }

  onFlowClosed(flow: SipFlow, error: Error | null): void {
    this.#logger.debug({ remote: remoteOf(flow), detail: error?.message }, 'connection closed');
  }

  /** A limit of the transports or of the transaction layer: refused with a word, never silently. */
  onRefused(limit: TransportLimit | 'server-transactions', detail: string): void {
    const key = limit === 'server-transactions' ? 'sip.maxTransactions' : (LIMIT_KEYS[limit] ?? limit);
    this.#telling.limitHit(key, detail, Date.now());
    const isOrdinary = limit !== 'server-transactions' && ORDINARY.has(limit);
    this.#logger[isOrdinary ? 'debug' : 'warn']({ limit: key, detail }, 'limit met');
  }

  /** A request that came to nothing before there was a call. */
  onRequestRefused({ method, statusCode, detail, remoteAddress, limit }: RefusedRequest): void {
    if (limit === null) {
      this.#telling.malformed(`refused-${statusCode}`, detail, Date.now(), remoteAddress);
    } else {
      this.#telling.limitHit('limits.maxCalls', detail, Date.now(), remoteAddress);
    }
    this.#logger.info({ method, statusCode, detail, limit }, 'request refused');
  }

  onFault(error: unknown): void {
    this.#telling.internalError();
    const reason = error instanceof CallFailure ? error.reason : undefined;
    this.#logger.error({ err: error, reason }, 'a SIP message was lost by a fault of ours');
  }
}

function callIdOf(bytes: Uint8Array): string {
  return callIdOfSipMessage(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString());
}

function remoteOf({ transport, remoteAddress, remotePort }: SipFlow): string {
  return `${transport} ${remoteAddress} ${remotePort}`;
}
