import { connect } from 'node:net';
import { pino } from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import { configSchema } from '../../config/schema.ts';
import type { CallLeg } from '../../signaling/call-leg.ts';
import { H323Stack } from '../../src/h323-stack.ts';
import { Problems } from '../../src/problems.ts';
import { Telling } from '../../src/telling.ts';
import { H323Caller, until } from '../support/h323-caller.ts';
import { genuineCall } from '../support/h323-fixtures.ts';

const stacks: H323Stack[] = [];

afterEach(async () => {
  for (const stack of stacks.splice(0)) await stack.stop();
});

async function start(sip: object = {}) {
  const telling = new Telling(
    { region: 'us-east-1', roomsConnectorId: 'x', periodSeconds: 60, sinks: [] },
    0,
  );
  const lines: string[] = [];
  const logger = pino({ level: 'info' }, { write: (line) => lines.push(line) });
  const config = configSchema.parse({ sip: { address: '127.0.0.1', ...sip }, h323: { port: 0 } });
  const legs: CallLeg[] = [];
  const problems = new Problems();
  const stack = new H323Stack(config, 0, { telling, logger, problems }, (leg) => legs.push(leg));
  stacks.push(stack);
  await stack.start();
  const port = stack.listeners[0]?.port ?? 0;
  return { stack, telling, legs, port, log: () => lines.join('') };
}

describe('the H.323 stack', () => {
  it('says where it listens, and lets go of the port', async () => {
    const { stack, port } = await start();
    expect(stack.listeners).toEqual([{ key: 'h323.port', address: '127.0.0.1', port }]);
    expect(port).toBeGreaterThan(0);
    await stack.stop();
    const [error] = await new Promise<Error[]>((resolve) => {
      connect({ host: '127.0.0.1', port }).once('error', (refused) => resolve([refused]));
    });
    expect(error).toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('hands calls on', async () => {
    const { telling, legs, port } = await start();
    const caller = new H323Caller({ port }, true);
    caller.send(genuineCall('tunnel-fast')[0]!.octets);
    await until('the call', () => legs.length === 1);
    expect(legs[0]).toMatchObject({ protocol: 'H.323', localAddress: '127.0.0.1' });
    expect(telling.prometheusText()).toContain('\ncarillon_h323_connections 1\n');
    legs[0]!.end('normal-clearing');
    await caller.waitFor('releaseComplete');
    caller.close();
  });

  it('counts, tells and logs what it cannot read', async () => {
    const { telling, port, log } = await start();
    const caller = new H323Caller({ port }, true);
    caller.write(Buffer.from('03000007080200', 'hex'));
    await until('the connection to close', () => caller.isClosed);
    expect(telling.prometheusText()).toContain('carillon_sip_malformed_total{reason="h323-malformed"} 1');
    expect(telling.prometheusText()).toContain('carillon_sip_malformed_total{reason="h323-refused"} 1');
    expect(log()).toMatch(/"remote":"127\.0\.0\.1".*malformed H\.323 message/);
  });

  it('warns where the advertised address is a name, which H.323 cannot carry', async () => {
    expect((await start({ advertisedAddress: 'meet.example' })).log()).toContain('meet.example');
    expect((await start({ advertisedAddress: '192.0.2.7' })).log()).toBe('');
  });
});
