/** What the simulated telephone network does with a call. */
export interface NetworkScript {
  /** How long it rings, or plays early media. */
  readonly ringSeconds: number;
  /** Sound both ways before the answer (183 with SDP). */
  readonly hasEarlyMedia: boolean;
  /** The SIP status that refuses; null to answer. */
  readonly refusalStatus: number | null;
  /** Hangs up so long after the answer; null leaves that to the caller. */
  readonly dropAfterSeconds: number | null;
  /** Of the echo: what is lost of it, and how late its packets may be. */
  readonly lossPercent: number;
  readonly jitterMs: number;
  /** Says sentences in place of the echo. */
  readonly isSpeaking: boolean;
  /** Hears nothing. */
  readonly isDeaf: boolean;
  /** Hears, and sends nothing. */
  readonly isSilent: boolean;
}

const ANSWER: NetworkScript = {
  ringSeconds: 1,
  hasEarlyMedia: false,
  refusalStatus: null,
  dropAfterSeconds: null,
  lossPercent: 0,
  jitterMs: 0,
  isSpeaking: false,
  isDeaf: false,
  isSilent: false,
};

const BUSY = 486;
const NEVER_SECONDS = 3600;

/**
 * Reads what is to happen from the last four digits of the number; docs/voice-connector.md has the table. A number
 * that says nothing rings for a second, answers, and echoes.
 */
export function networkScript(number: string): NetworkScript {
  const digits = /(\d)(\d)(\d\d)$/.exec(number);
  if (digits === null) return ANSWER;
  const [, first, second, rest] = digits;
  const value = Number(rest);
  if (first === '9') return refusing(Number(`${second}${rest}`));
  if (first !== '0') return ANSWER;
  switch (second) {
    case '1':
      return { ...ANSWER, ringSeconds: value };
    case '2':
      return { ...ANSWER, isSpeaking: true, dropAfterSeconds: value === 0 ? null : value };
    case '3':
      return { ...ANSWER, ringSeconds: value, hasEarlyMedia: true };
    case '4':
      return { ...ANSWER, ringSeconds: 0, dropAfterSeconds: value };
    case '5':
      return value === 0 ? refusing(BUSY) : { ...ANSWER, ringSeconds: NEVER_SECONDS };
    case '6':
      return value === 1
        ? { ...ANSWER, ringSeconds: 0, isSpeaking: true, isDeaf: true }
        : { ...ANSWER, ringSeconds: 0, isSilent: true };
    case '7':
      return { ...ANSWER, ringSeconds: 0, lossPercent: value };
    case '8':
      return { ...ANSWER, ringSeconds: 0, jitterMs: value };
    default:
      return ANSWER;
  }
}

function refusing(status: number): NetworkScript {
  return status >= 400 && status <= 699 ? { ...ANSWER, ringSeconds: 0, refusalStatus: status } : ANSWER;
}
