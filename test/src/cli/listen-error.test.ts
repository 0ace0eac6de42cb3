import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { explainListenError } from '../../../src/cli/listen-error.ts';
import { findPortHolder, openSockets } from '../../../src/cli/port-holder.ts';
import type { PlannedListener } from '../../../src/listener.ts';

const UDP: PlannedListener = {
  key: 'sip.udpPort',
  name: 'SIP over UDP',
  protocol: 'UDP',
  flag: '--udp-port',
  address: '127.0.0.1',
  port: 5060,
};
const HTTP: PlannedListener = {
  ...UDP,
  key: 'http.port',
  name: 'HTTP',
  protocol: 'TCP',
  flag: '--http-port',
};

function systemError(fields: object): Error {
  return Object.assign(new Error('no'), fields);
}

describe('a listener that cannot be opened', () => {
  it('says which, who has the port and how to move it', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    const { port } = holder.address() as AddressInfo;
    const planned = { ...HTTP, port };
    const second = createServer().listen(port, '127.0.0.1');
    const [error] = await once(second, 'error');
    expect(explainListenError(error, [UDP, planned])).toEqual({
      listenerName: 'HTTP',
      problem: expect.stringMatching(
        new RegExp(
          `^cannot have TCP port ${port} on 127\\.0\\.0\\.1: .* \\(process ${process.pid}\\) has it$`,
        ),
      ),
      remedy: expect.stringMatching(
        new RegExp(`^Move it with --http-port ${port + 10} or http\\.port in the configuration; 0 takes`),
      ),
    });
    holder.close();
  });

  it('is understood from dgram', async () => {
    const holder = createSocket('udp4').bind(0, '127.0.0.1');
    await once(holder, 'listening');
    const { port } = holder.address();
    const second = createSocket('udp4').bind({ port, address: '127.0.0.1', exclusive: true });
    const [error] = await once(second, 'error');
    expect(explainListenError(error, [{ ...UDP, port }])?.problem).toContain(`cannot have UDP port ${port}`);
    holder.close();
    second.close();
  });

  it.each([
    ['the SIP transports', { code: 'EADDRINUSE', transport: 'UDP', port: 5060 }, 'cannot have UDP port 5060'],
    ['too few rights', { code: 'EACCES', syscall: 'bind', port: 5060 }, 'ports below 1024 need more rights'],
    [
      'an address of another machine',
      { code: 'EADDRNOTAVAIL', syscall: 'bind', port: 5060 },
      'cannot listen on 127.0.0.1: this machine has no such address',
    ],
    ['something rare', { code: 'ENOBUFS', syscall: 'bind', port: 5060 }, 'UDP port 5060: ENOBUFS'],
  ])('is understood from %s', (_, fields, expected) => {
    const explanation = explainListenError(systemError(fields), [HTTP, UDP]);
    expect(explanation?.listenerName).toBe('SIP over UDP');
    expect(explanation?.problem).toContain(expected);
  });

  it('is moved by the configuration where no flag moves it', () => {
    const connector = { ...UDP, key: 'voiceConnectors.port', name: 'Voice Connector', flag: null } as const;
    const error = systemError({ code: 'EADDRINUSE', syscall: 'bind', port: 5060 });
    expect(explainListenError(error, [connector])?.remedy).toBe(
      'Give it another voiceConnectors.port in the configuration; null switches it off.',
    );
  });

  it('names the address of SIP to H.323, which has none of its own', () => {
    const h323 = { ...HTTP, key: 'h323.port', name: 'H.323', flag: '--h323-port', port: 1720 } as const;
    const error = systemError({ code: 'EADDRNOTAVAIL', syscall: 'listen', port: 1720 });
    expect(explainListenError(error, [h323])?.remedy).toContain('Set sip.address');
    const taken = systemError({ code: 'EADDRINUSE', syscall: 'listen', port: 1720 });
    expect(explainListenError(taken, [h323])?.remedy).toContain('--h323-port 1730 or h323.port');
  });

  it.each([
    ['an error about something else', systemError({ code: 'ENOENT', path: '/x' })],
    ['a connection that failed', systemError({ code: 'ECONNREFUSED', syscall: 'connect', port: 5060 })],
    ['a port nobody planned', systemError({ code: 'EADDRINUSE', syscall: 'bind', port: 9 })],
    ['no error at all', 'EADDRINUSE'],
  ])('is not seen in %s', (_, error) => {
    expect(explainListenError(error, [UDP, HTTP])).toBeNull();
  });
});

describe('who holds a port', () => {
  const TABLE = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:13C4 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1 0 100 0
   1: 0100007F:13C4 0100007F:C350 01 00000000:00000000 00:00000000 00000000     0        0 4712 1 0 100 0
   2: 0100007F:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4713 1 0 100 0
`;

  it('is read from the table of the kernel, listeners only', () => {
    expect(openSockets(TABLE, 'TCP', 5060)).toEqual(['4711']);
    expect(openSockets(TABLE, 'TCP', 5061)).toEqual([]);
    expect(openSockets('', 'TCP', 5060)).toEqual([]);
  });

  it('is nobody when the port is free', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    expect(findPortHolder('TCP', port)?.processId).toBe(process.pid);
    server.close();
    await once(server, 'close');
    expect(findPortHolder('TCP', port)).toBeNull();
  });
});
