import type { Socket } from 'node:net';
import { ConnectFailed, openConnection, type SipTarget } from './connect.ts';
import { type ConnectionTable, keyOf } from './connection-table.ts';
import { ConnectionWatch } from './connection-watch.ts';
import type { SipFlow } from './flow.ts';
import { StreamFlow } from './stream-flow.ts';
import type { TlsOptions } from './tls-options.ts';
import type { TransportHub } from './transport-hub.ts';

/** Opens connections where none is there to be reused; those who want the same one at once share it. */
export class ConnectionOpener {
  readonly #hub: TransportHub;
  readonly #connections: ConnectionTable;
  readonly #tls: TlsOptions | null;
  readonly #opening = new Map<string, Promise<SipFlow>>();
  readonly #sockets = new Set<Socket>();
  readonly #abort = new AbortController();

  constructor(hub: TransportHub, connections: ConnectionTable, tls: TlsOptions | null) {
    this.#hub = hub;
    this.#connections = connections;
    this.#tls = tls;
  }

  /** @throws ConnectFailed */
  connect(target: SipTarget): Promise<SipFlow> {
    const known = this.#connections.find(target);
    if (known !== null) return Promise.resolve(known);
    if (target.transport !== 'TCP' && target.transport !== 'TLS') {
      return Promise.reject(new ConnectFailed(target, 'UNSUPPORTED', 'no such connection is open'));
    }
    const key = keyOf(target);
    const opening = this.#opening.get(key) ?? this.#open(target, target.transport);
    this.#opening.set(key, opening);
    const forget = () => this.#opening.delete(key);
    opening.then(forget, forget);
    return opening;
  }

  /** Closes what was opened; resolves when all of it is gone. */
  async stop(): Promise<void> {
    this.#abort.abort();
    await Promise.allSettled(this.#opening.values());
    await Promise.all([...this.#sockets].map(destroyed));
  }

  async #open(target: SipTarget, transport: 'TCP' | 'TLS'): Promise<SipFlow> {
    if (!this.#connections.reserve()) {
      this.#hub.onRefused('connections', `to ${transport} ${target.address} port ${target.port}`);
      throw new ConnectFailed(target, 'LIMIT', 'too many connections are open');
    }
    const { connectTimeoutMs } = this.#hub.limits;
    const signal = AbortSignal.any([this.#abort.signal, AbortSignal.timeout(connectTimeoutMs)]);
    try {
      const socket = await openConnection(target, this.#tls, signal);
      this.#sockets.add(socket);
      socket.once('close', () => {
        this.#sockets.delete(socket);
        this.#connections.unreserve();
      });
      const watch = new ConnectionWatch(this.#hub.clock, this.#hub.limits, false);
      const flow = new StreamFlow(socket, transport, this.#hub, watch);
      this.#connections.add(flow, target.host);
      return flow;
    } catch (error) {
      this.#connections.unreserve();
      throw error;
    }
  }
}

function destroyed(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.once('close', () => resolve());
    socket.destroy();
  });
}
