import { createResponse } from '../../signaling/sip/create-response.ts';
import type { SipFlow } from '../../signaling/sip/flow.ts';
import type { BoundListener, ListenerOptions } from '../../signaling/sip/listen-failed.ts';
import { SipRequest, type SipResponse } from '../../signaling/sip/message.ts';
import { serializeMessage } from '../../signaling/sip/serialize.ts';
import type { MessageReceiver } from '../../signaling/sip/transaction-transport.ts';
import { TransportLayer, type TransportOptions } from '../../signaling/sip/transport-layer.ts';
import type { TransportListener } from '../../signaling/sip/transport-listener.ts';
import { Inbox } from './inbox.ts';
import { FakeClock } from './sip-memory-network.ts';

/** What a transport layer told: `request INVITE`, `refused idle-timeout`, `closed TCP`, … */
export interface TransportEvent {
  readonly text: string;
  readonly flow: SipFlow | null;
}

const DEADLINE_MS = 30_000;

/** A transport layer on real loopback sockets that answers every request but ACK with 200, and tells all. */
export class TransportRig implements MessageReceiver, TransportListener {
  readonly clock = new FakeClock();
  readonly events = new Inbox<TransportEvent>();
  readonly transport: TransportLayer;
  readonly faults: unknown[] = [];

  constructor(listeners: readonly ListenerOptions[], options: Partial<TransportOptions> = {}) {
    this.transport = new TransportLayer({ listeners, clock: this.clock, ...options }, this);
    this.transport.attach(this);
  }

  static async start(
    listeners: readonly ListenerOptions[],
    options: Partial<TransportOptions> = {},
  ): Promise<TransportRig> {
    const rig = new TransportRig(listeners, options);
    await rig.transport.start();
    return rig;
  }

  listener(index = 0): BoundListener {
    return this.transport.listeners[index]!;
  }

  /** Waits for an event that begins with this text. */
  event(text: string): Promise<TransportEvent> {
    return this.events.first((event) => event.text.startsWith(text), text, DEADLINE_MS);
  }

  texts(): string[] {
    return this.events.all.map(({ text }) => text);
  }

  onMessage(message: SipRequest | SipResponse, flow: SipFlow): void {
    if (!(message instanceof SipRequest)) {
      this.#add(`response ${message.statusCode}`, flow);
      return;
    }
    this.#add(`request ${message.method}`, flow);
    if (message.method === 'ACK') return;
    const bytes = serializeMessage(createResponse(message, 200, undefined, 'rig'));
    this.transport.sendResponse(bytes, this.transport.responseFlow(message, flow), message.topVia.port);
  }

  onMalformed(detail: string, flow: SipFlow): void {
    this.#add(`malformed ${detail}`, flow);
  }

  onFlowClosed(flow: SipFlow, error: Error | null): void {
    this.#add(`closed ${flow.transport}${error === null ? '' : ' by an error'}`, flow);
  }

  onTrace(): void {}

  onRefused(limit: string): void {
    this.#add(`refused ${limit}`, null);
  }

  onFault(error: unknown): void {
    this.faults.push(error);
  }

  #add(text: string, flow: SipFlow | null): void {
    this.events.add({ text, flow });
  }
}
