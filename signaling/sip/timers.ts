/** Round-trip time estimate. RFC 3261 §17.1.1.1. */
export const T1_MS = 500;
/** Longest interval between retransmissions of non-INVITE requests and INVITE responses. RFC 3261 §17.1.2.2. */
export const T2_MS = 4000;
/** Longest time a message stays in the network. RFC 3261 §17.1.2.2. */
const T4_MS = 5000;
/** After this long without an answer of the user a 100 is due. RFC 3261 §17.2.1. */
const TRYING_DELAY_MS = 200;

/**
 * The timers of RFC 3261 Table 4 and RFC 6026 §7, by their letters. D, I, J and K are what they are on an
 * unreliable transport; on a reliable one they are zero, and A, E and G do not run. Timer C belongs to
 * proxies, which we are not.
 */
export interface SipTimers {
  readonly t1Ms: number;
  readonly t2Ms: number;
  readonly t4Ms: number;
  readonly tryingDelayMs: number;
  /** INVITE request retransmission; doubles without bound. */
  readonly timerAMs: number;
  /** INVITE client transaction timeout. */
  readonly timerBMs: number;
  /** Wait for retransmitted non-2xx finals to an INVITE. */
  readonly timerDMs: number;
  /** Non-INVITE request retransmission; doubles up to T2. */
  readonly timerEMs: number;
  /** Non-INVITE client transaction timeout. */
  readonly timerFMs: number;
  /** INVITE response retransmission; doubles up to T2. */
  readonly timerGMs: number;
  /** Wait for the ACK. */
  readonly timerHMs: number;
  /** Wait for retransmitted ACKs. */
  readonly timerIMs: number;
  /** Wait for retransmitted non-INVITE requests. */
  readonly timerJMs: number;
  /** Wait for retransmitted non-INVITE responses. */
  readonly timerKMs: number;
  /** Wait for retransmitted INVITEs after a 2xx. RFC 6026 §7.1. */
  readonly timerLMs: number;
  /** Wait for retransmitted or forked 2xx. RFC 6026 §7.2. */
  readonly timerMMs: number;
}

/** Derives every timer from T1, T2 and T4, which a deployment (or a test) may choose otherwise. */
export function createTimers(base: { t1Ms?: number; t2Ms?: number; t4Ms?: number } = {}): SipTimers {
  const { t1Ms = T1_MS, t2Ms = T2_MS, t4Ms = T4_MS } = base;
  const timeoutMs = 64 * t1Ms;
  return {
    t1Ms,
    t2Ms,
    t4Ms,
    tryingDelayMs: TRYING_DELAY_MS,
    timerAMs: t1Ms,
    timerBMs: timeoutMs,
    // §17.1.1.2 wants at least 32 s, which is what 64*T1 is with the default T1.
    timerDMs: timeoutMs,
    timerEMs: t1Ms,
    timerFMs: timeoutMs,
    timerGMs: t1Ms,
    timerHMs: timeoutMs,
    timerIMs: t4Ms,
    timerJMs: timeoutMs,
    timerKMs: t4Ms,
    timerLMs: timeoutMs,
    timerMMs: timeoutMs,
  };
}
