import { ChurnMap } from '../../memory/churn-map.ts';
import type { SipTarget } from './connect.ts';
import { formatHostPort, type SipFlow } from './flow.ts';
import type { TransportLimit, TransportLimits } from './transport-limits.ts';

/** A flow that is a connection, and can be ended. */
export interface ConnectionFlow extends SipFlow {
  /** Closes at once; what is not yet sent is lost. */
  destroy(): void;
  /** Sends what waits, then closes. */
  end(): void;
}

/** The open connections: counted from the accept on, and found by their peer once they are flows. */
export class ConnectionTable {
  readonly #limits: TransportLimits;
  /** Weak, for a `Map` would hold closed connections for long: see {@link ChurnMap}. */
  readonly #keys = new WeakMap<SipFlow, string>();
  readonly #byPeer = new ChurnMap<string, ConnectionFlow>();
  readonly #acceptedByAddress = new Map<string, number>();
  #count = 0;

  constructor(limits: TransportLimits) {
    this.#limits = limits;
  }

  /** All connections, those in their handshake included. */
  get count(): number {
    return this.#count;
  }

  /** Counts an accepted connection; or the limit that forbids it, which counts nothing. */
  accept(address: string): TransportLimit | null {
    const fromAddress = this.#acceptedByAddress.get(address) ?? 0;
    if (fromAddress >= this.#limits.connectionsPerAddress) return 'connections-per-address';
    if (!this.reserve()) return 'connections';
    this.#acceptedByAddress.set(address, fromAddress + 1);
    return null;
  }

  /** Takes back what `accept` counted. */
  release(address: string): void {
    this.#count--;
    const left = (this.#acceptedByAddress.get(address) ?? 1) - 1;
    if (left > 0) this.#acceptedByAddress.set(address, left);
    else this.#acceptedByAddress.delete(address);
  }

  /** Counts a connection of our own opening; false if there is no room. */
  reserve(): boolean {
    if (this.#count >= this.#limits.connections) return false;
    this.#count++;
    return true;
  }

  /** Takes back what `reserve` counted. */
  unreserve(): void {
    this.#count--;
  }

  /**
   * `host` is the name that a connection of our own opening was made for, null for an accepted one. A TLS
   * peer is reused under the name its certificate was good for, and so only if we opened it (RFC 5923 §8.2).
   */
  add(flow: ConnectionFlow, host: string | null): void {
    if (flow.transport === 'TLS' && host === null) return;
    const key = keyOf({
      transport: flow.transport,
      address: flow.remoteAddress,
      port: flow.remotePort,
      host: host ?? '',
    });
    this.#keys.set(flow, key);
    this.#byPeer.set(key, flow);
  }

  remove(flow: SipFlow): void {
    const key = this.#keys.get(flow);
    if (key === undefined) return;
    this.#keys.delete(flow);
    if (this.#byPeer.get(key) === flow) this.#byPeer.delete(key);
  }

  /** The connection to reuse for this peer, whoever opened it (RFC 5923 §4). */
  find(target: SipTarget): ConnectionFlow | null {
    const flow = this.#byPeer.get(keyOf(target));
    return flow === undefined || flow.isClosed ? null : flow;
  }
}

/** What two targets share if one connection can serve both. */
export function keyOf(target: SipTarget): string {
  const { transport, address, port, host } = target;
  const peer = `${transport} ${formatHostPort(address, port)}`;
  return transport === 'TLS' ? `${peer} ${host.toLowerCase()}` : peer;
}
