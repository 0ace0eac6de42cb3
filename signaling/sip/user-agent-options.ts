import type { CallFailure } from '../call-failure.ts';
import type { CallSettings, FlowProvider } from './call-environment.ts';
import type { SipFlow } from './flow.ts';
import type { IncomingCall } from './incoming-call.ts';
import type { SipRequest } from './message.ts';
import type { PublishedReport } from './publish.ts';
import type { TransactionLayer } from './transaction-layer.ts';

/** What the user agent tells its owner. */
export interface UserAgentListener {
  /** An INVITE that is sound: to be answered by `accept` or `reject`. */
  onCall(leg: IncomingCall): void;
  /** A request refused before there was a call; `limit` names the limit that was met, else null. */
  onRefused(refused: RefusedRequest): void;
  /** A quality report came (RFC 6035); without it such are refused. */
  onQualityReport?(published: PublishedReport): void;
}

export interface RefusedRequest {
  readonly method: string;
  readonly statusCode: number;
  /** For a person, with the peer's address. */
  readonly detail: string;
  readonly remoteAddress: string;
  readonly callId: string;
  readonly limit: 'dialogs' | null;
}

/** What the authentication hook decides about a request: null lets it pass. */
export interface AuthenticationChallenge {
  readonly statusCode: 401 | 407;
  /** `WWW-Authenticate` or `Proxy-Authenticate`. */
  readonly header: string;
  /** One value per algorithm. */
  readonly challenges: readonly string[];
}

export interface UserAgentOptions extends CallSettings {
  readonly transactions: TransactionLayer;
  readonly flows: FlowProvider;
  /** Unix time in ms. */
  readonly wallClockMs: () => number;
  /** Dialogs kept at once; an INVITE beyond gets 503. */
  readonly maxDialogs: number;
  /** Retry-After of that 503. */
  readonly retryAfterSeconds: number;
  /** Asked for each request outside of a dialog; absent: all are let in. */
  readonly authenticate?: (request: SipRequest, flow: SipFlow) => AuthenticationChallenge | null;
  /** Why no further call would be taken now, whoever it is for; absent or null: one would. */
  readonly busy?: () => CallFailure | null;
}

export interface UserAgentStatistics {
  /** Calls that hold a dialog, or are about to. */
  readonly dialogs: number;
  /** Incoming calls without a final response yet. */
  readonly unanswered: number;
  readonly refused: number;
}
