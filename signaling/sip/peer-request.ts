import type { CallLegListener, PeerRequest } from '../call-leg.ts';
import type { EventQueue } from './event-queue.ts';

/** What is said where the owner of a call takes no such requests. */
const REFUSALS: Readonly<Record<PeerRequest['kind'], number>> = { fax: 488, transfer: 603 };

/** Tells the owner of a call what the other side asks for. */
export function tellRequest<Listener extends CallLegListener>(
  events: EventQueue<Listener>,
  request: PeerRequest,
): void {
  events.tell((listener) => {
    if (listener.onRequest === undefined) request.refuse(REFUSALS[request.kind]);
    else listener.onRequest(request);
  });
}
