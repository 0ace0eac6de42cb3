import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { constants, networkInterfaces } from 'node:os';
import { describe, expect, it } from 'vitest';
import { loadLibc, SO_TIMESTAMPNS } from '../../../../media/engine/kernel/libc.ts';
import { findKernelFault } from '../../../../media/engine/kernel/self-test.ts';
import { readArrivalClockUs } from '../../../../media/engine/media-clock.ts';
import { until } from '../rtp-caller.ts';

import { here, openBackend, openSocket } from './kernel-rig.ts';

function linkLocalAddress(): string | null {
  for (const [name, addresses] of Object.entries(networkInterfaces())) {
    const found = addresses?.find(({ address }) => address.startsWith('fe80:'));
    if (found !== undefined) return `${found.address}%${name}`;
  }
  return null;
}

describe.runIf(here.includes('koffi'))('sockets with a system call for each datagram', () => {
  it('fail the test of themselves where nothing arrives', async () => {
    const backend = await openBackend('koffi', { sendto: (_descriptor, _bytes, length) => length });
    expect(findKernelFault(backend)).toBe('a datagram sent over loopback did not arrive');
  });

  it.each([
    ['EAGAIN', false],
    ['EINTR', false],
    ['ECONNREFUSED', false],
    ['ENOMEM', false],
    ['EBADF', true],
  ] as const)('where recvmsg says %s, have failed: %s', async (code, isFailure) => {
    const backend = await openBackend('koffi', {
      recvmsg: () => -1,
      errorNumber: () => constants.errno[code],
    });
    const { socket, port, failures } = openSocket(backend, '127.0.0.1');
    socket.send(Uint8Array.of(1), { address: '127.0.0.1', port });
    backend.receive();
    expect(failures.length > 0).toBe(isFailure);
    expect(failures.every((detail) => detail === `recvmsg ${code}`)).toBe(true);
  });

  it('take any length, from nothing to the longest datagram', async () => {
    const backend = await openBackend('koffi');
    const { socket, port, arrivals } = openSocket(backend, '127.0.0.1');
    for (const length of [0, 1, 172, 65_507]) {
      socket.send(new Uint8Array(length), { address: '127.0.0.1', port });
      backend.receive();
    }
    expect(arrivals.map(({ bytes }) => bytes.length)).toEqual([0, 1, 172, 65_507]);
  });
});

