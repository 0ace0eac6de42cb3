import { inviteServerTransition } from '../../../signaling/sip/invite-server-transaction.ts';
import { describeFigure } from '../../support/state-machine-table.ts';

describeFigure(
  'INVITE server transaction: RFC 3261 Figure 7 with RFC 6026 Figure 5',
  inviteServerTransition,
  ['proceeding', 'accepted', 'completed', 'confirmed', 'terminated'],
  [
    'request',
    'ack',
    'provisional',
    'success',
    'failure',
    'timer-trying',
    'timer-g',
    'timer-h',
    'timer-i',
    'timer-l',
    'transport-error',
  ],
  [
    // INVITE: send the last response; 100 if the TU does not answer in 200 ms; 101–199 from TU: send
    ['proceeding', 'request', 'proceeding', 'send-last-response'],
    ['proceeding', 'timer-trying', 'proceeding', 'send-trying'],
    ['proceeding', 'provisional', 'proceeding', 'send-response'],
    // 2xx from TU: to Accepted (RFC 6026); 300–699 from TU: to Completed
    ['proceeding', 'success', 'accepted', 'send-response, start-timer-l'],
    ['proceeding', 'failure', 'completed', 'send-response, start-timer-h, start-timer-g'],
    ['proceeding', 'transport-error', 'proceeding', 'inform-transport-error'],
    // RFC 6026: INVITE is absorbed, ACK goes to the TU, 2xx from TU is sent, L ends it
    ['accepted', 'success', 'accepted', 'send-response'],
    ['accepted', 'ack', 'accepted', 'pass-ack'],
    ['accepted', 'timer-l', 'terminated', ''],
    ['accepted', 'transport-error', 'accepted', 'inform-transport-error'],
    // INVITE or G: send response; H: failed; ACK: to Confirmed
    ['completed', 'request', 'completed', 'send-last-response'],
    ['completed', 'timer-g', 'completed', 'send-last-response, start-timer-g'],
    ['completed', 'timer-h', 'terminated', 'inform-ack-timeout'],
    ['completed', 'ack', 'confirmed', 'start-timer-i'],
    ['completed', 'transport-error', 'completed', 'inform-transport-error'],
    // ACK is absorbed; I ends it
    ['confirmed', 'timer-i', 'terminated', ''],
  ],
);
