/** What one message may hold before it is refused; enough for every real one, little enough to be safe. */
export interface SipLimits {
  readonly messageBytes: number;
  /** A header field with its folds, or the start line. */
  readonly lineBytes: number;
  readonly headerCount: number;
}

export const DEFAULT_SIP_LIMITS: SipLimits = { messageBytes: 65_536, lineBytes: 8_192, headerCount: 128 };
