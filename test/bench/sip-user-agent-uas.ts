/**
 * The whole SIP stack answering calls, and nothing above it: dialogs, SDP answers, session timers; no media, no
 * logs. What the bench measures dialogs, memory and TLS with. Prints its listeners as one JSON line.
 */
import type { CallLeg } from '../../signaling/call-leg.ts';
import { createTimers } from '../../signaling/sip/timers.ts';
import { TransactionLayer } from '../../signaling/sip/transaction-layer.ts';
import { TransportLayer } from '../../signaling/sip/transport-layer.ts';
import { UserAgent } from '../../signaling/sip/user-agent.ts';
import { WheelClock } from '../../signaling/sip/wheel-clock.ts';
import { makeSelfSignedIdentity } from '../../src/self-signed-identity.ts';
import { ADDRESS, MANY, SIP_OBSERVER, USER_AGENT_SETTINGS } from './sip-settings.ts';

const MEDIA = { rtp: { address: ADDRESS, port: 40_000 }, rtcp: { address: ADDRESS, port: 40_001 } };

/** T1 as the first argument: transactions end after 64 of it. */
const t1Ms = Number(process.argv[2] ?? 500);

const clock = new WheelClock();
const transport = new TransportLayer(
  {
    listeners: (['UDP', 'TCP', 'TLS'] as const).map((name) => ({
      transport: name,
      address: ADDRESS,
      port: 0,
    })),
    clock,
    tls: await makeSelfSignedIdentity(['localhost'], Date.now()),
    limits: { connections: MANY, connectionsPerAddress: MANY },
  },
  SIP_OBSERVER,
);
const transactions = new TransactionLayer({
  transport,
  clock,
  timers: createTimers({ t1Ms }),
  serverTransactionLimit: MANY,
  observer: SIP_OBSERVER,
});

function answer(leg: CallLeg): void {
  leg.listen({ onMedia() {}, onConfirmed() {}, onDigit() {}, onEnded() {} });
  leg.negotiate();
  leg.ring();
  leg.accept(MEDIA);
}

new UserAgent(
  {
    ...USER_AGENT_SETTINGS,
    transactions,
    flows: { flowTo: () => Promise.reject(new Error('this server calls nobody')) },
  },
  { onCall: answer, onRefused: ({ detail }) => console.error('refused', detail) },
);
await transport.start();
console.log(JSON.stringify(transport.listeners));
