import type { SignalingTransport } from '../../signaling/call-leg.ts';
import { createResponse } from '../../signaling/sip/create-response.ts';
import type { SendErrorListener, SipFlow } from '../../signaling/sip/flow.ts';
import { SipRequest, SipResponse } from '../../signaling/sip/message.ts';
import { parseMessage } from '../../signaling/sip/parse.ts';
import type { ServerTransaction } from '../../signaling/sip/server-transaction.ts';
import { TransactionLayer, type TransactionLayerOptions } from '../../signaling/sip/transaction-layer.ts';
import type { MessageReceiver, TransactionTransport } from '../../signaling/sip/transaction-transport.ts';
import type { TransactionUser } from '../../signaling/sip/transaction-user.ts';
import { FakeClock } from './sip-memory-network.ts';

/** A flow that remembers what was sent, as `200 INVITE` or `ACK`. */
export class RecordingFlow implements SipFlow {
  readonly transport: SignalingTransport;
  readonly isReliable: boolean;
  readonly isSecure = false;
  readonly localAddress = '192.0.2.1';
  readonly localPort = 5060;
  readonly remoteAddress = '192.0.2.2';
  readonly remotePort = 5062;
  isClosed = false;
  /** Set: nothing can be sent. */
  failure: string | null = null;
  readonly messages: (SipRequest | SipResponse)[] = [];

  constructor(transport: SignalingTransport) {
    this.transport = transport;
    this.isReliable = transport !== 'UDP';
  }

  send(bytes: Uint8Array, errorListener?: SendErrorListener): void {
    if (this.failure !== null) errorListener?.onSendError(this.failure);
    else this.messages.push(parsed(bytes));
  }

  /** What was sent since the last look. */
  take(): string[] {
    return this.messages
      .splice(0)
      .map((message) =>
        message instanceof SipResponse ? `${message.statusCode} ${message.cSeq.method}` : message.method,
      );
  }
}

/** A user that remembers what it was told, and answers only when the test does. */
class RecordingUser implements TransactionUser {
  readonly events: string[] = [];
  readonly transactions: ServerTransaction[] = [];
  onRequestThrows: Error | null = null;

  onRequest(request: SipRequest, transaction: ServerTransaction): void {
    this.events.push(request.method);
    this.transactions.push(transaction);
    transaction.listener = {
      onTransportError: (detail) => this.events.push(`transport error: ${detail}`),
      onAckTimeout: () => this.events.push('no ACK'),
      onTerminated: () => this.events.push('terminated'),
    };
    if (this.onRequestThrows !== null) throw this.onRequestThrows;
  }

  onAck(): void {
    this.events.push('ACK');
  }

  onCancel(transaction: ServerTransaction): void {
    this.events.push('CANCEL');
    transaction.respond(createResponse(transaction.request, 487));
  }

  onStrayResponse(response: SipResponse): void {
    this.events.push(`stray ${response.statusCode}`);
  }

  take(): string[] {
    return this.events.splice(0);
  }
}

/** A transaction layer between a recording user and a recording flow, in a time that the test makes pass. */
export class TransactionRig implements TransactionTransport {
  readonly clock = new FakeClock();
  readonly user = new RecordingUser();
  readonly flow: RecordingFlow;
  readonly layer: TransactionLayer;
  readonly refusals: string[] = [];
  readonly faults: unknown[] = [];
  /** Where requests too large for UDP go, if anywhere. */
  streamFlow: SipFlow | null = null;
  #receiver: MessageReceiver | null = null;

  constructor(transport: SignalingTransport, options: Partial<TransactionLayerOptions> = {}) {
    this.flow = new RecordingFlow(transport);
    this.layer = new TransactionLayer({
      transport: this,
      clock: this.clock,
      observer: {
        onRefused: (limit) => this.refusals.push(limit),
        onFault: (error) => this.faults.push(error),
      },
      ...options,
    });
    this.layer.listen(this.user);
  }

  attach(receiver: MessageReceiver): void {
    this.#receiver = receiver;
  }

  sentBy(): string {
    return '192.0.2.1:5060';
  }

  responseFlow(_request: SipRequest, flow: SipFlow): SipFlow {
    return flow;
  }

  sendResponse(bytes: Uint8Array, flow: SipFlow, _port: number | null, errors?: SendErrorListener): void {
    flow.send(bytes, errors);
  }

  requestFlow(flow: SipFlow, byteLength: number): SipFlow {
    return byteLength > 1300 && this.streamFlow !== null ? this.streamFlow : flow;
  }

  /** A message arrives. */
  receive(text: string | SipRequest | SipResponse, flow: SipFlow = this.flow): void {
    this.#receiver?.onMessage(typeof text === 'string' ? parsed(Buffer.from(text)) : text, flow);
  }

  closeFlow(error: Error | null): void {
    this.#receiver?.onFlowClosed(this.flow, error);
  }

  /** The user's last transaction answers. */
  respond(statusCode: number): void {
    const transaction = this.user.transactions.at(-1)!;
    const to = transaction.isAnswered ? null : transaction.request;
    transaction.respond(createResponse(to ?? this.#lastRequest!, statusCode, undefined, 'ours'));
    this.#lastRequest = to ?? this.#lastRequest;
  }

  #lastRequest: SipRequest | null = null;

  /** Time passes tick by tick. */
  advance(ms: number): void {
    for (let passed = 0; passed < ms; passed += 10) this.clock.step(10);
  }
}

export interface RequestParts {
  readonly branch?: string | null;
  readonly sentBy?: string;
  readonly toTag?: string;
  readonly fromTag?: string;
  readonly callId?: string;
  readonly sequenceNumber?: number;
}

/** The text of a request as a peer at 192.0.2.2 writes it. */
export function requestText(method: string, parts: RequestParts = {}): string {
  const { branch = 'z9hG4bKone', sentBy = '192.0.2.2:5062', toTag, fromTag = 'theirs' } = parts;
  return [
    `${method} sip:room@192.0.2.1 SIP/2.0`,
    `Via: SIP/2.0/UDP ${sentBy}${branch === null ? '' : `;branch=${branch}`}`,
    `From: <sip:a@192.0.2.2>;tag=${fromTag}`,
    `To: <sip:room@192.0.2.1>${toTag === undefined ? '' : `;tag=${toTag}`}`,
    `Call-ID: ${parts.callId ?? 'call-1'}`,
    `CSeq: ${parts.sequenceNumber ?? 1} ${method}`,
    'Max-Forwards: 70',
    'Content-Length: 0',
    '',
    '',
  ].join('\r\n');
}

/** A request of ours, complete but for its Via. */
export function outgoingRequest(method: string, body = ''): SipRequest {
  const request = parsed(Buffer.from(requestText(method))) as SipRequest;
  const outgoing = new SipRequest(method, request.requestUri, undefined, Buffer.from(body));
  for (const [name, value] of request.headers.entries()) {
    if (name !== 'Via' && name !== 'Content-Length') outgoing.headers.append(name, value);
  }
  return outgoing;
}

function parsed(bytes: Uint8Array): SipRequest | SipResponse {
  const result = parseMessage(bytes);
  if (result.kind === 'malformed') throw new Error(`malformed: ${result.detail}`);
  return result.message;
}
