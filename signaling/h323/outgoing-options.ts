import type { Socket } from 'node:net';
import type { CallLegListener } from '../call-leg.ts';
import type { LocalMedia, MediaAddress } from '../session-description.ts';

/**
 * Where the H.245 of a call of ours is to travel: in call signaling (H.323 §8.2.1), there from Setup on (§8.2.4),
 * or over a connection of its own that we make, or that the far end makes to us.
 */
export type H245Way = 'tunnelled' | 'in-setup' | 'connecting' | 'listening';

/** How a call of ours is to be placed. */
export interface OutgoingH323Options {
  /** Where the other side's call signaling is. */
  readonly destination: MediaAddress;
  /** A meeting ID or alias; empty: whoever answers. */
  readonly calledAlias: string;
  readonly callingAlias: string;
  readonly media: LocalMedia;
  /** Default `tunnelled`. */
  readonly h245?: H245Way;
  /** Propose channels in Setup (H.323 §8.1.7). Default true. */
  readonly hasFastStart?: boolean;
  /** An open connection to the destination; without it one is made. */
  readonly socket?: Socket;
}

/** What an outgoing call tells besides. */
export interface OutgoingH323Listener extends CallLegListener {
  onProgress(message: 'callProceeding' | 'alerting'): void;
  onAnswered(): void;
}
