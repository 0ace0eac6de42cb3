import type { SignalingTransport } from '../call-leg.ts';
import type { CodecPreference } from '../sdp/negotiate.ts';
import type { AudioCapabilities, EncryptionPolicy } from '../session-description.ts';
import type { DialogSession } from './dialog-session.ts';
import type { SipFlow } from './flow.ts';
import type { ServerTransaction } from './server-transaction.ts';
import type { SessionTimerPolicy } from './session-timer.ts';
import type { TransactionLayer } from './transaction-layer.ts';
import type { SipUri } from './uri.ts';

/** What all calls of one user agent have in common. */
export interface CallSettings {
  readonly capabilities: AudioCapabilities;
  /** For calls that come in that way, in place of what `capabilities` say. */
  readonly encryptionByTransport?: Readonly<Record<SignalingTransport, EncryptionPolicy>>;
  readonly preference: CodecPreference;
  /** Value of the Server and User-Agent headers. */
  readonly softwareName: string;
  /** What we ask of sessions; null to ask nothing and still do what the other side asks. */
  readonly sessionTimer: SessionTimerPolicy | null;
  /** When 1xx are sent reliably (RFC 3262): only where the caller requires it, or wherever it can. */
  readonly reliableProvisional: 'required' | 'supported';
}

/** Finds the way to a URI: RFC 3263 and the transports, which signaling above them need not know. */
export interface FlowProvider {
  /** Rejects with an Error whose message is for a person. */
  flowTo(uri: SipUri): Promise<SipFlow>;
}

/** Who answers for the dialogs of one local tag: a call, with one dialog or (forked) several. */
export interface DialogHolder {
  /** The dialog of that identity, or null. */
  findSession(callId: string, remoteTag: string | null): DialogSession | null;
}

/** What calls have of the user agent they belong to. */
export interface CallEnvironment {
  readonly settings: CallSettings;
  readonly transactions: TransactionLayer;
  readonly flows: FlowProvider;
  /** Unix time. */
  wallClockMs(): number;
  randomBytes(size: number): Uint8Array;
  /** A new tag. */
  createTag(): string;
  /** A number in digits for the `o=` line of a session, unique among ours. */
  createSessionId(): string;
  holdDialogs(localTag: string, holder: DialogHolder): void;
  releaseDialogs(localTag: string): void;
  /** The INVITE of that transaction has its final response. */
  releaseInvite(transaction: ServerTransaction): void;
}

/** What holds for a call that comes in that way. */
export function settingsFor(settings: CallSettings, transport: SignalingTransport): CallSettings {
  const encryption = settings.encryptionByTransport?.[transport];
  if (encryption === undefined) return settings;
  return { ...settings, capabilities: { ...settings.capabilities, encryption } };
}
