/** When the next report is due (RFC 3550 §6.2, §6.3.1 and A.7). */

const MINIMUM_INTERVAL_SECONDS = 5; // RFC 3550 §6.2
const SENDER_BANDWIDTH_SHARE = 0.25; // RFC 3550 §6.2
/** Undoes that timer reconsideration settles below the intended interval: e − 3/2 (RFC 3550 §6.3.1). */
const COMPENSATION = Math.E - 1.5;

export interface ReportIntervalInputs {
  readonly members: number;
  readonly senders: number;
  /** 5 % of the session bandwidth (RFC 3550 §6.2), in bytes per second. */
  readonly rtcpBytesPerSecond: number;
  readonly hasSent: boolean;
  /** Mean compound size with IP and UDP headers, in bytes. */
  readonly averageRtcpBytes: number;
  /** No report was sent yet: half the minimum then. */
  readonly isInitial: boolean;
  /** Uniform from 0 up to 1. */
  readonly random: number;
}

/** Milliseconds from the last report to the next, between half and one and a half of the deterministic value. */
export function reportIntervalMs(inputs: ReportIntervalInputs): number {
  const minimumSeconds = inputs.isInitial ? MINIMUM_INTERVAL_SECONDS / 2 : MINIMUM_INTERVAL_SECONDS;
  let bytesPerSecond = inputs.rtcpBytesPerSecond;
  let sharers = inputs.members;
  // RFC 3550 §6.3.1: while senders are few, a quarter of the bandwidth is theirs, the rest the receivers'.
  if (inputs.senders > 0 && inputs.senders <= inputs.members * SENDER_BANDWIDTH_SHARE) {
    const share = inputs.hasSent ? SENDER_BANDWIDTH_SHARE : 1 - SENDER_BANDWIDTH_SHARE;
    bytesPerSecond *= share;
    sharers = inputs.hasSent ? inputs.senders : inputs.members - inputs.senders;
  }
  const seconds = Math.max(minimumSeconds, (inputs.averageRtcpBytes * sharers) / bytesPerSecond);
  return (seconds * (inputs.random + 0.5) * 1000) / COMPENSATION;
}
