import type { DialogSession } from './dialog-session.ts';
import { DIGIT_MEDIA_TYPES, parseInfoDigit } from './info-digit.ts';
import type { SipRequest } from './message.ts';
import { createOptionsReply } from './options.ts';
import { describeReasons } from './reason.ts';
import type { Refusal } from './refusal.ts';
import { createRefusal, createReply } from './reply.ts';
import { checkRequest } from './request-check.ts';
import type { ServerTransaction } from './server-transaction.ts';
import { answerReinvite, answerUpdate } from './session-answer.ts';
import { answerTransfer } from './session-transfer.ts';

/** Answers a request of the peer in an existing dialog (RFC 3261 §12.2.2). */
export function answerInDialog(
  session: DialogSession,
  request: SipRequest,
  transaction: ServerTransaction,
): void {
  const refusal = orderRefusal(session, request) ?? checkRequest(request);
  const { settings } = session.environment;
  if (refusal !== null) {
    transaction.respond(createRefusal(request, refusal, settings));
    return;
  }
  switch (request.method) {
    case 'BYE':
      transaction.respond(createReply(request, 200, settings));
      session.loseDialog({
        by: 'remote',
        reason: 'normal-clearing',
        detail: describeReasons(request.headers.getAll('Reason')),
      });
      return;
    case 'INVITE':
      answerReinvite(session, request, transaction);
      return;
    case 'UPDATE':
      answerUpdate(session, request, transaction);
      return;
    case 'PRACK':
      session.owner.onPrack(request, transaction);
      return;
    case 'INFO':
      answerInfo(session, request, transaction);
      return;
    case 'OPTIONS':
      transaction.respond(createOptionsReply(request, settings, null, session.contact, session.flow));
      return;
    default:
      answerTransfer(session, request, transaction);
  }
}

function orderRefusal(session: DialogSession, request: SipRequest): Refusal | null {
  if (session.dialog.receiveSequence(request.cSeq.sequenceNumber) === 'out-of-order') {
    return { statusCode: 500, detail: 'the CSeq number is lower than one before it' };
  }
  if (session.isEnded && request.method !== 'BYE') {
    return { statusCode: 481, detail: 'the call has ended' };
  }
  return null;
}

/** RFC 6086: digits in the two formats of old; no Info Packages, and nothing else that needs an answer. */
function answerInfo(session: DialogSession, request: SipRequest, transaction: ServerTransaction): void {
  const { environment, owner } = session;
  const refusal = infoRefusal(request);
  if (refusal !== null) {
    transaction.respond(createRefusal(request, refusal, environment.settings));
    return;
  }
  transaction.respond(createReply(request, 200, environment.settings));
  const mediaType = request.contentType?.mediaType;
  const digit = mediaType === undefined ? null : parseInfoDigit(mediaType, request.body);
  if (digit !== null) {
    owner.onDigit({ ...digit, source: 'sip-info', atMs: environment.wallClockMs() });
  }
}

function infoRefusal(request: SipRequest): Refusal | null {
  const infoPackage = request.headers.get('Info-Package');
  // RFC 6086 §4.2.2
  if (infoPackage !== undefined) {
    return {
      statusCode: 469,
      detail: `the Info Package ${infoPackage.slice(0, 40)} was not asked for`,
      headers: [['Recv-Info', 'nil']],
    };
  }
  if (request.body.length === 0) {
    return null;
  }
  const mediaType = request.contentType?.mediaType ?? 'none';
  const accept = DIGIT_MEDIA_TYPES.join(', ');
  if (!DIGIT_MEDIA_TYPES.includes(mediaType)) {
    return { statusCode: 415, detail: `an INFO of type ${mediaType}`, headers: [['Accept', accept]] };
  }
  return parseInfoDigit(mediaType, request.body) === null
    ? { statusCode: 400, detail: 'the INFO holds no digit' }
    : null;
}
