import { createSocket } from 'node:dgram';
import { networkInterfaces } from 'node:os';
import { afterEach, describe, expect, it } from 'vitest';
import { requestText } from '../../support/sip-transaction-rig.ts';
import { TransportRig } from '../../support/sip-transport-rig.ts';
import { openWire, type SipWire } from '../../support/sip-wire.ts';

const LOOPBACK = '127.0.0.1';
const hasIpv6 = Object.values(networkInterfaces()).some((list) =>
  list?.some(({ address }) => address === '::1'),
);

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const action of undo.splice(0).reverse()) await action();
});

async function open(address = LOOPBACK): Promise<{ rig: TransportRig; wire: SipWire }> {
  const rig = await TransportRig.start([{ transport: 'UDP', address, port: 0 }]);
  undo.push(() => rig.transport.stop());
  const wire = await openWire({ transport: 'UDP', address, port: rig.listener().port });
  undo.push(() => wire.close());
  return { rig, wire };
}

const answer = (wire: SipWire) => wire.inbox.first(({ statusCode }) => statusCode > 0, 'answer', 5_000);

describe('UDP', () => {
  it('answers where rport asks, and writes received and rport (RFC 3581)', async () => {
    const { wire } = await open();
    wire.send(requestText('OPTIONS', { sentBy: '192.0.2.2:9', branch: 'z9hG4bKa;rport' }));
    expect((await answer(wire)).header('Via')).toBe(
      `SIP/2.0/UDP 192.0.2.2:9;branch=z9hG4bKa;rport=${wire.localPort};received=127.0.0.1`,
    );
  });

  it('writes received where sent-by is another host, and answers to the port of sent-by', async () => {
    const { rig, wire } = await open();
    const other = await openWire({ transport: 'UDP', address: LOOPBACK, port: rig.listener().port });
    undo.push(() => other.close());
    wire.send(requestText('OPTIONS', { sentBy: `device.test:${other.localPort}` }));
    expect((await answer(other)).header('Via')).toMatch(/;received=127\.0\.0\.1$/);
    expect(wire.inbox.all).toEqual([]);
  });

  it('leaves a Via that tells the truth as it is', async () => {
    const { wire } = await open();
    wire.send(requestText('OPTIONS', { sentBy: `127.0.0.1:${wire.localPort}` }));
    expect((await answer(wire)).header('Via')).toBe(
      `SIP/2.0/UDP 127.0.0.1:${wire.localPort};branch=z9hG4bKone`,
    );
  });

  it('passes over keep-alives, counts what is no SIP, and answers what is malformed with 400', async () => {
    const { rig, wire } = await open();
    wire.send('\r\n\r\n');
    wire.send('\r\n');
    wire.send(Buffer.from([0x00, 0x01, 0x00, 0x00, 0x21, 0x12, 0xa4, 0x42, ...new Array(12).fill(0)]));
    wire.send('rubbish');
    const broken = requestText('OPTIONS', { branch: 'z9hG4bKb;rport' }).replace('CSeq: 1', 'CSeq: one');
    wire.send(broken);
    expect((await answer(wire)).startLine).toMatch(/^SIP\/2\.0 400 /);
    expect((await answer(wire)).header('To')).toMatch(/;tag=[0-9a-f]{16}$/);
    wire.send(broken.replace('OPTIONS sip:', 'ACK sip:').replace('one OPTIONS', 'one ACK'));
    wire.send(requestText('ACK'));
    await rig.event('request ACK');
    expect(rig.texts().filter((text) => text.startsWith('refused'))).toEqual(['refused not-sip']);
    expect(rig.texts().filter((text) => text.startsWith('malformed'))).toHaveLength(3);
    expect(rig.transport.statistics()).toMatchObject({
      messagesSent: 1,
      refusedByLimit: { 'not-sip': 1 },
      malformedByReason: { 'malformed CSeq': 2 },
    });
    expect(rig.faults).toEqual([]);
  });

  it('drops a malformed response', async () => {
    const { rig, wire } = await open();
    wire.send(
      requestText('OPTIONS')
        .replace(/^[^\r]*/, 'SIP/2.0 200 OK')
        .replace(/Via[^\r]*\r\n/, ''),
    );
    await rig.event('malformed');
    expect(rig.transport.statistics().messagesSent).toBe(0);
  });

  it('tells the sender, and nobody throws, when a datagram cannot be sent', async () => {
    const { rig } = await open();
    const flow = await rig.transport.connect({
      transport: 'UDP',
      address: LOOPBACK,
      port: 9,
      host: LOOPBACK,
    });
    const error = await new Promise<string>((resolve) => {
      flow.send(new Uint8Array(70_000), { onSendError: resolve });
    });
    expect(error).toContain('EMSGSIZE');
    const nowhere = await rig.transport.connect({
      transport: 'UDP',
      address: LOOPBACK,
      port: 0,
      host: LOOPBACK,
    });
    const refusal = await new Promise<string>((resolve) => {
      nowhere.send(new Uint8Array(1), { onSendError: resolve });
    });
    expect(refusal).toContain('Port');
  });

  it('listens on several addresses, and says which port is taken by name', async () => {
    const { rig } = await open();
    const { port } = rig.listener();
    const second = new TransportRig([
      { transport: 'UDP', address: LOOPBACK, port: 0 },
      { transport: 'UDP', address: LOOPBACK, port },
    ]);
    await expect(second.transport.start()).rejects.toMatchObject({
      name: 'ListenFailed',
      transport: 'UDP',
      address: LOOPBACK,
      port,
      code: 'EADDRINUSE',
    });
    expect(second.transport.listeners).toEqual([]);
    const third = await TransportRig.start([
      { transport: 'UDP', address: '127.0.0.2', port },
      { transport: 'UDP', address: '127.0.0.3', port },
    ]);
    undo.push(() => third.transport.stop());
    expect(third.transport.listeners.map(({ address }) => address)).toEqual(['127.0.0.2', '127.0.0.3']);
  });

  it.skipIf(!hasIpv6).each(['UDP', 'TCP'] as const)(
    'on :: takes both families over %s, each by its own addresses (skipped where ::1 is absent)',
    async (transport) => {
      const rig = await TransportRig.start([{ transport, address: '::', port: 0 }]);
      undo.push(() => rig.transport.stop());
      expect(rig.transport.listeners).toEqual([{ transport, address: '::', port: rig.listener().port }]);
      for (const address of [LOOPBACK, '::1']) {
        const wire = await openWire({ transport, address, port: rig.listener().port });
        undo.push(async () => wire.close());
        wire.send(requestText('OPTIONS', { branch: 'z9hG4bKa;rport', callId: address }));
        expect((await answer(wire)).header('Via')).toContain(`;received=${address}`);
      }
    },
  );

  it('lets its port go when stopped', async () => {
    const rig = await TransportRig.start([{ transport: 'UDP', address: LOOPBACK, port: 0 }]);
    const { port } = rig.listener();
    await rig.transport.stop();
    const socket = createSocket('udp4');
    undo.push(() => socket.close());
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.bind(port, LOOPBACK, resolve);
    });
  });

  it.skipIf(!hasIpv6)('carries IPv6 (skipped where ::1 is absent)', async () => {
    const { rig, wire } = await open('::1');
    wire.send(requestText('OPTIONS', { sentBy: '[2001:db8::1]:9', branch: 'z9hG4bKa;rport' }));
    expect((await answer(wire)).header('Via')).toContain(';received=::1');
    const { flow } = await rig.event('request OPTIONS');
    expect([flow?.remoteAddress, flow?.localAddress]).toEqual(['::1', '::1']);
    expect(rig.transport.sentBy(flow!)).toBe(`[::1]:${rig.listener().port}`);
  });
});
