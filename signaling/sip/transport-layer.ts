import type { Socket } from 'node:net';
import { ConnectFailed, type SipTarget } from './connect.ts';
import { ConnectionOpener } from './connection-opener.ts';
import { ConnectionTable } from './connection-table.ts';
import type { ConnectionWatch } from './connection-watch.ts';
import { formatHostPort, type SendErrorListener, type SipFlow } from './flow.ts';
import { DEFAULT_SIP_LIMITS, type SipLimits } from './limits.ts';
import type { BoundListener, ListenerOptions } from './listen-failed.ts';
import { LocalAddresses } from './local-address.ts';
import { LoopbackFlow } from './loopback-flow.ts';
import type { SipRequest } from './message.ts';
import { responseFlow } from './response-flow.ts';
import { StreamFlow } from './stream-flow.ts';
import type { TimerScheduler } from './timer-wheel.ts';
import type { TlsClientOptions, TlsOptions } from './tls-options.ts';
import type { MessageReceiver, TransactionTransport } from './transaction-transport.ts';
import { TransportHub } from './transport-hub.ts';
import { DEFAULT_TRANSPORT_LIMITS, type TransportLimits } from './transport-limits.ts';
import type { TransportListener } from './transport-listener.ts';
import type { TransportStatistics } from './transport-statistics.ts';
import { StreamListener } from './transport-stream.ts';
import { UdpTransport } from './transport-udp.ts';
import { WebSocketAcceptor } from './transport-websocket.ts';

/** RFC 3261 §18.1.1: a request longer than this wants a congestion-controlled transport. */
const LARGEST_UDP_REQUEST_BYTES = 1300;
const EVERY_ADDRESS = '::';
const EVERY_IPV4_ADDRESS = '0.0.0.0';
const DEFAULT_PORT = 5060;
const DEFAULT_SECURE_PORT = 5061;

export interface TransportOptions {
  readonly listeners: readonly ListenerOptions[];
  readonly clock: TimerScheduler;
  /** Needed by TLS and WSS listeners. */
  readonly tls?: TlsOptions | null;
  /** For the connections we open, where they differ from the listeners'. */
  readonly tlsClient?: TlsClientOptions;
  /** The host we name in Via instead of the address we send from: behind a NAT, the one outside. */
  readonly advertisedAddress?: string | null;
  readonly limits?: Partial<TransportLimits>;
  readonly messageLimits?: SipLimits;
}

/** RFC 3261 §18: all transports as one. Constructing does nothing; `start` listens, `stop` lets go of it all. */
export class TransportLayer implements TransactionTransport {
  readonly #options: TransportOptions;
  readonly #hub: TransportHub;
  readonly #connections: ConnectionTable;
  readonly #opener: ConnectionOpener;
  readonly #webSockets: WebSocketAcceptor;
  readonly #localAddresses = new LocalAddresses();
  readonly #udp: UdpTransport[] = [];
  readonly #streams: StreamListener[] = [];
  /** Those that take IPv4 beside one on `::`. */
  readonly #companions = new Set<UdpTransport | StreamListener>();

  constructor(options: TransportOptions, listener: TransportListener) {
    const limits = { ...DEFAULT_TRANSPORT_LIMITS, ...options.limits };
    const messageLimits = options.messageLimits ?? DEFAULT_SIP_LIMITS;
    this.#options = options;
    this.#connections = new ConnectionTable(limits);
    this.#hub = new TransportHub(options.clock, limits, messageLimits, this.#connections, listener);
    this.#opener = new ConnectionOpener(this.#hub, this.#connections, options.tlsClient ?? options.tls ?? {});
    this.#webSockets = new WebSocketAcceptor(this.#hub, (flow) => this.#connections.add(flow, null));
  }

  attach(receiver: MessageReceiver): void {
    this.#hub.receiver = receiver;
  }

