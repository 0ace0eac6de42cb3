import type { ConnectionTable } from './connection-table.ts';
import { describeFlow, type SipFlow } from './flow.ts';
import type { SipLimits } from './limits.ts';
import { SipRequest } from './message.ts';
import { noteSource } from './note-source.ts';
import { type ParseResult, parseMessage } from './parse.ts';
import { responseFlow } from './response-flow.ts';
import { serializeMessage } from './serialize.ts';
import { createStatelessResponse } from './stateless-response.ts';
import type { TimerScheduler } from './timer-wheel.ts';
import type { MessageReceiver } from './transaction-transport.ts';
import type { TransportLimit, TransportLimits } from './transport-limits.ts';
import type { TransportListener } from './transport-listener.ts';
import { ReasonCounter, reasonOf, type TransportStatistics } from './transport-statistics.ts';

/** Where all transports meet: what they receive is parsed, counted, refused or handed on here. */
export class TransportHub {
  readonly clock: TimerScheduler;
  readonly limits: TransportLimits;
  readonly messageLimits: SipLimits;
  receiver: MessageReceiver | null = null;
  readonly #listener: TransportListener;
  readonly #connections: ConnectionTable;
  readonly #malformed = new ReasonCounter();
  readonly #refused = new ReasonCounter();
  #messagesReceived = 0;
  #messagesSent = 0;

  constructor(
    clock: TimerScheduler,
    limits: TransportLimits,
    messageLimits: SipLimits,
    connections: ConnectionTable,
    listener: TransportListener,
  ) {
    this.clock = clock;
    this.limits = limits;
    this.messageLimits = messageLimits;
    this.#connections = connections;
    this.#listener = listener;
  }

  statistics(): TransportStatistics {
    return {
      connections: this.#connections.count,
      messagesReceived: this.#messagesReceived,
      messagesSent: this.#messagesSent,
      malformedByReason: this.#malformed.toRecord(),
      refusedByLimit: this.#refused.toRecord(),
    };
  }

  /** The bytes of one message, whole. */
  onBytes(bytes: Uint8Array, flow: SipFlow): void {
    this.onMessage(parseMessage(bytes, this.messageLimits), bytes, flow);
  }

  /** A message that has been parsed, and the bytes it came in. */
  onMessage(result: ParseResult, bytes: Uint8Array, flow: SipFlow): void {
    this.#messagesReceived++;
    if (result.kind === 'malformed') {
      this.#onMalformed(result, bytes, flow);
      return;
    }
    const { message } = result;
    this.#listener.onTrace('received', bytes, message, flow);
    try {
      if (message instanceof SipRequest) noteSource(message, flow);
      this.receiver?.onMessage(message, flow);
    } catch (error) {
      this.#listener.onFault(error);
    }
  }

  /** A message of ours, come out at the other end of a loopback. */
  onLoopback(bytes: Uint8Array, flow: SipFlow): void {
    const result = parseMessage(bytes, this.messageLimits);
    if (result.kind === 'malformed') {
      this.#listener.onMalformed(result.detail, flow);
      return;
    }
    try {
      this.receiver?.onMessage(result.message, flow);
    } catch (error) {
      this.#listener.onFault(error);
    }
  }

  onSent(bytes: Uint8Array, flow: SipFlow): void {
    this.#messagesSent++;
    this.#listener.onTrace('sent', bytes, null, flow);
  }

  /** A stream that can no longer be cut into messages; `bytes` is what stands at its front. */
  onFramingLost(statusCode: number, detail: string, bytes: Uint8Array, flow: SipFlow): void {
    this.onRefused('framing', `${describeFlow(flow)}: ${detail}`);
    const result = parseMessage(bytes.subarray(0, this.messageLimits.messageBytes), this.messageLimits);
    const message = result.kind === 'message' ? result.message : result.request;
    const request = message instanceof SipRequest ? message : null;
    this.#onMalformed({ kind: 'malformed', statusCode, detail, request }, bytes, flow);
  }

  onFlowClosed(flow: SipFlow, error: Error | null): void {
    this.#connections.remove(flow);
    this.#listener.onFlowClosed(flow, error);
    this.receiver?.onFlowClosed(flow, error);
  }

  onRefused(limit: TransportLimit, detail: string): void {
    this.#refused.count(limit);
    this.#listener.onRefused(limit, detail);
  }

  /** RFC 3261 §8.2, §18.3: a request is answered where that can be done; never an ACK, never a response. */
  #onMalformed(result: Extract<ParseResult, { kind: 'malformed' }>, bytes: Uint8Array, flow: SipFlow): void {
    const { request, statusCode, detail } = result;
    this.#malformed.count(reasonOf(detail));
    this.#listener.onTrace('received', bytes, null, flow);
    this.#listener.onMalformed(detail, flow);
    if (request === null || request.method === 'ACK') return;
    try {
      noteSource(request, flow);
      const response = createStatelessResponse(request, statusCode);
      responseFlow(request, flow).send(serializeMessage(response));
    } catch (error) {
      this.#listener.onFault(error);
    }
  }
}
