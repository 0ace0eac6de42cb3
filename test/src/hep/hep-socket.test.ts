import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { HepSocket, type HepTrouble } from '../../../src/hep/hep-socket.ts';

const closers: (() => void | Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function open(host: string, port: number): Promise<{ socket: HepSocket; troubles: HepTrouble[] }> {
  const troubles: HepTrouble[] = [];
  const socket = new HepSocket({ host, port, onTrouble: (trouble) => troubles.push(trouble) });
  closers.push(() => socket.stop());
  await socket.start(0);
  return { socket, troubles };
}

describe('the socket to Homer', () => {
  it('sends to a name, and counts what went', async () => {
    const collector = createSocket('udp4');
    closers.push(() => void collector.close());
    collector.bind(0, '127.0.0.1');
    await once(collector, 'listening');
    const { socket, troubles } = await open('127.0.0.1', collector.address().port);
    socket.send(Buffer.from('packet'), 1);
    const [bytes] = await once(collector, 'message');
    expect(String(bytes)).toBe('packet');
    expect(socket.counters).toEqual({ sent: 1, dropped: 0, outages: 0 });
    expect(troubles).toEqual([]);
  });

  it('drops what is too long, and what comes before it can send', async () => {
    const socket = new HepSocket({ host: '127.0.0.1', port: 9, onTrouble: () => undefined });
    socket.send(Buffer.from('early'), 0);
    closers.push(() => socket.stop());
    await socket.start(0);
    socket.send(null, 1);
    expect(socket.counters).toEqual({ sent: 0, dropped: 2, outages: 0 });
  });

  it('says once that a name is not known, and drops the rest', async () => {
    const { socket, troubles } = await open('homer.invalid', 9060); // RFC 6761 §6.4
    socket.send(Buffer.from('one'), 1);
    socket.send(Buffer.from('two'), 2);
    expect(troubles).toEqual([{ kind: 'failing', detail: expect.stringContaining('homer.invalid') }]);
    expect(socket.counters).toEqual({ sent: 0, dropped: 2, outages: 1 });
  });

  it('says once that no way leads there, drops the rest, and never throws', async () => {
    // Linux lets no socket connect to the broadcast address that did not ask for it.
    const { socket, troubles } = await open('255.255.255.255', 9060);
    socket.send(Buffer.from('one'), 1);
    socket.send(Buffer.from('two'), 2);
    expect(troubles).toEqual([{ kind: 'failing', detail: expect.stringContaining('EACCES') }]);
    expect(socket.counters).toEqual({ sent: 0, dropped: 2, outages: 1 });
  });
});
