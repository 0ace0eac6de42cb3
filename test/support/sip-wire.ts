import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { WebSocket } from 'ws';
import { Inbox } from './inbox.ts';
import { firstMessageLength, parseSipText, type SipText } from './sip-text.ts';

export type WireTransport = 'UDP' | 'TCP' | 'TLS' | 'WS' | 'WSS';

export interface WireTarget {
  readonly transport: WireTransport;
  readonly address: string;
  readonly port: number;
}

/** One socket that carries SIP to the service, raw: what is given is what is sent. */
export interface SipWire {
  readonly transport: WireTransport;
  readonly localAddress: string;
  readonly localPort: number;
  readonly inbox: Inbox<SipText>;
  readonly isClosed: boolean;
  /** Resolves when the other side closed the connection; never for UDP. */
  readonly closed: Promise<void>;
  send(message: string | Uint8Array): void;
  close(): void;
  /** TCP reset instead of an orderly end; the same as close for UDP. */
  reset(): void;
}

/** Content-Length is not needed there: one WebSocket message is one SIP message (RFC 7118 §5). */
async function openWebSocketWire(target: WireTarget): Promise<SipWire> {
  const host = target.address.includes(':') ? `[${target.address}]` : target.address;
  const { transport } = target;
  const url = `${transport.toLowerCase()}://${host}:${target.port}/sip`;
  const socket = new WebSocket(url, 'sip', { rejectUnauthorized: false });
  await once(socket, 'open');
  const inbox = new Inbox<SipText>();
  const closed = Promise.withResolvers<void>();
  socket.on('message', (bytes: Buffer) => inbox.add(parseSipText(bytes.toString('utf8'))));
  socket.on('close', () => closed.resolve());
  return {
    transport,
    localAddress: target.address,
    localPort: target.port,
    inbox,
    get isClosed() {
      return socket.readyState !== WebSocket.OPEN;
    },
    closed: closed.promise,
    send: (message) => socket.send(message),
    close: () => socket.close(),
    reset: () => socket.terminate(),
  };
}

export function openWire(target: WireTarget): Promise<SipWire> {
  const { transport } = target;
  if (transport === 'UDP') return openUdpWire(target);
  return transport === 'WS' || transport === 'WSS' ? openWebSocketWire(target) : openStreamWire(target);
}

async function openUdpWire(target: WireTarget): Promise<SipWire> {
  const socket: UdpSocket = createSocket(target.address.includes(':') ? 'udp6' : 'udp4');
  socket.bind(0, target.address);
  await once(socket, 'listening');
  const inbox = new Inbox<SipText>();
  socket.on('message', (bytes) => inbox.add(parseSipText(bytes.toString('utf8'))));
  let isClosed = false;
  const close = () => {
    if (!isClosed) socket.close();
    isClosed = true;
  };
  return {
    transport: 'UDP',
    localAddress: target.address,
    localPort: socket.address().port,
    inbox,
    get isClosed() {
      return isClosed;
    },
    closed: new Promise(() => undefined),
    send: (message) => socket.send(message, target.port, target.address),
    close,
    reset: close,
  };
}

async function openStreamWire(target: WireTarget): Promise<SipWire> {
  const tcp = connectTcp({ host: target.address, port: target.port, localAddress: target.address });
  await once(tcp, 'connect');
  const socket = target.transport === 'TLS' ? await secure(tcp) : tcp;
  const inbox = new Inbox<SipText>();
  const closed = Promise.withResolvers<void>();
  let isClosed = false;
  let pending: Buffer = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    pending = Buffer.concat([pending, chunk]);
    for (let length = firstMessageLength(pending); length !== null; length = firstMessageLength(pending)) {
      inbox.add(parseSipText(pending.toString('utf8', 0, length)));
      pending = pending.subarray(length);
    }
  });
  socket.on('error', () => undefined);
  socket.on('close', () => {
    isClosed = true;
    closed.resolve();
  });
  return {
    transport: target.transport,
    localAddress: target.address,
    localPort: tcp.localPort ?? 0,
    inbox,
    get isClosed() {
      return isClosed;
    },
    closed: closed.promise,
    send: (message) => void socket.write(message),
    close: () => void socket.destroy(),
    reset: () => void tcp.resetAndDestroy(),
  };
}

async function secure(tcp: Socket): Promise<Socket> {
  const socket = connectTls({ socket: tcp, rejectUnauthorized: false });
  await once(socket, 'secureConnect');
  return socket;
}
