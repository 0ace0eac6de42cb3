import type { SignalingTransport } from '../../signaling/call-leg.ts';
import type { FlowProvider } from '../../signaling/sip/call-environment.ts';
import type { SendErrorListener, SipFlow } from '../../signaling/sip/flow.ts';
import { type SipRequest, SipResponse } from '../../signaling/sip/message.ts';
import { parseMessage } from '../../signaling/sip/parse.ts';
import { type TimerScheduler, TimerWheel, type WheelTimer } from '../../signaling/sip/timer-wheel.ts';
import type { MessageReceiver, TransactionTransport } from '../../signaling/sip/transaction-transport.ts';
import type { SipUri } from '../../signaling/sip/uri.ts';

/** A clock that stands still until the test moves it. */
export class FakeClock implements TimerScheduler {
  readonly wheel = new TimerWheel();
  #nowMs = 1_000;

  nowMs(): number {
    return this.#nowMs;
  }

  schedule(timer: WheelTimer, delayMs: number): void {
    this.wheel.schedule(timer, delayMs, this.#nowMs);
  }

  cancel(timer: WheelTimer): void {
    this.wheel.cancel(timer);
  }

  step(ms: number): void {
    this.#nowMs += ms;
    this.wheel.advance(this.#nowMs);
  }
}

/** One message that was sent: who, what. */
export interface Sent {
  readonly from: string;
  readonly to: string;
  readonly message: SipRequest | SipResponse;
  /** `INVITE`, or `200 INVITE`. */
  readonly summary: string;
}

/** Endpoints that talk over serialized and parsed bytes, in order, without sockets. */
export class MemoryNetwork {
  readonly clock = new FakeClock();
  readonly sent: Sent[] = [];
  /** Return true to lose a message. */
  isLost: (sent: Sent) => boolean = () => false;
  isLogging = true;
  /** Called with what is no message; only an answer to such a one may be like that. */
  onMalformed: (detail: string, bytes: Uint8Array) => void = (detail) => {
    throw new Error(`a malformed message was sent: ${detail}`);
  };
  readonly #endpoints = new Map<string, MemoryEndpoint>();
  readonly #queue: (() => void)[] = [];
  #isRunning = false;

  endpoint(address: string, transport: SignalingTransport = 'UDP'): MemoryEndpoint {
    const endpoint = new MemoryEndpoint(this, address, transport);
    this.#endpoints.set(address, endpoint);
    return endpoint;
  }

  find(address: string): MemoryEndpoint | undefined {
    return this.#endpoints.get(address);
  }

  /** Summaries of all that was sent since `from`. */
  log(from = 0): string[] {
    return this.sent.slice(from).map((sent) => sent.summary);
  }

  post(from: MemoryEndpoint, to: string, bytes: Uint8Array): void {
    const parsed = parseMessage(bytes);
    if (parsed.kind !== 'message') {
      this.onMalformed(parsed.detail, bytes);
      return;
    }
    const { message } = parsed;
    const summary =
      message instanceof SipResponse ? `${message.statusCode} ${message.cSeq.method}` : message.method;
    const sent = { from: from.address, to, message, summary };
    if (this.isLogging) this.sent.push(sent);
    if (this.isLost(sent)) return;
    const target = this.#endpoints.get(to);
    this.#queue.push(() => target?.receiver?.onMessage(message, target.flowFor(from.address)));
  }

  /** Delivers until silence. */
  run(): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) next();
    this.#isRunning = false;
  }

  /** Lets time pass in steps of 10 ms (or as given), delivering all the while. */
  advance(ms: number, stepMs = 10): void {
    this.run();
    for (let passed = 0; passed < ms; passed += stepMs) {
      this.clock.step(stepMs);
      this.run();
    }
  }
}

export class MemoryEndpoint implements TransactionTransport, FlowProvider {
  readonly address: string;
  readonly #network: MemoryNetwork;
  readonly #transport: SignalingTransport;
  readonly #flows = new Map<string, MemoryFlow>();
  receiver: MessageReceiver | null = null;

  constructor(network: MemoryNetwork, address: string, transport: SignalingTransport) {
    this.#network = network;
    this.address = address;
    this.#transport = transport;
  }

  attach(receiver: MessageReceiver): void {
    this.receiver = receiver;
  }

  sentBy(): string {
    return `${this.address}:5060`;
  }

  responseFlow(_request: SipRequest, flow: SipFlow): SipFlow {
    return flow;
  }

  sendResponse(bytes: Uint8Array, flow: SipFlow): void {
    flow.send(bytes);
  }

  requestFlow(flow: SipFlow): SipFlow {
    return flow;
  }

  flowTo(uri: SipUri): Promise<SipFlow> {
    return this.#network.find(uri.host) === undefined
      ? Promise.reject(new Error(`no route to ${uri.host}`))
      : Promise.resolve(this.flowFor(uri.host));
  }

  flowFor(address: string): MemoryFlow {
    const known = this.#flows.get(address);
    if (known !== undefined && !known.isClosed) return known;
    const flow = new MemoryFlow(this.#network, this, address, this.#transport);
    this.#flows.set(address, flow);
    return flow;
  }
}

export class MemoryFlow implements SipFlow {
  readonly transport: SignalingTransport;
  readonly isReliable: boolean;
  readonly isSecure = false;
  readonly localAddress: string;
  readonly localPort = 5060;
  readonly remoteAddress: string;
  readonly remotePort = 5060;
  isClosed = false;
  readonly #network: MemoryNetwork;
  readonly #endpoint: MemoryEndpoint;

  constructor(
    network: MemoryNetwork,
    endpoint: MemoryEndpoint,
    remoteAddress: string,
    transport: SignalingTransport,
  ) {
    this.#network = network;
    this.#endpoint = endpoint;
    this.localAddress = endpoint.address;
    this.remoteAddress = remoteAddress;
    this.transport = transport;
    this.isReliable = transport !== 'UDP';
  }

  send(bytes: Uint8Array, errorListener?: SendErrorListener): void {
    if (this.isClosed) errorListener?.onSendError('the connection was closed');
    else this.#network.post(this.#endpoint, this.remoteAddress, bytes);
  }
}
