import { once } from 'node:events';
import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import type { ListenerOptions } from '../../../signaling/sip/listen-failed.ts';
import type { TransportOptions } from '../../../signaling/sip/transport-layer.ts';
import { makeSelfSignedIdentity } from '../../../src/self-signed-identity.ts';
import { requestText } from '../../support/sip-transaction-rig.ts';
import { TransportRig } from '../../support/sip-transport-rig.ts';
import { openWire, type SipWire, type WireTransport } from '../../support/sip-wire.ts';

const LOOPBACK = '127.0.0.1';
const tls = await makeSelfSignedIdentity(['sip.test', LOOPBACK], Date.now());

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const action of undo.splice(0).reverse()) await action();
});

async function start(
  transport: 'TCP' | 'TLS',
  options: Partial<TransportOptions> & Pick<ListenerOptions, 'allowPlain'> = {},
): Promise<TransportRig> {
  const { allowPlain = false, ...others } = options;
  const rig = await TransportRig.start([{ transport, address: LOOPBACK, port: 0, allowPlain }], {
    tls,
    ...others,
  });
  undo.push(() => rig.transport.stop());
  return rig;
}

async function wireTo(rig: TransportRig, transport: WireTransport = 'TCP'): Promise<SipWire> {
  const wire = await openWire({ transport, address: LOOPBACK, port: rig.listener().port });
  undo.push(() => wire.close());
  return wire;
}

const answers = (wire: SipWire) => wire.inbox.all.map(({ statusCode }) => statusCode);
const answer = (wire: SipWire, status = 200) =>
  wire.inbox.first(({ statusCode }) => statusCode === status, `${status}`, 5_000);
const options = (branch: string) => requestText('OPTIONS', { branch: `z9hG4bK${branch}` });

describe('TCP', () => {
  it('cuts the stream into messages, however it arrives', async () => {
    const rig = await start('TCP');
    const wire = await wireTo(rig);
    const text = options('a') + options('b') + options('c');
    wire.send(text.slice(0, 30));
    wire.send(text.slice(30, 700));
    wire.send(text.slice(700));
    await wire.inbox.first(
      ({ headers }) => headers('Via').some((via) => via.includes('z9hG4bKc')),
      'third',
      5_000,
    );
    expect(answers(wire)).toEqual([200, 200, 200]);
  });

  it('answers a ping with a pong (RFC 5626 §4.4.1), a flood of them with few', async () => {
    const rig = await start('TCP');
    const socket = connect(rig.listener().port, LOOPBACK);
    undo.push(() => socket.destroy());
    await once(socket, 'connect');
    socket.write('\r\n\r\n'.repeat(10_000));
    const [pong] = await once(socket, 'data');
    expect(pong.toString().startsWith('\r\n')).toBe(true);
    socket.write(options('after'));
    await rig.event('request OPTIONS');
    expect(socket.bytesRead).toBeLessThan(2_000);
  });

  it('answers a lost framing with 400 and closes', async () => {
    const rig = await start('TCP');
    const wire = await wireTo(rig);
    wire.send(options('a').replace('Content-Length: 0', 'Content-Length: many'));
    await answer(wire, 400);
    await wire.closed;
    await rig.event('refused framing');
    await rig.event('closed TCP');
  });

  it('closes on garbage and on headers without end', async () => {
    const rig = await start('TCP');
    const garbage = await wireTo(rig);
    garbage.send('\u0016\u0003garbage\r\n\r\n');
    await garbage.closed;
    const endless = await wireTo(rig);
    endless.send(`OPTIONS sip:a SIP/2.0\r\n${'X: y\r\n'.repeat(12_000)}`);
    await endless.closed;
    const wire = await wireTo(rig);
    wire.send(options('a'));
    await answer(wire);
    expect(rig.faults).toEqual([]);
  });

  it('forgets a connection that is reset', async () => {
    const rig = await start('TCP');
    const wire = await wireTo(rig);
    wire.send(options('a'));
    await answer(wire);
    wire.reset();
    await rig.event('closed TCP by an error');
    expect(rig.transport.statistics().connections).toBe(0);
    expect(rig.clock.wheel.size).toBe(0);
  });

  it('sends a response over a new connection to sent-by when its own is gone (§18.2.2)', async () => {
    const rig = await start('TCP');
    const target = await start('TCP');
    const wire = await wireTo(rig);
    wire.send(requestText('ACK'));
    const { flow } = await rig.event('request ACK');
    wire.close();
    await rig.event('closed TCP');
    const response = Buffer.from(requestText('OPTIONS').replace(/^[^\r]*/, 'SIP/2.0 486 Busy Here'));
    rig.transport.sendResponse(response, flow!, target.listener().port);
    await target.event('response 486');
  });
});

