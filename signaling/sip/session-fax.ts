import { attempt, CallFailure } from '../call-failure.ts';
import { FaxNegotiation } from '../sdp/fax-negotiation.ts';
import type { FaxDescription } from '../session-description.ts';
import type { DialogSession } from './dialog-session.ts';
import type { SipRequest } from './message.ts';
import { refusalOf } from './refusal.ts';
import { createRefusal, createReply, setDescription } from './reply.ts';
import type { ServerTransaction } from './server-transaction.ts';
import { readSessionBody } from './session-body.ts';
import { completeSuccess } from './session-success.ts';

const NOT_ACCEPTABLE_HERE = 488;

/**
 * Hands a re-INVITE that offers fax to the owner of the call, who answers it when the other side of the call has.
 * False where it offers none: then it is about sound.
 */
export function answerFaxOffer(
  session: DialogSession,
  request: SipRequest,
  transaction: ServerTransaction,
): boolean {
  const body = readSessionBody(request);
  if (body.kind !== 'description') return false;
  const { settings } = session.environment;
  const negotiation = new FaxNegotiation(session.offerAnswer);
  const description = attempt(() => negotiation.receiveOffer(body.bytes));
  if (description === null) return false;
  if (description instanceof CallFailure) {
    transaction.respond(createRefusal(request, refusalOf(description), settings));
    return true;
  }
  let isOpen = true;
  const answer = (action: () => void): void => {
    if (!isOpen) return;
    isOpen = false;
    session.refuseOpenRequest = null;
    action();
  };
  const refuse = (statusCode: number): void =>
    answer(() => {
      negotiation.reject();
      transaction.respond(createRefusal(request, { statusCode, detail: 'fax is not taken' }, settings));
    });
  session.refuseOpenRequest = refuse;
  session.owner.onRequest({
    kind: 'fax',
    description,
    refuse,
    accept: (local) =>
      answer(() => {
        const response = createReply(request, 200, settings);
        setDescription(response, negotiation.createAnswer(local));
        completeSuccess(session, request, response);
        session.acceptInvite(transaction, response);
      }),
  });
  return true;
}

/** Offers fax in place of sound; `onAnswered` gets what was agreed on, or the status of the refusal. */
export function offerFax(
  session: DialogSession | null,
  local: FaxDescription,
  onAnswered: (answer: FaxDescription | number) => void,
): void {
  if (session === null) {
    onAnswered(NOT_ACCEPTABLE_HERE);
    return;
  }
  const negotiation = new FaxNegotiation(session.offerAnswer);
  session.change(true, {
    describe: () => negotiation.createOffer(local),
    onRefused: onAnswered,
    onAnswered: (response) => {
      const body = readSessionBody(response);
      const answer =
        body.kind === 'description' ? attempt(() => negotiation.receiveAnswer(body.bytes)) : null;
      negotiation.reject();
      if (answer !== null && !(answer instanceof CallFailure)) {
        onAnswered(answer);
        return;
      }
      // Neither sound nor fax is agreed on now: the sound is brought back.
      session.change(true);
      onAnswered(NOT_ACCEPTABLE_HERE);
    },
  });
}
