/** What is wrong with a session description: too much of something, a line absent, or a line that is not as RFC 8866 says. */
export type SdpErrorCode = 'over-limit' | 'missing-line' | 'malformed-line';

/** The only error {@link parseSdp} throws. `message` is a sentence for a person, with the line in it. */
export class SdpError extends Error {
  override readonly name = 'SdpError';
  readonly code: SdpErrorCode;
  /** Counted from 1; 0 where no single line is to blame. */
  readonly lineNumber: number;

  constructor(code: SdpErrorCode, detail: string, lineNumber = 0) {
    super(lineNumber === 0 ? detail : `${detail} (line ${lineNumber})`);
    this.code = code;
    this.lineNumber = lineNumber;
  }
}
