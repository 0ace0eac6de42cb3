/**
 * A connector that bridges calls to the far end whose port is the first argument: admission, routes, two dialogs; no
 * media, no logs. Prints its listeners as one JSON line.
 */
import { configSchema } from '../../config/schema.ts';
import type { MediaEngine, MediaLeg } from '../../media/engine/media-leg.ts';
import { LocatedFlows } from '../../signaling/sip/located-flows.ts';
import { createTimers } from '../../signaling/sip/timers.ts';
import { TransactionLayer } from '../../signaling/sip/transaction-layer.ts';
import { TransportLayer } from '../../signaling/sip/transport-layer.ts';
import { UserAgent } from '../../signaling/sip/user-agent.ts';
import { WheelClock } from '../../signaling/sip/wheel-clock.ts';
import { CallRegistry } from '../../src/call/call-registry.ts';
import { ConnectorCalls } from '../../src/connector/connector-calls.ts';
import { ConnectorDirectory } from '../../src/connector/connector-directory.ts';
import { LoopGuard } from '../../src/connector/loop-guard.ts';
import { ADDRESS, MANY, SIP_OBSERVER, USER_AGENT_SETTINGS } from './sip-settings.ts';

const NUMBER = '+12065550100';
const CONNECTOR_ID = 'abcdef1ghij2klmno3pqr4';

const port = Number(process.argv[2]);
const parsed = configSchema.parse({
  voiceConnectors: [
    {
      id: CONNECTOR_ID,
      name: 'bench',
      termination: {
        cidrAllowedList: ['127.0.0.0/8'],
        defaultPhoneNumber: NUMBER,
        routes: [{ host: ADDRESS, port }],
      },
    },
  ],
  phoneNumbers: [{ number: NUMBER, voiceConnectorId: CONNECTOR_ID }],
  trunk: { maxActiveCalls: MANY },
});
// As many a second as there are to be measured: more than a connector may be configured for.
const voiceConnectors = parsed.voiceConnectors.map((connector) => ({
  ...connector,
  termination: { ...connector.termination, cpsLimit: MANY },
}));

const leg = (legId: string): MediaLeg => ({
  legId,
  rtpPort: 40_000,
  rtcpPort: 40_001,
  moveTo: async () => undefined,
  update() {},
  join() {},
  leave() {},
  echo() {},
  setMuted() {},
  relayTo() {},
  carryDatagrams() {},
  play() {},
  stopPlaying() {},
  press() {},
  playBehind() {},
  close: () => Promise.resolve(null),
});
const media: Pick<MediaEngine, 'openLeg'> = { openLeg: ({ legId }) => Promise.resolve(leg(legId)) };

const clock = new WheelClock();
const transport = new TransportLayer(
  {
    listeners: [{ transport: 'UDP', address: ADDRESS, port: 0 }],
    clock,
    limits: { connections: MANY, connectionsPerAddress: MANY },
  },
  SIP_OBSERVER,
);
const transactions = new TransactionLayer({
  transport,
  clock,
  timers: createTimers({}),
  serverTransactionLimit: MANY,
  observer: SIP_OBSERVER,
});
const flows = new LocatedFlows(
  async () => [{ transport: 'UDP', address: ADDRESS, port, host: ADDRESS }],
  (target) => transport.connect(target),
);
const userAgent: UserAgent = new UserAgent(
  {
    ...USER_AGENT_SETTINGS,
    transactions,
    flows,
  },
  {
    onCall: (call) => void calls.takes(call),
    onRefused: ({ detail }) => console.error('refused', detail),
  },
);
const calls = new ConnectorCalls({
  directory: new ConnectorDirectory({ ...parsed, voiceConnectors }),
  calls: new CallRegistry(100),
  media: media as MediaEngine,
  observer: {
    callAttempted() {},
    callThrottled() {},
    callRinging() {},
    legPlaced() {},
    requestMet() {},
    routeFailed() {},
    callAnswered() {},
    sideReport() {},
    callRefused: ({ refusal }) => console.error('refused', refusal),
    callEnded() {},
    internalError: (_, error) => console.error('fault', error),
  },
  // Opened for recording sessions only.
  streaming: {
    open: () => {
      throw new Error('nobody streams here');
    },
  },
  loops: new LoopGuard(),
  settings: parsed.trunk,
  dialer: {
    capabilities: USER_AGENT_SETTINGS.capabilities,
    network: null,
    flowTo: (uri) => flows.flowTo(uri),
    call: (target, options) => userAgent.call(target, options),
  },
  mediaBindAddress: ADDRESS,
  mediaAddressFor: (address) => address,
  now: Date.now,
  random: Math.random,
  after: (delayMs, action) => {
    const timer = setTimeout(action, delayMs);
    return () => clearTimeout(timer);
  },
});
await transport.start();
console.log(JSON.stringify(transport.listeners));