describe.each(here)('sockets of the kernel by %s', (transport) => {
  it('pass the test of themselves', async () => {
    expect(findKernelFault(await openBackend(transport))).toBeNull();
  });

  it('fail the test of themselves where the kernel stamps nothing', async () => {
    const { setsockopt } = loadLibc(await import('koffi'));
    const backend = await openBackend(transport, {
      setsockopt: (descriptor, level, name, value, length) =>
        name === SO_TIMESTAMPNS ? 0 : setsockopt(descriptor, level, name, value, length),
    });
    expect(findKernelFault(backend)).toBe('the kernel does not stamp datagrams with their arrival');
  });

  it('take the buffer they are told to', async () => {
    const backend = await openBackend(transport, {}, 8192);
    const { socket, port, arrivals } = openSocket(backend, '127.0.0.1');
    for (let packet = 0; packet < 100; packet++)
      socket.send(new Uint8Array(172), { address: '127.0.0.1', port });
    for (let round = 0; round < 8; round++) backend.receive();
    expect(arrivals.length).toBeGreaterThan(0);
    expect(arrivals.length).toBeLessThan(50);
  });

  it.each([
    ['127.0.0.1', '127.0.0.1', '127.0.0.1'],
    ['0.0.0.0', '127.0.0.1', '127.0.0.1'],
    ['::1', '::1', '::1'],
    ['::', '::1', '::1'],
    ['::', '::ffff:127.0.0.1', '::ffff:127.0.0.1'],
  ])('bound to %s hear %s and write its address as %s', async (bindAddress, sendAddress, heardAddress) => {
    const backend = await openBackend(transport);
    const receiver = openSocket(backend, bindAddress);
    const sender = openSocket(backend, sendAddress === '127.0.0.1' ? '127.0.0.1' : '::');
    sender.socket.send(Uint8Array.of(1, 2, 3), { address: sendAddress, port: receiver.port });
    backend.receive();
    expect(receiver.arrivals).toMatchObject([
      { bytes: [1, 2, 3], from: { address: heardAddress, port: sender.port } },
    ]);
  });

  it.runIf(linkLocalAddress() !== null)('write link-local addresses with their interface', async () => {
    const address = linkLocalAddress()!;
    const backend = await openBackend(transport);
    const receiver = openSocket(backend, '::');
    openSocket(backend, address).socket.send(Uint8Array.of(1), { address, port: receiver.port });
    backend.receive();
    expect(receiver.arrivals[0]?.from.address).toBe(address);
  });

  it('write the address as node:dgram does, whoever sends', async () => {
    const backend = await openBackend(transport);
    const receiver = openSocket(backend, '127.0.0.1');
    for (const message of ['a', 'b']) {
      const stranger = createSocket('udp4');
      stranger.send(message, receiver.port, '127.0.0.1');
      await once(stranger, 'listening');
      await until(() => {
        backend.receive();
        return receiver.arrivals.length > (message === 'a' ? 0 : 1);
      });
      const { address, port } = stranger.address();
      expect(receiver.arrivals.at(-1)?.from).toEqual({ address: '127.0.0.1', port });
      expect(address).toBe('0.0.0.0');
      stranger.close();
    }
  });

  it('take any length, from nothing to more than networks carry', async () => {
    const backend = await openBackend(transport);
    const { socket, port, arrivals } = openSocket(backend, '127.0.0.1');
    for (const length of [0, 1, 172, 2000]) {
      socket.send(new Uint8Array(length), { address: '127.0.0.1', port });
      backend.receive();
    }
    expect(arrivals.map(({ bytes }) => bytes.length)).toEqual([0, 1, 172, 2000]);
  });

  it('stamp a datagram when it comes, not when it is read', async () => {
    const backend = await openBackend(transport);
    const { port, arrivals } = openSocket(backend, '127.0.0.1');
    const sender = openSocket(await openBackend('koffi'), '127.0.0.1');
    const beforeUs = readArrivalClockUs();
    for (let packet = 0; packet < 100; packet++)
      sender.socket.send(new Uint8Array(172), { address: '127.0.0.1', port });
    const afterUs = readArrivalClockUs();
    await new Promise((resolve) => setTimeout(resolve, 20));
    backend.receive();
    backend.receive();
    backend.receive();
    backend.receive();
    expect(arrivals).toHaveLength(100);
    for (const { arrivalUs } of arrivals) {
      expect(arrivalUs).toBeGreaterThan(beforeUs - 10);
      expect(arrivalUs).toBeLessThan(afterUs + 10);
    }
  });

  it('send what a packet was, whatever becomes of its memory afterwards', async () => {
    const backend = await openBackend(transport);
    const { socket, port, arrivals } = openSocket(backend, '127.0.0.1');
    const packet = new Uint8Array(172);
    for (let octet = 0; octet < 3; octet++) {
      packet.fill(octet);
      socket.send(packet, { address: '127.0.0.1', port });
    }
    for (let round = 0; round < 3; round++) backend.receive();
    expect(arrivals.map(({ bytes }) => bytes.at(-1))).toEqual([0, 1, 2]);
  });

  it('count what cannot be sent, and go on', async () => {
    const backend = await openBackend(transport);
    const { socket, port, arrivals, failures } = openSocket(backend, '127.0.0.1');
    for (const address of ['192.0.2.1', '::1', 'not-an-address', '255.255.255.255']) {
      socket.send(Uint8Array.of(1), { address, port });
    }
    socket.send(new Uint8Array(65_508), { address: '127.0.0.1', port });
    socket.send(Uint8Array.of(2), { address: '127.0.0.1', port });
    backend.receive();
    expect(backend.unsentPackets).toBe(5);
    expect(arrivals).toHaveLength(1);
    expect(failures).toEqual([]);
  });

  it('say as node:dgram does why they cannot be bound', async () => {
    const backend = await openBackend(transport);
    const { port } = openSocket(backend, '127.0.0.1');
    const bind = (address: string, at: number) => () =>
      backend.openSocket(address, at, { onDatagram: () => {}, onFailure: () => {} });
    expect(bind('127.0.0.1', port)).toThrow(
      expect.objectContaining({ code: 'EADDRINUSE', message: `bind EADDRINUSE 127.0.0.1:${port}` }),
    );
    expect(bind('192.0.2.1', 0)).toThrow(expect.objectContaining({ code: 'EADDRNOTAVAIL' }));
    expect(bind('not-an-address', 0)).toThrow(expect.objectContaining({ code: 'EINVAL' }));
  });

  it('are silent once closed, however often, even if their number is used anew', async () => {
    const backend = await openBackend(transport);
    const first = openSocket(backend, '127.0.0.1');
    first.socket.close();
    first.socket.close();
    backend.finishClosing();
    const second = openSocket(backend, '127.0.0.1');
    expect(second.socket.descriptor).toBe(first.socket.descriptor);
    first.socket.close();
    second.socket.send(Uint8Array.of(1), { address: '127.0.0.1', port: second.port });
    backend.receive();
    expect([first.arrivals.length, second.arrivals.length]).toEqual([0, 1]);
  });
});
