import { isIPv6 } from 'node:net';
import type { CallProtocol, SignalingTransport } from '../../signaling/call-leg.ts';
import { isInBlocks } from '../connector/address-blocks.ts';
import { BackOff, type BackOffSettings } from './back-off.ts';

export interface GuessingSettings extends BackOffSettings {
  /** Address blocks whose tries are counted, but never slowed. */
  readonly exemptSources: readonly string[];
}

/** What somebody got wrong. */
export type GuessKind = 'meeting-id' | 'invitee-id' | 'passcode';
/** In the address that was dialed, or with the keypad. */
export type GuessWay = 'dialed' | 'keyed';

export interface FailedGuess {
  readonly kind: GuessKind;
  readonly way: GuessWay;
  /** The address the call came from. */
  readonly source: string;
  /** The meeting whose passcode it was not; null where there is no such meeting. */
  readonly meetingId: string | null;
  readonly callId: string;
  readonly protocol: CallProtocol;
  readonly transport: SignalingTransport;
}

/** A failed guess and what follows from it. */
export interface GuessFailure extends FailedGuess {
  readonly atMs: number;
  /** Tries of this source, or for this meeting, are so far apart from now on; 0 while failures are free. */
  readonly delayMs: number;
}

/** Whether a try may be looked at: after a while, or not at all since too many wait already. */
export type GuessAdmission =
  | { readonly kind: 'granted'; readonly delayMs: number }
  | { readonly kind: 'refused'; readonly retryAfterMs: number };

/** Totals since the start. */
interface GuessingStatistics {
  readonly failed: number;
  /** Tries that had to wait. */
  readonly delayed: number;
  /** Tries that were not looked at. */
  readonly refused: number;
}

/**
 * Slows down who guesses meeting IDs and passcodes, by source and by meeting, across calls. Nothing is won by guessing
 * in many calls at once, since tries queue up, nor by knowing one ID that is right, since success forgives nothing.
 */
export class Guessing {
  readonly #settings: GuessingSettings;
  readonly #onFailure: (failure: GuessFailure) => void;
  readonly #bySource: BackOff;
  readonly #byMeeting: BackOff;
  #failed = 0;
  #delayed = 0;
  #refused = 0;

  /** @param onFailure told of each guess that was wrong */
  constructor(settings: GuessingSettings, onFailure: (failure: GuessFailure) => void) {
    this.#settings = settings;
    this.#onFailure = onFailure;
    this.#bySource = new BackOff(settings);
    this.#byMeeting = new BackOff(settings);
  }

  get statistics(): GuessingStatistics {
    return { failed: this.#failed, delayed: this.#delayed, refused: this.#refused };
  }

  /**
   * To be asked before an ID or a passcode is looked at; right and wrong ones wait alike, or the wait would tell them
   * apart. With a delay of 0 it must be looked at, and `failed` be told, before anybody else is admitted.
   * @param meetingId the meeting whose passcode it would be, else null
   */
  admit(source: string, meetingId: string | null, nowMs: number): GuessAdmission {
    if (this.#isExempt(source)) return { kind: 'granted', delayMs: 0 };
    const key = sourceKey(source);
    const slotMs = Math.max(
      this.#bySource.nextSlotMs(key, nowMs),
      meetingId === null ? nowMs : this.#byMeeting.nextSlotMs(meetingId, nowMs),
    );
    const delayMs = slotMs - nowMs;
    if (delayMs > this.#settings.maxDelayMs) {
      this.#refused++;
      return { kind: 'refused', retryAfterMs: delayMs };
    }
    this.#bySource.take(key, slotMs, nowMs);
    if (meetingId !== null) this.#byMeeting.take(meetingId, slotMs, nowMs);
    if (delayMs > 0) this.#delayed++;
    return { kind: 'granted', delayMs };
  }

  failed(guess: FailedGuess, nowMs: number): void {
    this.#failed++;
    const { source, meetingId } = guess;
    let delayMs = 0;
    if (!this.#isExempt(source)) {
      delayMs = this.#bySource.failed(sourceKey(source), nowMs);
      if (meetingId !== null) delayMs = Math.max(delayMs, this.#byMeeting.failed(meetingId, nowMs));
    }
    this.#onFailure({ ...guess, atMs: nowMs, delayMs });
  }

  #isExempt(source: string): boolean {
    const { exemptSources } = this.#settings;
    return exemptSources.length > 0 && isInBlocks(source, exemptSources);
  }
}

/** Who has one IPv6 address has 2^64 of them (RFC 4291 §2.5.1: the interface identifier). */
function sourceKey(address: string): string {
  if (!isIPv6(address)) return address;
  const [head = '', tail] = address.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length);
  const groups = [...before, ...new Array<string>(zeros).fill('0'), ...after].slice(0, 4);
  return `${groups.map((group) => Number.parseInt(group, 16).toString(16)).join(':')}::/64`;
}
