import type { TransferProgress } from '../call-leg.ts';
import { partyOfUri } from './call-party.ts';
import type { DialogSession } from './dialog-session.ts';
import type { SipRequest } from './message.ts';
import { parseNameAddress } from './name-address.ts';
import { reasonPhraseOf } from './reason-phrase.ts';
import { answerRefer } from './refer.ts';
import { createRefusal, createReply } from './reply.ts';
import type { ServerTransaction } from './server-transaction.ts';
import { parseUri } from './uri.ts';

/** How long whoever transfers may wait for news (RFC 3515 §2.4.4). */
const SUBSCRIPTION_SECONDS = 180;

/** Hands a REFER within a call to its owner, who says whether it is followed (RFC 3515 §2.4.2). */
export function answerTransfer(
  session: DialogSession,
  request: SipRequest,
  transaction: ServerTransaction,
): void {
  const { settings } = session.environment;
  const target = parseNameAddress(request.headers.get('Refer-To') ?? '')?.uri ?? '';
  const uri = parseUri(target);
  const refusal = answerRefer(request);
  if (refusal.statusCode === 400 || uri === null) {
    transaction.respond(createRefusal(request, { ...refusal, statusCode: 400 }, settings));
    return;
  }
  session.owner.onRequest({
    kind: 'transfer',
    target: partyOfUri(target),
    // RFC 3891: the target is to take the place of a call that it has already.
    isAttended: uri.headers.has('replaces'),
    refuse: (statusCode) => {
      const detail = 'the transfer is not followed';
      transaction.respond(createRefusal(request, { statusCode, detail }, settings));
    },
    accept: () => {
      // RFC 4488 §4: who wants no news is told that none will come.
      const isQuiet = request.headers.get('Refer-Sub')?.trim().toLowerCase() === 'false';
      const response = createReply(request, 202, settings);
      response.headers.append('Contact', session.contact);
      if (isQuiet) response.headers.append('Refer-Sub', 'false');
      transaction.respond(response);
      return isQuiet ? SILENT : new Subscription(session);
    },
  });
}

const SILENT: TransferProgress = { tell: () => undefined };

/** What the one who transfers is told: a NOTIFY for each step, the final one ends it (RFC 3515 §2.4.4 to §2.4.7). */
class Subscription implements TransferProgress {
  readonly #session: DialogSession;

  constructor(session: DialogSession) {
    this.#session = session;
    this.tell(100);
  }

  tell(sipStatus: number): void {
    const session = this.#session;
    if (session.isEnded) return;
    const notify = session.dialog.createRequest('NOTIFY');
    const { headers } = notify;
    headers.append('Event', 'refer');
    const isFinal = sipStatus >= 200;
    headers.append(
      'Subscription-State',
      isFinal ? 'terminated;reason=noresource' : `active;expires=${SUBSCRIPTION_SECONDS}`,
    );
    headers.append('Content-Type', 'message/sipfrag;version=2.0');
    notify.body = Buffer.from(`SIP/2.0 ${sipStatus} ${reasonPhraseOf(sipStatus)}\r\n`);
    session.send(notify, { onFinal() {}, onFailed() {} });
  }
}