  /** The listeners as bound: those of UDP first, else in the order of the options. */
  get listeners(): readonly BoundListener[] {
    const all = [...this.#udp, ...this.#streams];
    return all.filter((transport) => !this.#companions.has(transport)).map(({ bound }) => bound);
  }

  statistics(): TransportStatistics {
    return this.#hub.statistics();
  }

  /**
   * Opens every listener, or none.
   * @throws ListenFailed
   */
  async start(): Promise<void> {
    try {
      for (const options of this.#options.listeners) await this.#listen(options);
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  /** Closes everything; resolves when the last socket is gone. */
  async stop(): Promise<void> {
    const transports = [...this.#udp.splice(0), ...this.#streams.splice(0)];
    await Promise.all([this.#opener.stop(), ...transports.map((transport) => transport.stop())]);
  }

  /**
   * The flow to a target: a UDP peer, a connection that is open, or a new one.
   * @throws ConnectFailed
   */
  async connect(target: SipTarget): Promise<SipFlow> {
    if (target.transport !== 'UDP') return this.#opener.connect(target);
    const udp = this.#udp.find(({ isIpv6 }) => isIpv6 === isVersionSix(target.address));
    if (udp === undefined)
      throw new ConnectFailed(target, 'UNSUPPORTED', 'no UDP listener of its address family');
    return udp.flowTo(target.address, target.port);
  }

  /** A connection of ours to ourselves; what goes over it is traced once, where it is sent. */
  openLoopback(address: string): readonly [LoopbackFlow, LoopbackFlow] {
    return LoopbackFlow.createPair(
      address,
      (bytes, flow) => this.#hub.onSent(bytes, flow),
      (bytes, flow) => this.#hub.onLoopback(bytes, flow),
    );
  }

  sentBy(flow: SipFlow): string {
    const host = this.#options.advertisedAddress ?? flow.localAddress;
    if (flow.transport === 'UDP') return formatHostPort(host, flow.localPort);
    // Of a connection that we opened our own port says nothing: there we do not listen (RFC 3261 §18.1.1).
    const isIpv6 = isVersionSix(flow.localAddress);
    const listener = this.#streams.find(
      ({ bound }) => bound.transport === flow.transport && isVersionSix(bound.address) === isIpv6,
    );
    return formatHostPort(host, listener?.bound.port ?? flow.localPort);
  }

  responseFlow(request: SipRequest, flow: SipFlow): SipFlow {
    return responseFlow(request, flow);
  }

  sendResponse(
    bytes: Uint8Array,
    flow: SipFlow,
    sentByPort: number | null,
    errors?: SendErrorListener,
  ): void {
    const { transport, remoteAddress } = flow;
    if (!flow.isClosed || (transport !== 'TCP' && transport !== 'TLS')) {
      flow.send(bytes, errors);
      return;
    }
    const port = sentByPort ?? (flow.isSecure ? DEFAULT_SECURE_PORT : DEFAULT_PORT);
    this.#opener.connect({ transport, address: remoteAddress, port, host: remoteAddress }).then(
      (reopened) => reopened.send(bytes, errors),
      (error: Error) => errors?.onSendError(error.message),
    );
  }

  /** A peer is known to take TCP if a connection to the same address and port is open. */
  requestFlow(flow: SipFlow, byteLength: number): SipFlow {
    if (flow.transport !== 'UDP' || byteLength <= LARGEST_UDP_REQUEST_BYTES) return flow;
    const { remoteAddress: address, remotePort: port } = flow;
    return this.#connections.find({ transport: 'TCP', address, port, host: address }) ?? flow;
  }

  /** Of both families means a socket each, so that an IPv4 peer has an IPv4 address everywhere. */
  async #listen(options: ListenerOptions): Promise<void> {
    if (options.address !== EVERY_ADDRESS) {
      await this.#open(options);
      return;
    }
    const companion = await this.#open({ ...options, address: EVERY_IPV4_ADDRESS });
    this.#companions.add(companion);
    await this.#open({ ...options, port: companion.bound.port });
  }

  async #open(options: ListenerOptions): Promise<UdpTransport | StreamListener> {
    if (options.transport === 'UDP') {
      const transport = new UdpTransport(options, this.#hub, this.#localAddresses);
      await transport.start();
      this.#udp.push(transport);
      return transport;
    }
    const isSecure = options.transport === 'TLS' || options.transport === 'WSS';
    const tls = isSecure ? (this.#options.tls ?? null) : null;
    if (isSecure && tls === null) throw new TypeError(`a ${options.transport} listener needs a certificate`);
    const isWebSocket = options.transport === 'WS' || options.transport === 'WSS';
    const open = isWebSocket ? this.#openWebSocket : this.#openStream;
    const listener = new StreamListener(options, tls, this.#hub, this.#connections, open);
    await listener.start();
    this.#streams.push(listener);
    return listener;
  }

  readonly #openStream = (socket: Socket, isSecure: boolean, watch: ConnectionWatch): void => {
    this.#connections.add(new StreamFlow(socket, isSecure ? 'TLS' : 'TCP', this.#hub, watch), null);
  };

  readonly #openWebSocket = (socket: Socket, isSecure: boolean, watch: ConnectionWatch): void => {
    this.#webSockets.accept(socket, isSecure, watch);
  };
}

/** Of an address that a socket has: to parse it would take longer than all around it. */
function isVersionSix(address: string): boolean {
  return address.includes(':');
}
