import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { TransportLimits } from '../../../signaling/sip/transport-limits.ts';
import { makeSelfSignedIdentity } from '../../../src/self-signed-identity.ts';
import { requestText } from '../../support/sip-transaction-rig.ts';
import { TransportRig } from '../../support/sip-transport-rig.ts';
import { openWire } from '../../support/sip-wire.ts';

const LOOPBACK = '127.0.0.1';
const tls = await makeSelfSignedIdentity([LOOPBACK], Date.now());
const OPTIONS = requestText('OPTIONS');

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const action of undo.splice(0).reverse()) await action();
});

async function start(transport: 'TCP' | 'TLS' | 'WS', limits: Partial<TransportLimits> = {}) {
  const rig = await TransportRig.start([{ transport, address: LOOPBACK, port: 0, allowPlain: true }], {
    tls,
    limits,
  });
  undo.push(() => rig.transport.stop());
  return rig;
}

/** A connection that the layer has taken, known by its count. */
async function open(rig: TransportRig): Promise<Socket> {
  const before = rig.transport.statistics().connections;
  const socket = connect(rig.listener().port, LOOPBACK);
  socket.on('error', () => undefined);
  undo.push(() => socket.destroy());
  await expect.poll(() => rig.transport.statistics().connections).toBe(before + 1);
  return socket;
}

async function expectAllGone(rig: TransportRig): Promise<void> {
  await expect.poll(() => rig.transport.statistics().connections).toBe(0);
  expect(rig.clock.wheel.size).toBe(0);
  expect(rig.faults).toEqual([]);
}

describe('time limits', () => {
  it.each([
    ['TCP', ''],
    ['TCP', '\r\n\r\n'],
    ['TLS', ''],
    ['TLS', '\u0016\u0003\u0001\u0002'],
    ['WS', ''],
    ['WS', 'GET /sip HTTP/1.1\r\nHost: a\r\n'],
  ] as const)('%s closes a connection without a message: %j', async (transport, text) => {
    const rig = await start(transport);
    const socket = await open(rig);
    const closed = new Promise((resolve) => socket.once('close', resolve));
    if (text !== '') await new Promise((resolve) => socket.write(text, 'latin1', resolve));
    rig.clock.step(9_990);
    expect(rig.transport.statistics().connections).toBe(1);
    rig.clock.step(10);
    await closed;
    expect(rig.texts()).toContain('refused half-open-timeout');
    expect(rig.texts()).not.toContain('refused tls-handshake');
    await expectAllGone(rig);
  });

  it('closes a connection whose message never ends', async () => {
    const rig = await start('TCP');
    const socket = await open(rig);
    // One segment: with the ACK its half-message neighbour has come too.
    socket.write(`${requestText('ACK')}INVITE sip:`);
    await rig.event('request ACK');
    rig.clock.step(9_990);
    expect(rig.transport.statistics().connections).toBe(1);
    rig.clock.step(10);
    expect(rig.texts()).toContain('refused partial-message-timeout');
    await expectAllGone(rig);
  });

  it('closes an idle connection, and not one that pings', async () => {
    const rig = await start('TCP', { idleTimeoutMs: 60_000 });
    const socket = await open(rig);
    socket.write(OPTIONS);
    await rig.event('request OPTIONS');
    rig.clock.step(50_000);
    socket.write('\r\n\r\n');
    await once(socket, 'data');
    await expect.poll(() => socket.bytesRead).toBeGreaterThan(2);
    rig.clock.step(50_000);
    expect(rig.texts()).not.toContain('refused idle-timeout');
    rig.clock.step(20_000);
    await rig.event('refused idle-timeout');
    // Idle is no error.
    await rig.event('closed TCP');
    expect(rig.texts()).not.toContain('closed TCP by an error');
    await expectAllGone(rig);
  });
});

describe('counts', () => {
  it.each([
    ['connections', { connections: 2 }],
    ['connections-per-address', { connectionsPerAddress: 2 }],
  ] as const)('%s', async (limit, limits) => {
    const rig = await start('TCP', limits);
    const first = await open(rig);
    await open(rig);
    const third = connect(rig.listener().port, LOOPBACK);
    third.on('error', () => undefined);
    await once(third, 'close');
    await rig.event(`refused ${limit}`);
    first.destroy();
    await expect.poll(() => rig.transport.statistics().connections).toBe(1);
    await open(rig);
    expect(rig.transport.statistics().refusedByLimit).toEqual({ [limit]: 1 });
  });
});

describe('a peer that does not read', () => {
  it('is cut off when too much waits for it', async () => {
    const rig = await start('TCP', { writeBufferBytes: 100_000 });
    const socket = await open(rig);
    socket.pause();
    socket.write(requestText('ACK'));
    const { flow } = await rig.event('request ACK');
    const bytes = Buffer.alloc(65_536);
    for (let sent = 0; sent < 500 && !flow!.isClosed; sent++) flow!.send(bytes);
    expect(flow!.isClosed).toBe(true);
    expect(rig.texts()).toContain('refused write-buffer');
    let told = '';
    flow!.send(bytes, { onSendError: (detail) => (told = detail) });
    expect(told).toContain('is closed');
    await expectAllGone(rig);
  });
});

it('comes back to where it began after a thousand short connections', async () => {
  const rig = await start('TCP');
  for (let round = 0; round < 50; round++) {
    const wires = await Promise.all(
      Array.from({ length: 20 }, () =>
        openWire({ transport: 'TCP', address: LOOPBACK, port: rig.listener().port }),
      ),
    );
    for (const wire of wires) wire.send(OPTIONS);
    await Promise.all(
      wires.map((wire) => wire.inbox.first(({ statusCode }) => statusCode === 200, '200', 5_000)),
    );
    for (const [index, wire] of wires.entries()) index % 2 === 0 ? wire.close() : wire.reset();
  }
  await expectAllGone(rig);
});
