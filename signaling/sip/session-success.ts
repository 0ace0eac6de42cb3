import type { DialogSession } from './dialog-session.ts';
import type { SipRequest, SipResponse } from './message.ts';
import { appendCapabilities } from './reply.ts';
import { type AgreedInterval, agreeInterval } from './session-timer.ts';

/** What every 2xx to an INVITE or UPDATE carries, and what it does to dialog and session timer. */
export function completeSuccess(session: DialogSession, request: SipRequest, response: SipResponse): void {
  const { headers } = response;
  session.dialog.refreshTarget(request);
  headers.append('Contact', session.contact);
  appendCapabilities(response);
  if (request.allow.length > 0) {
    session.isUpdateAllowed = request.allow.includes('UPDATE');
  }
  const agreed = agreeInterval(request, session.environment.settings.sessionTimer);
  if (agreed !== null) {
    appendInterval(response, agreed);
    session.restartTimer(agreed.intervalSeconds, agreed.refresher === 'uas');
  } else {
    session.restartTimer(null, false);
  }
}

/** RFC 4028 §9. */
function appendInterval(response: SipResponse, agreed: AgreedInterval): void {
  response.headers.append('Session-Expires', `${agreed.intervalSeconds};refresher=${agreed.refresher}`);
  if (agreed.isRequired) {
    response.headers.append('Require', 'timer');
  }
}
