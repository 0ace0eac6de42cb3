import { nonInviteClientTransition } from '../../../signaling/sip/non-invite-client-transaction.ts';
import { describeFigure } from '../../support/state-machine-table.ts';

describeFigure(
  'non-INVITE client transaction: RFC 3261 Figure 6',
  nonInviteClientTransition,
  ['trying', 'proceeding', 'completed', 'terminated'],
  ['provisional', 'final', 'timer-e', 'timer-f', 'timer-k', 'transport-error'],
  [
    ['trying', 'timer-e', 'trying', 'send-request, start-timer-e'],
    ['trying', 'timer-f', 'terminated', 'inform-timeout'],
    ['trying', 'transport-error', 'terminated', 'inform-transport-error'],
    ['trying', 'provisional', 'proceeding', 'pass-response'],
    ['trying', 'final', 'completed', 'pass-response, start-timer-k'],
    ['proceeding', 'timer-e', 'proceeding', 'send-request, start-timer-e-at-t2'],
    ['proceeding', 'timer-f', 'terminated', 'inform-timeout'],
    ['proceeding', 'transport-error', 'terminated', 'inform-transport-error'],
    ['proceeding', 'provisional', 'proceeding', 'pass-response'],
    ['proceeding', 'final', 'completed', 'pass-response, start-timer-k'],
    // further responses are discarded
    ['completed', 'timer-k', 'terminated', ''],
  ],
);
