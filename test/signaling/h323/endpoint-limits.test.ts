import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { DEFAULT_ENDPOINT_LIMITS } from '../../../signaling/h323/endpoint.ts';
import { parseH225, serializeH225 } from '../../../signaling/h323/h225.ts';
import { encodeH245, request } from '../../../signaling/h323/h245/message.ts';
import { contentOf } from '../../../signaling/h323/q931.ts';
import { parseCause } from '../../../signaling/h323/q931-elements.ts';
import { createH225Address, readH225Address } from '../../../signaling/h323/transport-address.ts';
import { H323Caller, until } from '../../support/h323-caller.ts';
import { startEndpoint } from '../../support/h323-endpoint.ts';
import { genuineCall } from '../../support/h323-fixtures.ts';
import { ManualClock } from '../../support/manual-clock.ts';

const cleanups: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** An endpoint whose time stands still, and one connection to it. */
async function start(limits = DEFAULT_ENDPOINT_LIMITS) {
  const clock = new ManualClock();
  const started = await startEndpoint({ clock, limits });
  cleanups.push(() => started.endpoint.stop());
  const caller = new H323Caller({ port: started.port }, false);
  cleanups.push(() => caller.close());
  await until('the connection', () => started.endpoint.connectionCount === 1);
  return { ...started, caller, clock };
}

const setupOf = (name: string) => genuineCall(name)[0]!.octets;

async function causeOf(caller: H323Caller): Promise<number | null> {
  const { q931 } = await caller.waitFor('releaseComplete');
  return parseCause(contentOf(q931, 'cause') ?? new Uint8Array(0));
}

describe('a caller who takes time', () => {
  it('has ten seconds for its Setup', async () => {
    const { caller, clock, endpoint, refused } = await start();
    clock.advance(9_999);
    expect(endpoint.connectionCount).toBe(1);
    clock.advance(1);
    await until('the connection to close', () => caller.isClosed);
    expect([endpoint.connectionCount, refused]).toEqual([0, ['no Setup came in time']]);
    clock.advance(2_000);
    expect(clock.timerCount).toBe(0);
  });

  it('may not hold half a message open', async () => {
    const limits = { ...DEFAULT_ENDPOINT_LIMITS, setupTimeoutMs: 60_000 };
    const { caller, clock, endpoint, malformed } = await start(limits);
    caller.write(Buffer.from('0300040008020001', 'hex'));
    await until('the timer of the message', () => clock.timerCount === 2);
    clock.advance(10_000);
    await until('the connection to close', () => caller.isClosed);
    expect([endpoint.connectionCount, malformed.length]).toEqual([0, 1]);
  });

  it('has thirty seconds for H.245 after Connect, then cause 102', async () => {
    const { caller, clock, recorders, endpoint } = await start();
    caller.ignoreConnect = true;
    caller.send(setupOf('separate-nofast'));
    await caller.waitFor('connect');
    clock.advance(30_000);
    expect(await causeOf(caller)).toBe(102);
    expect(recorders[0]?.ends[0]?.reason).toBe('no-acknowledgement');
    await until('nothing to be left', () => endpoint.connectionCount === 0);
    clock.advance(2_000);
    expect(clock.timerCount).toBe(0);
  });
});

describe('a connection too many', () => {
  it.each([
    ['connections', { maxConnections: 1 }, '1 connections are open'],
    ['connections-per-address', { maxConnectionsPerAddress: 1 }, '1 connections from this address are open'],
  ])('is closed at once: %s', async (limit, limits, detail) => {
    const { port, endpoint, refused, limitsMet } = await start({ ...DEFAULT_ENDPOINT_LIMITS, ...limits });
    const second = new H323Caller({ port }, false);
    cleanups.push(() => second.close());
    await until('the connection to close', () => second.isClosed);
    expect([endpoint.connectionCount, refused, limitsMet]).toEqual([1, [detail], [limit]]);
  });
});

