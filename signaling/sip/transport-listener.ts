import type { SipFlow } from './flow.ts';
import type { SipMessage } from './message.ts';
import type { TransportLimit } from './transport-limits.ts';

/** Those who log and count. Messages themselves go to the receiver that `TransportLayer.attach` sets. */
export interface TransportListener {
  /** A message that is none: dropped, or refused with a stateless response. */
  onMalformed(detail: string, flow: SipFlow): void;
  /** A connection is gone; `error` is null for an orderly end. */
  onFlowClosed(flow: SipFlow, error: Error | null): void;
  /**
   * Every message on the wire. `message` is what was parsed of a received one; null for what was malformed,
   * and for everything sent.
   */
  onTrace(direction: 'received' | 'sent', bytes: Uint8Array, message: SipMessage | null, flow: SipFlow): void;
  /** A limit was met: what it refused or closed. */
  onRefused(limit: TransportLimit, detail: string): void;
  /** The receiver threw: a bug of ours. The message is lost, everything else goes on. */
  onFault(error: unknown): void;
}
