import { once } from 'node:events';
import { get } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { makeSelfSignedIdentity } from '../../../src/self-signed-identity.ts';
import { requestText } from '../../support/sip-transaction-rig.ts';
import { TransportRig } from '../../support/sip-transport-rig.ts';

const LOOPBACK = '127.0.0.1';
const tls = await makeSelfSignedIdentity([LOOPBACK], Date.now());
const OPTIONS = requestText('OPTIONS', { sentBy: 'df7jal23ls0d.invalid' }).replace(
  'SIP/2.0/UDP',
  'SIP/2.0/WS',
);

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const action of undo.splice(0).reverse()) await action();
});

async function start(transport: 'WS' | 'WSS' = 'WS'): Promise<TransportRig> {
  const rig = await TransportRig.start([{ transport, address: LOOPBACK, port: 0, allowPlain: true }], {
    tls,
  });
  undo.push(() => rig.transport.stop());
  return rig;
}

async function dial(rig: TransportRig, scheme = 'ws'): Promise<WebSocket> {
  const url = `${scheme}://${LOOPBACK}:${rig.listener().port}/sip`;
  const webSocket = new WebSocket(url, 'sip', { rejectUnauthorized: false });
  undo.push(() => webSocket.terminate());
  await once(webSocket, 'open');
  return webSocket;
}

async function received(webSocket: WebSocket): Promise<{ text: string; isBinary: boolean }> {
  const [bytes, isBinary] = await once(webSocket, 'message');
  return { text: bytes.toString(), isBinary };
}

describe('WebSocket (RFC 7118)', () => {
  it.each([false, true])('answers a message in a frame of its own, binary: %s', async (binary) => {
    const rig = await start();
    const webSocket = await dial(rig);
    expect(webSocket.protocol).toBe('sip');
    webSocket.send(Buffer.from(OPTIONS), { binary });
    const { text, isBinary } = await received(webSocket);
    expect(text).toMatch(/^SIP\/2\.0 200 OK\r\nVia: SIP\/2\.0\/WS df7jal23ls0d\.invalid;/);
    expect(text).toContain(';received=127.0.0.1');
    expect(isBinary).toBe(false);
    expect((await rig.event('request')).flow).toMatchObject({
      transport: 'WS',
      isSecure: false,
      isReliable: true,
    });
  });

  it('is secure over TLS, and plain on the same port', async () => {
    const rig = await start('WSS');
    const secure = await dial(rig, 'wss');
    secure.send(OPTIONS);
    await received(secure);
    expect((await rig.event('request')).flow).toMatchObject({ transport: 'WSS', isSecure: true });
    const plain = await dial(rig);
    plain.send(OPTIONS);
    expect((await received(plain)).text).toMatch(/^SIP\/2\.0 200/);
  });

  it('sends a body that is no UTF-8 in a binary frame', async () => {
    const rig = await start();
    const webSocket = await dial(rig);
    webSocket.send(requestText('ACK'));
    const { flow } = await rig.event('request ACK');
    const message = received(webSocket);
    flow!.send(Buffer.from([0xff, 0xfe]));
    expect((await message).isBinary).toBe(true);
  });

  it('answers a keep-alive of RFC 5626, and a malformed message with 400', async () => {
    const rig = await start();
    const webSocket = await dial(rig);
    webSocket.send('\r\n\r\n');
    expect((await received(webSocket)).text).toBe('\r\n');
    webSocket.send(OPTIONS.replace('CSeq: 1', 'CSeq: one'));
    expect((await received(webSocket)).text).toMatch(/^SIP\/2\.0 400/);
    expect(rig.faults).toEqual([]);
  });

  it('closes on a message that is too long, and tells', async () => {
    const rig = await start();
    const webSocket = await dial(rig);
    webSocket.send('x'.repeat(70_000));
    const [code] = await once(webSocket, 'close');
    expect(code).toBe(1009);
    await rig.event('refused framing');
    await rig.event('closed WS by an error');
    await expect.poll(() => rig.transport.statistics().connections).toBe(0);
  });

  it.each([
    ['another path', '/other', 'sip', 404],
    ['no subprotocol', '/sip', undefined, 400],
    ['another subprotocol', '/sip', 'chat', 400],
  ])('refuses %s', async (_name, path, protocol, status) => {
    const rig = await start();
    const webSocket = new WebSocket(`ws://${LOOPBACK}:${rig.listener().port}${path}`, protocol);
    const [, response] = await once(webSocket, 'unexpected-response');
    webSocket.on('error', () => undefined);
    webSocket.terminate();
    expect(response.statusCode).toBe(status);
    await rig.event('refused websocket-handshake');
  });

  it('refuses HTTP without an upgrade', async () => {
    const rig = await start();
    const [response] = await once(get(`http://${LOOPBACK}:${rig.listener().port}/sip`), 'response');
    response.resume();
    expect(response.statusCode).toBe(426);
  });

  it('forgets a client that vanishes, and lets all go when stopped', async () => {
    const rig = await start();
    const first = await dial(rig);
    first.send(requestText('ACK'));
    await rig.event('request ACK');
    first.terminate();
    await rig.event('closed WS');
    const second = await dial(rig);
    const closed = once(second, 'close');
    await rig.transport.stop();
    await closed;
    await expect.poll(() => rig.transport.statistics().connections).toBe(0);
    expect(rig.clock.wheel.size).toBe(0);
  });

  it.each(['WS', 'WSS'] as const)('is opened by us over %s, and carries both ways', async (transport) => {
    const server = await start(transport);
    const client = await TransportRig.start([], { tlsClient: { authorities: tls.certificate } });
    undo.push(() => client.transport.stop());
    const { port } = server.listener();
    const target = { transport, address: LOOPBACK, port, host: LOOPBACK };
    const flow = await client.transport.connect(target);
    expect(flow).toMatchObject({ transport, remotePort: port, isClosed: false });
    expect(await client.transport.connect(target)).toBe(flow);
    flow.send(Buffer.from(OPTIONS));
    await server.event('request OPTIONS');
    await client.event('response 200');
    await client.transport.stop();
    await server.event(`closed ${transport}`);
    expect(client.transport.statistics().connections).toBe(0);
    expect([...server.faults, ...client.faults]).toEqual([]);
  });

  it('that is refused says so to whoever wanted it', async () => {
    const server = await TransportRig.start([{ transport: 'TCP', address: LOOPBACK, port: 0 }]);
    const client = await TransportRig.start([], { limits: { connectTimeoutMs: 300 } });
    undo.push(
      () => server.transport.stop(),
      () => client.transport.stop(),
    );
    const target = {
      transport: 'WS' as const,
      address: LOOPBACK,
      port: server.listener().port,
      host: LOOPBACK,
    };
    await expect(client.transport.connect(target)).rejects.toMatchObject({ code: 'HANDSHAKE' });
    await expect.poll(() => client.transport.statistics().connections).toBe(0);
  });
});