describe('connections of our own', () => {
  it('are opened once, shared and used again', async () => {
    const server = await start('TCP');
    const client = await start('TCP');
    const target = {
      transport: 'TCP' as const,
      address: LOOPBACK,
      port: server.listener().port,
      host: LOOPBACK,
    };
    const [first, second] = await Promise.all([
      client.transport.connect(target),
      client.transport.connect(target),
    ]);
    expect(second).toBe(first);
    expect(await client.transport.connect(target)).toBe(first);
    first.send(Buffer.from(options('a')));
    await client.event('response 200');
    expect(client.transport.sentBy(first)).toBe(`127.0.0.1:${client.listener().port}`);
    await client.transport.stop();
    await server.event('closed TCP');
    expect(client.transport.statistics().connections).toBe(0);
  });

  it('fail with the reason', async () => {
    const rig = await start('TCP', { limits: { connections: 0 } });
    const closed = await start('TCP');
    const { port } = closed.listener();
    await closed.transport.stop();
    const target = { transport: 'TCP' as const, address: LOOPBACK, port, host: LOOPBACK };
    await expect(rig.transport.connect(target)).rejects.toMatchObject({ code: 'LIMIT' });
    const roomy = await start('TCP');
    await expect(roomy.transport.connect(target)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    expect(roomy.transport.statistics().connections).toBe(0);
    await expect(roomy.transport.connect({ ...target, transport: 'UDP' })).rejects.toMatchObject({
      code: 'UNSUPPORTED',
    });
  });

  it('over TLS want a certificate that is good for the name', async () => {
    const server = await start('TLS');
    const trusting = await start('TCP', { tls: { ...tls, authorities: tls.certificate } });
    const target = {
      transport: 'TLS' as const,
      address: LOOPBACK,
      port: server.listener().port,
      host: 'sip.test',
    };
    const flow = await trusting.transport.connect(target);
    expect([flow.transport, flow.isSecure]).toEqual(['TLS', true]);
    flow.send(Buffer.from(options('a')));
    await trusting.event('response 200');
    await expect(trusting.transport.connect({ ...target, host: 'other.test' })).rejects.toMatchObject({
      code: 'ERR_TLS_CERT_ALTNAME_INVALID',
    });
    const wary = await start('TCP');
    await expect(wary.transport.connect(target)).rejects.toMatchObject({ name: 'ConnectFailed' });
  });
});

describe('TLS', () => {
  it('carries SIP, and knows plain TCP by its first byte where that is allowed', async () => {
    const rig = await start('TLS', { allowPlain: true });
    for (const transport of ['TLS', 'TCP'] as const) {
      const wire = await wireTo(rig, transport);
      wire.send(options(transport));
      await answer(wire);
    }
    const flows = rig.events.all.filter(({ text }) => text === 'request OPTIONS').map(({ flow }) => flow!);
    expect(flows.map((flow) => [flow.transport, flow.isSecure])).toEqual([
      ['TLS', true],
      ['TCP', false],
    ]);
  });

  it('closes plain TCP where it is not, and tells', async () => {
    const rig = await start('TLS');
    const wire = await wireTo(rig, 'TCP');
    wire.send(options('a'));
    await wire.closed;
    await rig.event('refused plain-on-tls-port');
    expect(rig.texts()).not.toContain('request OPTIONS');
  });

  it.each([
    ['an old version', { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' }],
    ['a cipher without forward secrecy', { maxVersion: 'TLSv1.2', ciphers: 'AES128-GCM-SHA256' }],
  ] as const)('refuses %s', async (_name, clientOptions) => {
    const rig = await start('TLS');
    const socket = connectTls({
      host: LOOPBACK,
      port: rig.listener().port,
      rejectUnauthorized: false,
      ...clientOptions,
    });
    undo.push(() => socket.destroy());
    await once(socket, 'error');
    await rig.event('refused tls-handshake');
    // The connection is let go of a turn after its handshake failed.
    await expect.poll(() => rig.transport.statistics().connections).toBe(0);
  });

  it('lets everything go when stopped in the middle of a handshake', async () => {
    const rig = await start('TLS');
    const wire = await wireTo(rig, 'TCP');
    wire.send(Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00]));
    const secure = await wireTo(rig, 'TLS');
    await rig.transport.stop();
    await Promise.all([wire.closed, secure.closed]);
    await expect.poll(() => rig.transport.statistics().connections).toBe(0);
    expect(rig.clock.wheel.size).toBe(0);
  });
});

describe('a listener', () => {
  it('that cannot be had is named, and those before it are closed', async () => {
    const taken = await start('TCP');
    const { port } = taken.listener();
    const free = await start('TCP');
    const freePort = free.listener().port;
    await free.transport.stop();
    const rig = new TransportRig([
      { transport: 'TCP', address: LOOPBACK, port: freePort },
      { transport: 'TCP', address: LOOPBACK, port },
    ]);
    await expect(rig.transport.start()).rejects.toMatchObject({ transport: 'TCP', port, code: 'EADDRINUSE' });
    const again = await TransportRig.start([{ transport: 'TCP', address: LOOPBACK, port: freePort }]);
    undo.push(() => again.transport.stop());
    expect(again.listener().port).toBe(freePort);
  });
});
