import type { CallLegListener } from '../call-leg.ts';
import type { AudioCapabilities, LocalMedia } from '../session-description.ts';
import type { DigestCredentials } from './digest-client.ts';
import type { SipFlow } from './flow.ts';

/** How a call of ours is to be placed. */
export interface OutgoingCallOptions {
  /** From header without tag: `"Mary Major" <sip:mary@example.com>`. */
  readonly from: string;
  /** Where the other side is to send its media. */
  readonly media: LocalMedia;
  /** Instead of the user agent's. */
  readonly capabilities?: AudioCapabilities;
  /** False to send no offer and answer the one in the 200 (RFC 3261 §13.2.1). Default true. */
  readonly hasOffer?: boolean;
  /** `supported` (the default) takes reliable provisional responses, `required` insists (RFC 3262 §4). */
  readonly reliableProvisional?: 'none' | 'supported' | 'required';
  /** For 401 and 407, answered once a realm. */
  readonly credentials?: DigestCredentials;
  /** Values of Route headers, nearest first (RFC 3261 §8.1.2). */
  readonly route?: readonly string[];
  /** The way to take for certain; else it is found from the route or the target. */
  readonly flow?: SipFlow;
  /** Hops it may make: a call passed on makes one fewer than it had (RFC 7332 §4). Default 70. */
  readonly maxForwards?: number;
  /** More headers for the INVITE, in order. */
  readonly headers?: readonly (readonly [name: string, value: string])[];
}

/** A final response that refused our call. */
export interface CallRefused {
  readonly statusCode: number;
  readonly reasonPhrase: string;
  /** URIs of a 3xx's Contact, in the order given. */
  readonly contacts: readonly string[];
  /** For a person: status, phrase and warnings. */
  readonly detail: string;
  /** Seconds, or null. */
  readonly retryAfterSeconds: number | null;
}

/** What an outgoing call tells besides. `onMedia` before `onAnswered` is early media. */
export interface OutgoingCallListener extends CallLegListener {
  /** 100: somebody is there. */
  onTrying?(): void;
  /** A provisional response other than 100. */
  onProgress(statusCode: number, reasonPhrase: string): void;
  onAnswered(): void;
  /** Just before `onEnded`, when a final response refused the call. */
  onRefused(refused: CallRefused): void;
}
