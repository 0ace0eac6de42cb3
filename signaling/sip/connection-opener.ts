import type { Socket } from 'node:net';
import { ChurnMap } from '../../memory/churn-map.ts';
import { ChurnSet } from '../../memory/churn-set.ts';
import { ConnectFailed, openConnection, type SipTarget } from './connect.ts';
import { type ConnectionFlow, type ConnectionTable, keyOf } from './connection-table.ts';
import { ConnectionWatch } from './connection-watch.ts';
import type { SipFlow } from './flow.ts';
import { StreamFlow } from './stream-flow.ts';
import type { TlsClientOptions } from './tls-options.ts';
import type { TransportHub } from './transport-hub.ts';
import { openWebSocket } from './websocket-client.ts';
import { WebSocketFlow } from './websocket-flow.ts';

/** Opens connections where none is there to be reused; those who want the same one at once share it. */
export class ConnectionOpener {
  readonly #hub: TransportHub;
  readonly #connections: ConnectionTable;
  readonly #tls: TlsClientOptions;
  readonly #opening = new ChurnMap<string, Promise<SipFlow>>();
  readonly #sockets = new ChurnSet<Socket>();
  readonly #abort = new AbortController();

  constructor(hub: TransportHub, connections: ConnectionTable, tls: TlsClientOptions) {
    this.#hub = hub;
    this.#connections = connections;
    this.#tls = tls;
  }

  /** @throws ConnectFailed */
  connect(target: SipTarget): Promise<SipFlow> {
    const known = this.#connections.find(target);
    if (known !== null) return Promise.resolve(known);
    const key = keyOf(target);
    const opening = this.#opening.get(key) ?? this.#open(target);
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

  async #open(target: SipTarget): Promise<SipFlow> {
    if (!this.#connections.reserve()) {
      this.#hub.onRefused('connections', `to ${target.transport} ${target.address} port ${target.port}`);
      throw new ConnectFailed(target, 'LIMIT', 'too many connections are open');
    }
    const { connectTimeoutMs } = this.#hub.limits;
    const signal = AbortSignal.any([this.#abort.signal, AbortSignal.timeout(connectTimeoutMs)]);
    const socket = await openConnection(target, this.#tls, signal).catch((error: unknown) => {
      this.#connections.unreserve();
      throw error;
    });
    const forget = this.#sockets.add(socket);
    socket.once('close', () => {
      forget();
      this.#connections.unreserve();
    });
    const flow = await this.#createFlow(target, socket, signal);
    this.#connections.add(flow, target.host);
    return flow;
  }

  async #createFlow(target: SipTarget, socket: Socket, signal: AbortSignal): Promise<ConnectionFlow> {
    const hub = this.#hub;
    const { transport } = target;
    if (transport === 'TCP' || transport === 'TLS') {
      return new StreamFlow(socket, transport, hub, new ConnectionWatch(hub.clock, hub.limits, false));
    }
    const webSocket = await openWebSocket(target, socket, hub.messageLimits.messageBytes, signal);
    const watch = new ConnectionWatch(hub.clock, hub.limits, false);
    return new WebSocketFlow(webSocket, socket, transport === 'WSS', hub, watch);
  }
}

function destroyed(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.once('close', () => resolve());
    socket.destroy();
  });
}
