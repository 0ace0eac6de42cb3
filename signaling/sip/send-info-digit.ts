import type { DialogSession } from './dialog-session.ts';
import { type InfoDigit, serializeInfoDigit } from './info-digit.ts';

/** Tells the other side of a key; `onAnswered` gets the status that it answers with, be it a refusal. */
export function sendInfoDigit(
  session: DialogSession,
  digit: InfoDigit,
  onAnswered: (statusCode: number) => void,
): void {
  if (session.isEnded) return;
  const info = session.dialog.createRequest('INFO');
  info.headers.append('Content-Type', 'application/dtmf-relay');
  info.body = serializeInfoDigit(digit);
  session.send(info, { onFinal: ({ statusCode }) => onAnswered(statusCode), onFailed() {} });
}
