import { randomInt, randomUUID } from 'node:crypto';
import { createServer, type Server, type Socket } from 'node:net';
import type { CallLeg } from '../call-leg.ts';
import type { AudioCapabilities } from '../session-description.ts';
import { plainAddress } from './address.ts';
import type { CallEnvironment } from './call-environment.ts';
import { type Clock, SYSTEM_CLOCK } from './clock.ts';
import { createEndpointType } from './h225.ts';
import { OutgoingH323Call } from './outgoing-call.ts';
import type { OutgoingH323Options } from './outgoing-options.ts';
import { GatekeeperClient } from './ras/gatekeeper-client.ts';
import type { GatekeeperOptions } from './ras/registration.ts';
import { SignalingChannel } from './signaling-channel.ts';
import { TcpPortRange } from './tcp-port-range.ts';
import { type ConnectionLimits, DEFAULT_CONNECTION_LIMITS } from './tpkt-connection.ts';

/** What callers may take of us. */
export interface EndpointLimits extends ConnectionLimits {
  readonly maxConnections: number;
  readonly maxConnectionsPerAddress: number;
  /** A connection must bring a Setup within this time. */
  readonly setupTimeoutMs: number;
}

export const DEFAULT_ENDPOINT_LIMITS: EndpointLimits = {
  ...DEFAULT_CONNECTION_LIMITS,
  maxConnections: 2_000,
  maxConnectionsPerAddress: 200,
  setupTimeoutMs: 10_000,
};

export interface H323EndpointOptions {
  /** Where call signaling is accepted (1720); port 0 takes a free one. */
  readonly address: string;
  readonly port: number;
  /** TCP ports for H.245, first and last. */
  readonly portRange: readonly [number, number];
  readonly capabilities: AudioCapabilities;
  /** What terminals show, and what they read of product and version. */
  readonly displayName: string;
  readonly productId: string;
  readonly versionId: string;
  /** Where we register, so that rooms can dial us by an alias; without it nobody is asked. */
  readonly gatekeeper?: GatekeeperOptions;
  readonly limits?: EndpointLimits;
  readonly clock?: Clock;
  /** The address a peer reaches us at, where it is not the local one. */
  advertisedAddressFor?(localAddress: string): string;
}

export interface H323EndpointListener {
  onCall(leg: CallLeg): void;
  /** A connection or a call was refused before there was a leg; `limit` where there were too many already. */
  onRefused(
    detail: string,
    remoteAddress: string,
    limit: 'connections' | 'connections-per-address' | null,
  ): void;
  /** A message, or what should have been one, was dropped. */
  onMalformed(detail: string, remoteAddress: string): void;
  /** We are registered with the gatekeeper, or no longer, and why. */
  onGatekeeper?(isRegistered: boolean, detail: string): void;
}

/** An H.323 endpoint: takes calls on TCP and hands each on as a `CallLeg`. */
export class H323Endpoint {
  readonly #options: H323EndpointOptions;
  readonly #limits: EndpointLimits;
  readonly #listener: H323EndpointListener;
  readonly #environment: CallEnvironment;
  readonly #channels = new Set<SignalingChannel>();
  readonly #outgoing = new Set<OutgoingH323Call>();
  readonly #perAddress = new Map<string, number>();
  #server: Server | null = null;
  #gatekeeper: GatekeeperClient | null = null;
  #aliases: readonly string[] = [];

