import { expect, it } from 'vitest';
import { createEndpointType } from '../../signaling/h323/h225.ts';
import { GatekeeperClient } from '../../signaling/h323/ras/gatekeeper-client.ts';
import { until } from '../support/h323-caller.ts';
import { GENUINE_CALLS, genuineCall } from '../support/h323-fixtures.ts';
import { TestGatekeeper } from '../support/h323-gatekeeper.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { createNoise, mutate } from './h323-mutation.ts';

const COUNT = Number(process.env['H323_FUZZ_RAS_COUNT'] ?? 3_000);
const SEED = Number(process.env['H323_FUZZ_SEED'] ?? 3);
/** What a socket buffer takes before it is read. */
const AT_ONCE = 50;

const samples = GENUINE_CALLS.flatMap((call) =>
  genuineCall(call)
    .filter(({ protocol }) => protocol === 'RAS')
    .map(({ octets }) => octets),
);

it(`${COUNT} mutated messages of a gatekeeper (seed ${SEED}) are answered, dropped or counted`, async () => {
  const gatekeeper = await TestGatekeeper.open();
  const { address: host, port } = gatekeeper.place;
  let malformed = 0;
  const client = new GatekeeperClient(
    { host, port, identifier: null, timeToLiveSeconds: 120 },
    {
      clock: new ManualClock(),
      endpoint: createEndpointType('Carillon', '1'),
      signalPort: 1720,
      advertisedAddressFor: (local) => local,
      random: () => SEED,
    },
    {
      onRegistered: () => undefined,
      onUnregistered: () => undefined,
      onMalformed: () => malformed++,
    },
  );
  client.start();
  await until('the registration', () => client.isRegistered);
  const noise = createNoise(SEED);
  const pick = () => samples[noise(samples.length)] ?? new Uint8Array(0);
  for (let sent = 0; sent < COUNT; sent += AT_ONCE) {
    for (let index = 0; index < AT_ONCE; index++) gatekeeper.write(mutate(pick(), pick(), noise));
    await new Promise((resolve) => setImmediate(resolve));
  }
  await until('most of them', () => malformed > COUNT / 10);
  // Some of them may have been a genuine end of the registration; then it was begun anew.
  await until('the registration that is or comes back', () => client.isRegistered);
  expect(gatekeeper.received.length).toBeGreaterThan(1);
  await client.stop();
  gatekeeper.close();
});
