import { afterEach, describe, expect, it } from 'vitest';
import { decodeRas, rasMessage } from '../../../../signaling/h323/ras/ras-message.ts';
import type { RasMessage } from '../../../../signaling/h323/ras-types.ts';
import { createH225Address } from '../../../../signaling/h323/transport-address.ts';
import { until } from '../../../support/h323-caller.ts';
import { genuineCall } from '../../../support/h323-fixtures.ts';
import { cleanUp, refusing, registered, settle, start } from './started-client.ts';

afterEach(cleanUp);

describe('registration with a gatekeeper', () => {
  it('discovers it, registers every alias, and says where calls go', async () => {
    const { gatekeeper, told } = await registered();
    expect(gatekeeper.received.map(({ choice }) => choice)).toEqual([
      'gatekeeperRequest',
      'registrationRequest',
    ]);
    expect(gatekeeper.aliases).toEqual(['Carillon', '6064724824']);
    expect(gatekeeper.resolve('6064724824')).toEqual({ address: '127.0.0.1', port: 1720 });
    const [request] = gatekeeper.all('registrationRequest');
    expect(request).toMatchObject({ discoveryComplete: true, keepAlive: false, timeToLive: 120 });
    expect(request?.gatekeeperIdentifier).toBe('test zone');
    expect(told).toEqual(['registered']);
  });

  it('numbers its requests from 1 to 65535 and round', async () => {
    const { gatekeeper, client } = await registered();
    client.setAliases(['1']);
    await until('three requests', () => gatekeeper.received.length === 3);
    expect(gatekeeper.received.map(({ value }) => value.requestSeqNum)).toEqual([65_534, 65_535, 1]);
  });

  it('keeps alive at half the time that the gatekeeper gives, with its identifier and no more', async () => {
    const { gatekeeper, clock, told } = await registered();
    clock.advance(29_999);
    await settle();
    expect(gatekeeper.all('registrationRequest')).toHaveLength(1);
    clock.advance(1);
    await until('the keep-alive', () => gatekeeper.all('registrationRequest').length === 2);
    const second = gatekeeper.all('registrationRequest')[1];
    expect(second).toMatchObject({ keepAlive: true, endpointIdentifier: 'endpoint 1' });
    expect(second?.terminalAlias).toBeUndefined();
    await settle();
    clock.advance(30_000);
    await until('the next', () => gatekeeper.all('registrationRequest').length === 3);
    expect(told).toEqual(['registered']);
  });

  it('keeps alive twice a day where it may live for a century', async () => {
    const { gatekeeper, clock } = await start();
    gatekeeper.timeToLiveSeconds = 4_294_967_295;
    await until('the registration', () => gatekeeper.all('registrationRequest').length === 1);
    await settle();
    expect(clock.nextDelayMs).toBe(43_200_000);
  });

  it('registers in full where a keep-alive is not enough', async () => {
    const { gatekeeper, clock } = await registered();
    gatekeeper.policy = (message) =>
      message.choice === 'registrationRequest' && message.value.keepAlive
        ? rasMessage('registrationReject', {
            requestSeqNum: message.value.requestSeqNum,
            protocolIdentifier: '0.0.8.2250.0.7',
            rejectReason: { choice: 'fullRegistrationRequired', value: null },
          })
        : undefined;
    clock.advance(30_000);
    await until('the full one', () => gatekeeper.all('registrationRequest').length === 3);
    expect(gatekeeper.all('registrationRequest')[2]?.terminalAlias).toHaveLength(2);
  });

  it('tells of aliases that come later', async () => {
    const { gatekeeper, client } = await registered();
    client.setAliases(['Carillon', '1111111111']);
    await until('them', () => gatekeeper.resolve('1111111111') !== null);
    expect(gatekeeper.aliases).toEqual(['Carillon', '1111111111']);
  });

  it('asks three times, waits half a minute, and asks again', async () => {
    const { gatekeeper, clock, told } = await start({ policy: () => null });
    for (const count of [1, 2, 3]) {
      await until(`request ${count}`, () => gatekeeper.received.length === count);
      expect(told).toEqual([]);
      clock.advance(5_000);
    }
    await until('the failure', () => told.length === 1);
    expect(told).toEqual(['it does not answer']);
    gatekeeper.policy = () => undefined;
    await settle();
    clock.advance(30_000);
    await until('the registration', () => told.includes('registered'));
    expect(new Set(gatekeeper.all('gatekeeperRequest').map((one) => one.requestSeqNum)).size).toBe(2);
  });

  it('gives more time where a request is in progress', async () => {
    const { gatekeeper, clock, told } = await start({
      policy: ({ value: { requestSeqNum } }) =>
        rasMessage('requestInProgress', { requestSeqNum, delay: 20_000 }),
    });
    await until('the request', () => gatekeeper.received.length === 1);
    await settle();
    clock.advance(19_999);
    await settle();
    expect([gatekeeper.received.length, told]).toEqual([1, []]);
  });

  it.each([
    [
      'gatekeeperRequest',
      rasMessage('gatekeeperReject', rejection('terminalExcluded')),
      'it refuses: terminalExcluded',
    ],
    [
      'registrationRequest',
      rasMessage('registrationReject', rejection('securityDenial')),
      'it does not register us: securityDenial',
    ],
  ] as const)('says why a %s is refused', async (choice, answer, sentence) => {
    const { told, client } = await start({ policy: refusing(choice, answer) });
    await until('the refusal', () => told.length === 1);
    expect([told, client.isRegistered]).toEqual([[sentence], false]);
  });

  it('begins anew when the gatekeeper lets go of us', async () => {
    const { gatekeeper, told } = await registered();
    gatekeeper.say(
      rasMessage('unregistrationRequest', {
        requestSeqNum: 9,
        callSignalAddress: [],
        reason: { choice: 'ttlExpired', value: null },
      }),
    );
    await until('the second registration', () => told.length === 3);
    expect(told).toEqual(['registered', 'it unregistered us: ttlExpired', 'registered']);
    expect(gatekeeper.all('unregistrationConfirm')).toEqual([{ requestSeqNum: 9 }]);
  });

  it('begins anew where it is let go of while it keeps alive', async () => {
    const { gatekeeper, clock, told, client } = await registered();
    const letGo = { requestSeqNum: 9, callSignalAddress: [] };
    gatekeeper.policy = (message) => {
      if (message.choice === 'registrationRequest' && message.value.keepAlive)
        gatekeeper.say(rasMessage('unregistrationRequest', letGo));
      return undefined;
    };
    clock.advance(30_000);
    await until('the second registration', () => told.length === 3);
    expect(told).toEqual(['registered', 'it unregistered us: no reason told', 'registered']);
    expect(gatekeeper.all('gatekeeperRequest')).toHaveLength(2);
    expect(client.isRegistered).toBe(true);
  });

  it('unregisters when it stops', async () => {
    const { gatekeeper, client } = await registered();
    await client.stop();
    expect(gatekeeper.all('unregistrationRequest')).toMatchObject([{ endpointIdentifier: 'endpoint 1' }]);
    expect([gatekeeper.aliases, client.isRegistered]).toEqual([[], false]);
  });

  it('takes the answers of a genuine GnuGk', async () => {
    const genuine = genuineCall('gk-proxied')
      .filter(({ protocol }) => protocol === 'RAS')
      .map(({ octets }) => decodeRas(octets));
    const genuineAnswer = (choice: string) => genuine.find((one) => one.choice === choice)?.value as object;
    const { gatekeeper, client, told } = await start({
      policy: ({ choice, value: { requestSeqNum } }) => {
        // Where it was, it is no more.
        const rasAddress = createH225Address(gatekeeper.place);
        if (choice === 'gatekeeperRequest') {
          const value = { ...genuineAnswer('gatekeeperConfirm'), rasAddress, requestSeqNum };
          return { choice: 'gatekeeperConfirm', value } as RasMessage;
        }
        if (choice !== 'registrationRequest') return undefined;
        const value = { ...genuineAnswer('registrationConfirm'), requestSeqNum };
        return { choice: 'registrationConfirm', value } as RasMessage;
      },
    });
    await until('the registration', () => client.isRegistered);
    expect(told).toEqual(['registered']);
    const { endpointIdentifier } = genuineAnswer('registrationConfirm') as { endpointIdentifier: string };
    await client.stop();
    expect(gatekeeper.all('unregistrationRequest')).toMatchObject([{ endpointIdentifier }]);
  });

  it('may be led to where nothing is, which is a failure like others', async () => {
    const nowhere = { address: '255.255.255.255', port: 1719 };
    const { told } = await start({
      policy: ({ value: { requestSeqNum } }) =>
        rasMessage('gatekeeperConfirm', {
          requestSeqNum,
          protocolIdentifier: '0.0.8.2250.0.7',
          rasAddress: createH225Address(nowhere),
        }),
    });
    await until('the failure', () => told.length === 1);
    expect(told[0]).toMatch(/^there is no way to 255\.255\.255\.255 port 1719: /);
  });
});

function rejection<Choice extends string>(choice: Choice) {
  return {
    requestSeqNum: 1,
    protocolIdentifier: '0.0.8.2250.0.7',
    rejectReason: { choice, value: null },
  };
}
