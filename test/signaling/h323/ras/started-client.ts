import { createEndpointType } from '../../../../signaling/h323/h225.ts';
import { GatekeeperClient } from '../../../../signaling/h323/ras/gatekeeper-client.ts';
import type { RasMessage } from '../../../../signaling/h323/ras-types.ts';
import { until } from '../../../support/h323-caller.ts';
import { TestGatekeeper } from '../../../support/h323-gatekeeper.ts';
import { ManualClock } from '../../../support/manual-clock.ts';

const cleanups: (() => unknown)[] = [];

/** For `afterEach`. */
export async function cleanUp(): Promise<void> {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
}

export async function start(options: { readonly policy?: TestGatekeeper['policy'] } = {}) {
  const gatekeeper = await TestGatekeeper.open();
  if (options.policy !== undefined) gatekeeper.policy = options.policy;
  const clock = new ManualClock();
  const told: string[] = [];
  const malformed: string[] = [];
  const { address: host, port } = gatekeeper.place;
  const client = new GatekeeperClient(
    { host, port, identifier: null, timeToLiveSeconds: 120 },
    {
      clock,
      endpoint: createEndpointType('Carillon', '1'),
      signalPort: 1720,
      advertisedAddressFor: (local) => local,
      random: () => 65_533,
    },
    {
      onRegistered: () => told.push('registered'),
      onUnregistered: (detail) => told.push(detail),
      onMalformed: (detail) => malformed.push(detail),
    },
  );
  cleanups.push(async () => {
    const stopped = client.stop();
    await settle();
    clock.advance(10_000);
    await stopped;
    gatekeeper.close();
  });
  client.setAliases(['Carillon', '6064724824']);
  client.start();
  return { gatekeeper, client, clock, told, malformed };
}

export async function registered(options: { readonly policy?: TestGatekeeper['policy'] } = {}) {
  const started = await start(options);
  await until('the registration', () => started.client.isRegistered);
  return started;
}

/** Datagrams on loopback, and what is done about them. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
}

export const refusing =
  (choice: 'gatekeeperRequest' | 'registrationRequest' | 'admissionRequest', answer: object) =>
  (message: RasMessage) =>
    message.choice === choice
      ? ({
          ...answer,
          value: { ...(answer as RasMessage).value, requestSeqNum: message.value.requestSeqNum },
        } as RasMessage)
      : undefined;
