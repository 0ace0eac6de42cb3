import type { DialogSession } from './dialog-session.ts';
import type { SipFlow } from './flow.ts';
import type { SipRequest } from './message.ts';
import { leadsTo } from './next-hop.ts';

/**
 * The way to the next hop of a dialog, which becomes its flow: given at once where the present one leads
 * there, else found (RFC 3261 §12.2.1.1). Failures are told in words.
 */
export function findDialogFlow(
  session: DialogSession,
  onFound: (flow: SipFlow) => void,
  onFailed: (detail: string) => void,
): void {
  const { nextHop } = session.dialog.route();
  if (nextHop === null || nextHop.host === '') {
    onFailed('the remote target is no SIP URI');
  } else if (leadsTo(session.flow, nextHop, session.neighbor)) {
    onFound(session.flow);
  } else {
    session.environment.flows.flowTo(nextHop).then(
      (flow) => {
        session.flow = flow;
        onFound(flow);
      },
      (error: unknown) => onFailed(error instanceof Error ? error.message : String(error)),
    );
  }
}

/** Sends the ACK of a 2xx; where that fails the 2xx comes again, and with it the next try. */
export function sendDialogAck(session: DialogSession, ack: SipRequest): void {
  findDialogFlow(
    session,
    (flow) => session.environment.transactions.sendAck(ack, flow),
    () => undefined,
  );
}
