import { CallFailure } from '../call-failure.ts';
import type { LocalMedia, NegotiatedAudio } from '../session-description.ts';
import type { CallSettings } from './call-environment.ts';
import type { DialogSession } from './dialog-session.ts';
import type { SipRequest, SipResponse } from './message.ts';
import { GLARE, type Refusal, refusalOf, tryLater } from './refusal.ts';
import { createRefusal, createReply, setDescription } from './reply.ts';
import type { ServerTransaction } from './server-transaction.ts';
import { readSessionBody } from './session-body.ts';
import { answerFaxOffer } from './session-fax.ts';
import { completeSuccess } from './session-success.ts';
import { isIntervalTooSmall } from './session-timer.ts';

/** Answers a re-INVITE at once, from the media the call already has (RFC 3261 §14.2). */
export function answerReinvite(
  session: DialogSession,
  request: SipRequest,
  transaction: ServerTransaction,
): void {
  const local = session.localMedia;
  if (local === null || session.dialog.state === 'early') {
    refuse(session, request, transaction, tryLater(Math.random()));
    return;
  }
  if (session.offerAnswer.state === 'local-offer') {
    refuse(session, request, transaction, GLARE);
    return;
  }
  if (session.offerAnswer.state === 'remote-offer') {
    refuse(session, request, transaction, tryLater(Math.random()));
    return;
  }
  if (!answerFaxOffer(session, request, transaction)) answerChange(session, request, transaction, local);
}

/** Answers an UPDATE (RFC 3311 §5.2), also before the call is answered. */
export function answerUpdate(
  session: DialogSession,
  request: SipRequest,
  transaction: ServerTransaction,
): void {
  const hasOffer = readSessionBody(request).kind === 'description';
  if (hasOffer && session.localMedia === null) {
    refuse(session, request, transaction, tryLater(Math.random()));
    return;
  }
  if (hasOffer && session.offerAnswer.state === 'local-offer') {
    refuse(session, request, transaction, GLARE);
    return;
  }
  answerChange(session, request, transaction, session.localMedia);
}

function answerChange(
  session: DialogSession,
  request: SipRequest,
  transaction: ServerTransaction,
  local: LocalMedia | null,
): void {
  const { settings } = session.environment;
  const refusal = intervalRefusal(request, settings);
  if (refusal !== null) {
    refuse(session, request, transaction, refusal);
    return;
  }
  const response = createReply(request, 200, settings);
  let audio: NegotiatedAudio | null = null;
  try {
    audio = local === null ? null : describeSession(session, request, response, local);
  } catch (error) {
    if (!(error instanceof CallFailure)) {
      throw error;
    }
    // RFC 3261 §14.2: 488, and the session goes on as it was.
    refuse(session, request, transaction, refusalOf(error));
    return;
  }
  completeSuccess(session, request, response);
  if (request.method === 'INVITE') {
    session.acceptInvite(transaction, response);
  } else {
    transaction.respond(response);
  }
  if (audio !== null) {
    session.owner.onMedia(audio);
  }
  session.owner.onChanged?.(request);
}

/**
 * Puts our answer, or for an INVITE without offer our offer, into a 2xx. Returns what was agreed, null for
 * an offer of ours.
 * @throws CallFailure when the offer cannot be met; nothing has changed then.
 */
export function describeSession(
  session: DialogSession,
  request: SipRequest,
  response: SipResponse,
  local: LocalMedia,
): NegotiatedAudio | null {
  const { offerAnswer } = session;
  const body = readSessionBody(request);
  if (body.kind === 'description') {
    const audio = offerAnswer.receiveOffer(body.bytes);
    setDescription(response, offerAnswer.createAnswer(local));
    return audio;
  }
  if (request.method === 'INVITE') {
    setDescription(response, offerAnswer.createOffer(local));
  }
  return null;
}

/** RFC 4028 §9: 422 with the least we accept. */
export function intervalRefusal(request: SipRequest, settings: CallSettings): Refusal | null {
  const policy = settings.sessionTimer;
  if (policy === null || !isIntervalTooSmall(request, policy)) {
    return null;
  }
  return {
    statusCode: 422,
    detail: `the session interval must be ${policy.minimumSeconds} s or more`,
    headers: [['Min-SE', `${policy.minimumSeconds}`]],
  };
}

function refuse(
  session: DialogSession,
  request: SipRequest,
  transaction: ServerTransaction,
  refusal: Refusal,
): void {
  transaction.respond(createRefusal(request, refusal, session.environment.settings));
}