  constructor(options: H323EndpointOptions, listener: H323EndpointListener) {
    this.#options = options;
    this.#limits = options.limits ?? DEFAULT_ENDPOINT_LIMITS;
    this.#listener = listener;
    this.#environment = {
      clock: options.clock ?? SYSTEM_CLOCK,
      capabilities: options.capabilities,
      endpoint: createEndpointType(options.productId, options.versionId),
      displayName: options.displayName,
      ports: new TcpPortRange(options.portRange),
      limits: this.#limits,
      advertisedAddressFor: (local) => options.advertisedAddressFor?.(local) ?? local,
      random: () => randomInt(2 ** 24),
      gatekeeper: () => this.#gatekeeper,
      onMalformed: (detail, remoteAddress) => listener.onMalformed(detail, remoteAddress),
    };
  }

  /** Connections open now, with a call or still without. */
  get connectionCount(): number {
    return this.#channels.size;
  }

  /** @returns the port bound. Rejects with the error of `listen`, such as EADDRINUSE. */
  async start(): Promise<number> {
    const server = createServer({ noDelay: true }, (socket) => this.#onConnection(socket));
    this.#server = server;
    const { address: host, port } = this.#options;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host, port }, () => {
        server.off('error', reject);
        resolve();
      });
    });
    const address = server.address();
    const bound = address === null || typeof address === 'string' ? port : address.port;
    if (this.#options.gatekeeper !== undefined) this.#register(this.#options.gatekeeper, bound);
    return bound;
  }

  /** What rooms may dial behind the gatekeeper, in the order of importance. */
  setAliases(aliases: readonly string[]): void {
    this.#aliases = aliases;
    this.#gatekeeper?.setAliases(aliases);
  }

  #register(options: GatekeeperOptions, signalPort: number): void {
    const { clock, endpoint } = this.#environment;
    const { host, port } = options;
    const surroundings = {
      clock,
      endpoint,
      signalPort,
      advertisedAddressFor: (local: string) => this.#environment.advertisedAddressFor(local),
      random: () => this.#environment.random(),
    };
    const gatekeeper = new GatekeeperClient(options, surroundings, {
      onRegistered: () => this.#listener.onGatekeeper?.(true, `registered with ${host} port ${port}`),
      onUnregistered: (detail) => this.#listener.onGatekeeper?.(false, detail),
      onMalformed: (detail, remoteAddress) => this.#listener.onMalformed(detail, remoteAddress),
    });
    this.#gatekeeper = gatekeeper;
    gatekeeper.setAliases(this.#aliases);
    gatekeeper.start();
  }

  /** Places a call; it begins with `start`, after `listen`. */
  call(options: OutgoingH323Options): OutgoingH323Call {
    const call = new OutgoingH323Call(options, this.#environment, () => this.#outgoing.delete(call));
    this.#outgoing.add(call);
    return call;
  }

  /** Takes no more calls, ends those there are and resolves when the port is free. */
  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    for (const channel of [...this.#channels]) channel.end('service-stopping');
    for (const call of [...this.#outgoing]) call.end('service-stopping');
    await this.#gatekeeper?.stop();
    this.#gatekeeper = null;
    if (server !== null) await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  #onConnection(socket: Socket): void {
    const address = plainAddress(socket.remoteAddress);
    const count = this.#perAddress.get(address) ?? 0;
    const isFull = this.#channels.size >= this.#limits.maxConnections;
    if (isFull || count >= this.#limits.maxConnectionsPerAddress) {
      socket.destroy();
      const limit = isFull ? 'connections' : 'connections-per-address';
      const detail = isFull
        ? `${this.#channels.size} connections are open`
        : `${count} connections from this address are open`;
      this.#listener.onRefused(detail, address, limit);
      return;
    }
    this.#perAddress.set(address, count + 1);
    const channel = new SignalingChannel(socket, this.#environment, this.#limits.setupTimeoutMs, {
      createId: randomUUID,
      onCall: (leg) => this.#listener.onCall(leg),
      onRefused: (detail) => this.#listener.onRefused(detail, address, null),
      onReleased: (released) => this.#forget(released, address),
    });
    this.#channels.add(channel);
  }

  #forget(channel: SignalingChannel, address: string): void {
    if (!this.#channels.delete(channel)) return;
    const left = (this.#perAddress.get(address) ?? 1) - 1;
    if (left > 0) this.#perAddress.set(address, left);
    else this.#perAddress.delete(address);
  }
}
