import { inviteClientTransition } from '../../../signaling/sip/invite-client-transaction.ts';
import { describeFigure } from '../../support/state-machine-table.ts';

describeFigure(
  'INVITE client transaction: RFC 3261 Figure 5 with RFC 6026 Figure 6',
  inviteClientTransition,
  ['calling', 'proceeding', 'accepted', 'completed', 'terminated'],
  [
    'provisional',
    'success',
    'failure',
    'timer-a',
    'timer-b',
    'timer-cancel',
    'timer-d',
    'timer-m',
    'transport-error',
  ],
  [
    // A: send again; B or transport error: inform TU
    ['calling', 'timer-a', 'calling', 'send-request, start-timer-a'],
    ['calling', 'timer-b', 'terminated', 'inform-timeout'],
    ['calling', 'transport-error', 'terminated', 'inform-transport-error'],
    ['calling', 'provisional', 'proceeding', 'stop-timers, pass-response'],
    ['calling', 'success', 'accepted', 'pass-response, start-timer-m'],
    ['calling', 'failure', 'completed', 'send-ack, pass-response, start-timer-d'],
    ['proceeding', 'provisional', 'proceeding', 'pass-response'],
    ['proceeding', 'success', 'accepted', 'pass-response, start-timer-m'],
    ['proceeding', 'failure', 'completed', 'send-ack, pass-response, start-timer-d'],
    // §9.1: no final response within 64*T1 of the CANCEL
    ['proceeding', 'timer-cancel', 'terminated', 'inform-timeout'],
    ['proceeding', 'transport-error', 'terminated', 'inform-transport-error'],
    // RFC 6026: each 2xx to the TU, M ends it
    ['accepted', 'success', 'accepted', 'pass-response'],
    ['accepted', 'timer-m', 'terminated', ''],
    ['completed', 'failure', 'completed', 'send-ack'],
    ['completed', 'timer-d', 'terminated', ''],
    ['completed', 'transport-error', 'terminated', 'inform-transport-error'],
  ],
);
