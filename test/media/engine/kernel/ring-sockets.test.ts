import { describe, expect, it } from 'vitest';
import { loadLibc } from '../../../../media/engine/kernel/libc.ts';
import { here, openBackend, openSocket } from './kernel-rig.ts';

describe.runIf(here.includes('io_uring'))('sockets of an io_uring', () => {
  it('lose what is longer than any packet of sound, and send it', async () => {
    const [ring, epoll] = [await openBackend('io_uring'), await openBackend('koffi')];
    const [short, long] = [openSocket(ring, '127.0.0.1'), openSocket(epoll, '127.0.0.1')];
    for (const { port } of [short, long]) {
      short.socket.send(Uint8Array.of(1), { address: '127.0.0.1', port });
      short.socket.send(new Uint8Array(65_507), { address: '127.0.0.1', port });
      short.socket.send(Uint8Array.of(2), { address: '127.0.0.1', port });
    }
    ring.receive();
    for (let round = 0; round < 3; round++) epoll.receive();
    expect(short.arrivals.map(({ bytes }) => bytes)).toEqual([[1], [2]]);
    expect(long.arrivals.map(({ bytes }) => bytes.length)).toEqual([1, 65_507, 1]);
  });

  it('take everything where more comes than there are buffers and requests', async () => {
    const backend = await openBackend('io_uring', {}, 4_000_000);
    const receivers = Array.from({ length: 3 }, () => openSocket(backend, '127.0.0.1'));
    const sender = openSocket(backend, '127.0.0.1');
    for (let packet = 0; packet < 900; packet++) {
      for (const { port } of receivers) {
        sender.socket.send(Uint8Array.of(packet >> 8, packet & 255), { address: '127.0.0.1', port });
      }
    }
    backend.receive();
    for (const { arrivals } of receivers) {
      expect(arrivals.map(({ bytes: [high = 0, low = 0] }) => high * 256 + low)).toEqual(
        Array.from({ length: 900 }, (_, packet) => packet),
      );
    }
  });

  it('leave their port free at once when they are closed, what they sent before having left', async () => {
    const backend = await openBackend('io_uring');
    const receiver = openSocket(backend, '127.0.0.1');
    let { socket, port } = openSocket(backend, '127.0.0.1');
    for (let turn = 0; turn < 100; turn++) {
      socket.send(Uint8Array.of(turn), { address: '127.0.0.1', port: receiver.port });
      socket.close();
      socket = backend.openSocket('127.0.0.1', port, { onDatagram: () => {}, onFailure: () => {} });
    }
    backend.receive();
    expect(receiver.arrivals.map(({ bytes }) => bytes[0])).toEqual(Array.from({ length: 100 }, (_, n) => n));
  });

  it('leave their ports to anybody, however many are closed together', async () => {
    const [ring, epoll] = [await openBackend('io_uring'), await openBackend('koffi')];
    const closed = Array.from({ length: 200 }, () => openSocket(ring, '127.0.0.1'));
    ring.receive();
    for (const { socket } of closed) socket.close();
    ring.finishClosing();
    const next = closed.map(({ port }) =>
      epoll.openSocket('127.0.0.1', port, { onDatagram: () => {}, onFailure: () => {} }),
    );
    for (const socket of next) socket.close();
  });

  it('are closed together, and hear nothing of what came before or comes afterwards', async () => {
    const entered: number[] = [];
    const { ioUringEnter } = loadLibc(await import('koffi'));
    const backend = await openBackend('io_uring', {
      ioUringEnter: (descriptor, submitted, ...rest) => {
        entered.push(submitted);
        return ioUringEnter(descriptor, submitted, ...rest);
      },
    });
    const sender = openSocket(backend, '127.0.0.1');
    const closed = Array.from({ length: 10 }, () => openSocket(backend, '127.0.0.1'));
    backend.receive();
    const send = (): void => {
      for (const { port } of closed) sender.socket.send(Uint8Array.of(1), { address: '127.0.0.1', port });
    };
    send();
    entered.length = 0;
    for (const { socket } of closed) socket.close();
    backend.finishClosing();
    // The sends, then for each socket a cancel and a close.
    expect(entered).toEqual([10 + 2 * closed.length]);
    const next = closed.map(({ port }) => {
      const arrivals: number[] = [];
      const onDatagram = (bytes: Uint8Array): void => void arrivals.push(bytes[0] ?? 0);
      return { arrivals, socket: backend.openSocket('127.0.0.1', port, { onDatagram, onFailure: () => {} }) };
    });
    backend.receive();
    expect(closed.map(({ arrivals, failures }) => [...arrivals, ...failures])).toEqual(closed.map(() => []));
    expect(next.map(({ arrivals }) => arrivals)).toEqual(closed.map(() => []));
    send();
    backend.receive();
    backend.receive();
    expect(next.map(({ arrivals }) => arrivals)).toEqual(closed.map(() => [1]));
    for (const { socket } of next) socket.close();
    backend.finishClosing();
    expect(backend.unsentPackets).toBe(0);
  });
});
