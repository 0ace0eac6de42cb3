import { type H245Message, indication } from './h245/message.ts';

/** The ways in which signaling carries a key. */
export type DigitTransport = 'h245-alphanumeric' | 'h245-signal' | 'q931-keypad';

/** A key as H.245 tells it (§B.13.2); only a signal says for how long. */
export function keyIndication(
  digit: string,
  transport: Exclude<DigitTransport, 'q931-keypad'>,
  durationMs: number,
): H245Message {
  return indication(
    'userInput',
    transport === 'h245-alphanumeric'
      ? { choice: 'alphanumeric', value: digit }
      : { choice: 'signal', value: { signalType: digit, duration: durationMs } },
  );
}
