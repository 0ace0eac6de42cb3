import { parseDecimal, splitList } from './grammar.ts';
import type { SipHeaders } from './headers.ts';
import type { SipMessage, SipRequest } from './message.ts';
import { parseParameters } from './parameters.ts';
import { type TimerScheduler, WheelTimer } from './timer-wheel.ts';

/** RFC 4028 §3: `uac` and `uas` of the request that is refreshing, not of the call. */
type Refresher = 'uac' | 'uas';

/** A Session-Expires value (RFC 4028 §4). */
export interface SessionExpires {
  readonly intervalSeconds: number;
  readonly refresher: Refresher | null;
}

/** What we ask for, and the least we accept. */
export interface SessionTimerPolicy {
  readonly intervalSeconds: number;
  readonly minimumSeconds: number;
}

/** RFC 4028 §5: no interval may be shorter. */
const SMALLEST_INTERVAL_SECONDS = 90;
const LARGEST_INTERVAL_SECONDS = 0xffff_ffff;

/** The Session-Expires of a message, or null when there is none or it breaks the grammar. */
export function sessionExpiresOf(message: SipMessage): SessionExpires | null {
  const value = message.headers.get('Session-Expires');
  if (value === undefined) {
    return null;
  }
  const semicolon = value.indexOf(';');
  const end = semicolon === -1 ? value.length : semicolon;
  const intervalSeconds = parseDecimal(value.slice(0, end).trim(), LARGEST_INTERVAL_SECONDS);
  const refresher = parseParameters(value, end)?.get('refresher')?.toLowerCase();
  if (intervalSeconds === null) {
    return null;
  }
  return { intervalSeconds, refresher: refresher === 'uac' || refresher === 'uas' ? refresher : null };
}

/** The Min-SE of a message in seconds; 90 when there is none (RFC 4028 §5). */
export function minimumIntervalOf(headers: SipHeaders): number {
  const [value = ''] = splitList((headers.get('Min-SE') ?? '').split(';')[0] ?? '');
  const seconds = parseDecimal(value, LARGEST_INTERVAL_SECONDS);
  return Math.max(seconds ?? SMALLEST_INTERVAL_SECONDS, SMALLEST_INTERVAL_SECONDS);
}

/** Whether the request asks for less than we accept: answered 422 where the caller knows timers (RFC 4028 §9). */
export function isIntervalTooSmall(request: SipRequest, policy: SessionTimerPolicy): boolean {
  const asked = sessionExpiresOf(request);
  return (
    asked !== null && asked.intervalSeconds < policy.minimumSeconds && request.supported.includes('timer')
  );
}

/** What a 2xx of ours says about the session's life, and whether it must say `Require: timer`. */
export interface AgreedInterval {
  readonly intervalSeconds: number;
  readonly refresher: Refresher;
  readonly isRequired: boolean;
}

/**
 * RFC 4028 §9 and its table 2, as server of an INVITE or UPDATE. Null: no session timer. A caller who neither
 * supports timers nor met a proxy that asks for one is left in peace.
 */
export function agreeInterval(request: SipRequest, policy: SessionTimerPolicy | null): AgreedInterval | null {
  const asked = sessionExpiresOf(request);
  const isSupported = request.supported.includes('timer') || request.require.includes('timer');
  if (asked === null) {
    if (policy === null || !isSupported) {
      return null;
    }
    const intervalSeconds = Math.max(policy.intervalSeconds, minimumIntervalOf(request.headers));
    return { intervalSeconds, refresher: 'uac', isRequired: true };
  }
  const intervalSeconds = Math.max(asked.intervalSeconds, SMALLEST_INTERVAL_SECONDS);
  // Table 2: who does not know timers cannot refresh; else the request decides, and where it is silent we do.
  const refresher = isSupported ? (asked.refresher ?? 'uac') : 'uas';
  return { intervalSeconds, refresher, isRequired: refresher === 'uac' };
}

export interface SessionTimerListener {
  /** Half of the interval is over and the refresh is ours to send. */
  onRefreshDue(): void;
  /** Nobody refreshed the session: it is to be ended (RFC 4028 §10). */
  onSessionExpired(): void;
}

/** The clock of one session (RFC 4028 §7.2, §10): refresh at half time, expiry shortly before the end. */
export class SessionTimer extends WheelTimer {
  readonly #scheduler: TimerScheduler;
  readonly #listener: SessionTimerListener;
  readonly intervalSeconds: number;
  readonly isLocalRefresher: boolean;
  #isRefreshDue: boolean;

  constructor(
    scheduler: TimerScheduler,
    intervalSeconds: number,
    isLocalRefresher: boolean,
    listener: SessionTimerListener,
  ) {
    super();
    this.#scheduler = scheduler;
    this.#listener = listener;
    this.intervalSeconds = intervalSeconds;
    this.isLocalRefresher = isLocalRefresher;
    this.#isRefreshDue = isLocalRefresher;
    const delaySeconds = isLocalRefresher ? intervalSeconds / 2 : expiryDelaySeconds(intervalSeconds);
    scheduler.schedule(this, delaySeconds * 1000);
  }

  stop(): void {
    this.#scheduler.cancel(this);
  }

  override onTimer(): void {
    if (!this.#isRefreshDue) {
      this.#listener.onSessionExpired();
      return;
    }
    this.#isRefreshDue = false;
    const remainingSeconds = expiryDelaySeconds(this.intervalSeconds) - this.intervalSeconds / 2;
    this.#scheduler.schedule(this, remainingSeconds * 1000);
    this.#listener.onRefreshDue();
  }
}

/** RFC 4028 §10: the BYE goes out the lesser of 32 s and a third of the interval before the end. */
export function expiryDelaySeconds(intervalSeconds: number): number {
  return intervalSeconds - Math.min(32, intervalSeconds / 3);
}