describe('a caller who sends too much', () => {
  it('is cut off, and gets its messages before', async () => {
    const { caller, malformed, recorders } = await start({ ...DEFAULT_ENDPOINT_LIMITS, messageBurst: 5 });
    caller.send(setupOf('tunnel-nofast'));
    const information = genuineCall('q931keypad').find(
      ({ octets }) => parseH225(octets).q931.type === 'information',
    );
    for (let count = 0; count < 10; count++) caller.send(information!.octets);
    await until('the end', () => recorders[0]?.ends.length === 1);
    expect(malformed).toEqual(['more messages than the limit']);
    expect(recorders[0]?.ends[0]).toMatchObject({ by: 'remote', reason: 'transport-failure' });
  });
});

describe('the H.245 connection', () => {
  it('is made by us where the caller waits for it', async () => {
    const { caller, recorders } = await start();
    caller.ignoreConnect = true;
    caller.send(setupOf('separate-nofast'));
    await caller.waitFor('connect');
    const port = await caller.listenForH245();
    caller.tellH245Address(port);
    await until('both sides to be ready', () => caller.isReady && recorders[0]?.isConfirmed === true);
  });

  it('is not made to a third party', async () => {
    const { caller, recorders } = await start();
    caller.ignoreConnect = true;
    caller.send(setupOf('separate-nofast'));
    await caller.waitFor('connect');
    const value = {
      protocolIdentifier: '0.0.8.2250.0.7',
      reason: { choice: 'startH245', value: null },
      h245Address: createH225Address({ address: '127.0.0.99', port: 9 }),
    } as const;
    caller.send(
      serializeH225('facility', caller.reference, { choice: 'facility', value }, { isTunnelling: false }),
    );
    const callIdentifier = { guid: new Uint8Array(16) };
    const inquiry = { protocolIdentifier: '0.0.8.2250.0.7', callIdentifier };
    caller.send(
      serializeH225(
        'statusInquiry',
        caller.reference,
        { choice: 'statusInquiry', value: inquiry },
        { isTunnelling: false },
      ),
    );
    await caller.waitFor('status');
    expect(recorders[0]?.isConfirmed).toBe(false);
  });

  it.each([
    ['127.0.0.1', false],
    ['127.0.0.99', true],
  ])('offered in Setup at %s: we listen %s', async (address, isListening) => {
    const { caller } = await start();
    caller.ignoreConnect = true;
    const port = await caller.listenForH245();
    const { q931, unit } = parseH225(setupOf('separate-nofast'));
    const body = unit?.['h323-message-body'];
    if (body?.choice !== 'setup') throw new Error('no Setup');
    const value = { ...body.value, h245Address: createH225Address({ address, port }) };
    caller.send(serializeH225('setup', q931, { choice: 'setup', value }, { isTunnelling: false }));
    const connected = (await caller.waitFor('connect')).unit?.['h323-message-body'];
    expect(connected?.choice === 'connect' && connected.value.h245Address !== undefined).toBe(isListening);
    if (!isListening) await until('H.245', () => caller.isReady);
  });

  it('is taken from the caller only', async () => {
    const { caller } = await start();
    caller.ignoreConnect = true;
    caller.send(setupOf('separate-nofast'));
    const message = await caller.waitFor('connect');
    const body = message.unit?.['h323-message-body'];
    const address = body?.choice === 'connect' ? readH225Address(body.value.h245Address) : null;
    const stranger = connect({ host: '127.0.0.1', port: address?.port ?? 0, localAddress: '127.0.0.88' });
    cleanups.push(() => stranger.destroy());
    let received = 0;
    stranger.on('data', (chunk) => {
      received += chunk.length;
    });
    await new Promise((resolve) => stranger.once('close', resolve));
    expect(received).toBe(0);
  });

  it('of the call is closed with it, answered or not', async () => {
    const { caller, legs, endpoint } = await start();
    caller.send(setupOf('separate-nofast'));
    await until('both sides to be ready', () => caller.isReady);
    caller.sendH245(encodeH245(request('roundTripDelayRequest', { sequenceNumber: 1 })));
    legs[0]?.end('normal-clearing');
    await until('all connections to close', () => caller.isClosed && caller.isControlClosed);
    expect(endpoint.connectionCount).toBe(0);
  });
});
