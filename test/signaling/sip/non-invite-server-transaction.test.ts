import { nonInviteServerTransition } from '../../../signaling/sip/non-invite-server-transaction.ts';
import { describeFigure } from '../../support/state-machine-table.ts';

describeFigure(
  'non-INVITE server transaction: RFC 3261 Figure 8',
  nonInviteServerTransition,
  ['trying', 'proceeding', 'completed', 'terminated'],
  ['request', 'provisional', 'final', 'timer-j', 'transport-error'],
  [
    // a retransmission in Trying is discarded
    ['trying', 'provisional', 'proceeding', 'send-response'],
    ['trying', 'final', 'completed', 'send-response, start-timer-j'],
    ['proceeding', 'request', 'proceeding', 'send-last-response'],
    ['proceeding', 'provisional', 'proceeding', 'send-response'],
    ['proceeding', 'final', 'completed', 'send-response, start-timer-j'],
    ['proceeding', 'transport-error', 'terminated', 'inform-transport-error'],
    ['completed', 'request', 'completed', 'send-last-response'],
    ['completed', 'timer-j', 'terminated', ''],
    ['completed', 'transport-error', 'terminated', 'inform-transport-error'],
  ],
);
