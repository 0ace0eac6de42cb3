import type { MediaEngine } from '../../media/engine/media-leg.ts';
import type { AudioCapabilities } from '../../signaling/session-description.ts';
import type { SipFlow } from '../../signaling/sip/flow.ts';
import type { OutgoingCall } from '../../signaling/sip/outgoing-call.ts';
import type { OutgoingCallOptions } from '../../signaling/sip/outgoing-call-options.ts';
import type { SipUri } from '../../signaling/sip/uri.ts';
import type { CallRegistry } from '../call/call-registry.ts';
import type { ConnectorDirectory } from './connector-directory.ts';
import type { ConnectorObserver } from './connector-observer.ts';
import type { TrunkSettings } from './definition.ts';
import type { LoopGuard } from './loop-guard.ts';
import type { StreamOpener } from './recording-description.ts';

/** Places calls and finds the ways to them. */
export interface Dialer {
  readonly capabilities: AudioCapabilities;
  /** The way to the simulated telephone network, or null where there is none. */
  readonly network: SipFlow | null;
  flowTo(uri: SipUri): Promise<SipFlow>;
  call(target: string, options: OutgoingCallOptions): OutgoingCall;
}

/** What the story of a trunk call needs around it. */
export interface ConnectorDesk {
  readonly directory: ConnectorDirectory;
  readonly calls: CallRegistry;
  readonly media: MediaEngine;
  readonly observer: ConnectorObserver;
  /** Of recording sessions. */
  readonly streaming: StreamOpener;
  readonly loops: LoopGuard;
  readonly settings: TrunkSettings;
  readonly dialer: Dialer;
  /** Where media sockets are bound. */
  readonly mediaBindAddress: string;
  /** The media address told to a peer that we talk to from a local address. */
  mediaAddressFor(localAddress: string): string;
  now(): number;
  random(): number;
  /** Calls `action` once, later; the function returned prevents it. */
  after(delayMs: number, action: () => void): () => void;
}
