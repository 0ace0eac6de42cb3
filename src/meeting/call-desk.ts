import type { MediaDigit, MediaEngine } from '../../media/engine/media-leg.ts';
import type { LegReport } from '../../media/quality/leg-report.ts';
import type { CallLeg, SignaledDigit } from '../../signaling/call-leg.ts';
import type { Call } from '../call/call.ts';
import type { CallLimits } from '../call/call-limits.ts';
import type { CallRegistry } from '../call/call-registry.ts';
import type { GuardedLookup } from './guarded-lookup.ts';
import type { Keypad } from './keypad.ts';
import type { RoomRules } from './room-rules.ts';

/** What the story of a call needs around it. */
export interface InboundCallDesk {
  readonly lookup: GuardedLookup;
  readonly keypad: Keypad;
  readonly calls: CallRegistry;
  readonly limits: CallLimits;
  readonly media: MediaEngine;
  readonly observer: CallObserver;
  readonly rules: RoomRules;
  readonly options: InboundCallOptions;
  now(): number;
  /** Does something later, unless the function returned is called before. */
  after(delayMs: number, action: () => void): () => void;
}

interface InboundCallOptions {
  /** Where media sockets are bound. */
  readonly mediaBindAddress: string;
  /** End a call that has sent no RTP for the configured time. */
  readonly endOnSilence: boolean;
  /** The address a caller reaches our media at, told to it in the answer. */
  mediaAddressFor(leg: CallLeg): string;
}

/** Packets from an address that was not negotiated. */
export interface RefusedSource {
  readonly address: string;
  readonly port: number;
  readonly packets: number;
}

/** Who is told what happens to a call; each line of the story reports here and nowhere else. */
export interface CallObserver {
  callArrived(call: Call, nowMs: number): void;
  callRinging(call: Call, nowMs: number): void;
  callAnswered(call: Call, nowMs: number): void;
  callRefused(call: Call, nowMs: number): void;
  callEnded(call: Call, nowMs: number): void;
  legReport(call: Call, report: LegReport): void;
  digitPressed(call: Call, digit: SignaledDigit | MediaDigit): void;
  mediaSilence(call: Call, isSilent: boolean, silentForMs: number, nowMs: number): void;
  sourceRefused(call: Call, source: RefusedSource, nowMs: number): void;
  /** Something went wrong that is our fault. */
  internalError(call: Call, error: unknown): void;
}
