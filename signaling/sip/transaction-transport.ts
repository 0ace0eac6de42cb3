import type { SendErrorListener, SipFlow } from './flow.ts';
import type { SipRequest, SipResponse } from './message.ts';

/** Takes what the transports have received. */
export interface MessageReceiver {
  onMessage(message: SipRequest | SipResponse, flow: SipFlow): void;
  /** Nothing more comes from or goes to this flow; `error` is null for an orderly end. */
  onFlowClosed(flow: SipFlow, error: Error | null): void;
}

/** What transactions need of the transport layer. */
export interface TransactionTransport {
  /** Sets the one receiver of messages. */
  attach(receiver: MessageReceiver): void;
  /** Our `host[:port]` for the Via of a request sent on this flow (RFC 3261 §18.1.1). */
  sentBy(flow: SipFlow): string;
  /** Where the responses to a request go (RFC 3261 §18.2.2, RFC 3581 §4). */
  responseFlow(request: SipRequest, flow: SipFlow): SipFlow;
  /** Sends a response; over a connection that has closed meanwhile, by opening one to the sent-by port. */
  sendResponse(bytes: Uint8Array, flow: SipFlow, sentByPort: number | null, errors?: SendErrorListener): void;
  /** The flow a request of this size is better sent on (RFC 3261 §18.1.1); mostly the given one. */
  requestFlow(flow: SipFlow, byteLength: number): SipFlow;
}
