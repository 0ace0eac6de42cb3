import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { DatagramQueue } from './datagram-queue.ts';
import type { SendErrorListener, SipFlow } from './flow.ts';
import { type BoundListener, type ListenerOptions, ListenFailed } from './listen-failed.ts';
import type { LocalAddresses } from './local-address.ts';
import type { TransportHub } from './transport-hub.ts';

/** Room for a burst of some thousand INVITEs; the system gives what its own limit allows. */
const RECEIVE_BUFFER_BYTES = 4_194_304;
/** Peers whose flow object is kept for their next datagram. A power of two. */
const FLOW_CACHE_SIZE = 1024;

const CR = 0x0d;
const LF = 0x0a;
/** RFC 8489 §5: the first two bits of STUN are zero. No SIP message begins below a letter. */
const SMALLEST_SIP_BYTE = 0x0a;

/** Addresses come resolved: answering at once spares each datagram a round through the resolver. */
function lookupLiteral(
  address: string,
  _options: unknown,
  callback: (error: NodeJS.ErrnoException | null, address: string, family: number) => void,
): void {
  callback(null, address, address.includes(':') ? 6 : 4);
}

/** A UDP peer seen through one of our sockets. */
export class UdpFlow implements SipFlow {
  readonly transport = 'UDP';
  readonly isReliable = false;
  readonly isSecure = false;
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly #owner: UdpTransport;

  constructor(owner: UdpTransport, remoteAddress: string, remotePort: number) {
    this.#owner = owner;
    this.remoteAddress = remoteAddress;
    this.remotePort = remotePort;
  }

  get localAddress(): string {
    return this.#owner.localAddressTowards(this.remoteAddress);
  }

  get localPort(): number {
    return this.#owner.port;
  }

  get isClosed(): boolean {
    return this.#owner.isClosed;
  }

  /** The same peer on another port of its. */
  atPort(port: number): SipFlow {
    return port === this.remotePort ? this : this.#owner.flowTo(this.remoteAddress, port);
  }

  send(bytes: Uint8Array, errorListener?: SendErrorListener): void {
    this.#owner.send(bytes, this, errorListener);
  }
}

/** One bound UDP socket. */
export class UdpTransport {
  readonly #options: ListenerOptions;
  readonly #hub: TransportHub;
  readonly #localAddresses: LocalAddresses;
  readonly #isWildcard: boolean;
  readonly #flows: (UdpFlow | null)[] = new Array<UdpFlow | null>(FLOW_CACHE_SIZE).fill(null);
  #socket: Socket | null = null;
  #queue: DatagramQueue | null = null;
  #port = 0;

  constructor(options: ListenerOptions, hub: TransportHub, localAddresses: LocalAddresses) {
    this.#options = options;
    this.#hub = hub;
    this.#localAddresses = localAddresses;
    this.#isWildcard = options.address === '0.0.0.0' || options.address === '::';
  }

  get port(): number {
    return this.#port;
  }

  get isClosed(): boolean {
    return this.#socket === null;
  }

  get isIpv6(): boolean {
    return isIPv6(this.#options.address);
  }

  get bound(): BoundListener {
    return { transport: 'UDP', address: this.#options.address, port: this.#port };
  }

  /** @throws ListenFailed */
  start(): Promise<void> {
    const type = this.isIpv6 ? 'udp6' : 'udp4';
    const socket = createSocket({ type, ipv6Only: this.isIpv6, lookup: lookupLiteral });
    return new Promise((resolve, reject) => {
      socket.once('error', (error) => {
        socket.close();
        reject(new ListenFailed(this.#options, error));
      });
      socket.bind({ address: this.#options.address, port: this.#options.port }, () => {
        socket.removeAllListeners('error');
        socket.on('error', (error) =>
          this.#hub.onRefused('socket', `UDP port ${this.#port}: ${error.message}`),
        );
        socket.on('message', (bytes, remote) => this.#onDatagram(bytes, remote));
        socket.setRecvBufferSize(RECEIVE_BUFFER_BYTES);
        this.#socket = socket;
        this.#queue = new DatagramQueue(socket);
        this.#port = socket.address().port;
        resolve();
      });
    });
  }

  stop(): Promise<void> {
    const socket = this.#socket;
    this.#queue?.flush();
    this.#queue = null;
    this.#socket = null;
    if (socket === null) return Promise.resolve();
    return new Promise((resolve) => socket.close(resolve));
  }

  /**
   * The flow to an address. A peer's flow is found again by port and address in one cache line, without a
   * key string; the cache forgets by being overwritten, and a forgotten flow is merely made anew.
   */
  flowTo(address: string, port: number): SipFlow {
    const index =
      (port ^ (address.length << 4) ^ address.charCodeAt(address.length - 1)) & (FLOW_CACHE_SIZE - 1);
    const known = this.#flows[index] ?? null;
    if (known !== null && known.remotePort === port && known.remoteAddress === address) return known;
    const flow = new UdpFlow(this, address, port);
    this.#flows[index] = flow;
    return flow;
  }

  localAddressTowards(remoteAddress: string): string {
    if (!this.#isWildcard) return this.#options.address;
    return this.#localAddresses.towards(remoteAddress, this.#hub.clock.nowMs());
  }

  send(bytes: Uint8Array, flow: SipFlow, errorListener: SendErrorListener | undefined): void {
    if (this.#queue === null) {
      errorListener?.onSendError('the UDP socket is closed');
      return;
    }
    this.#queue.push(bytes, flow.remoteAddress, flow.remotePort, errorListener);
    this.#hub.onSent(bytes, flow);
  }

  #onDatagram(bytes: Buffer, remote: RemoteInfo): void {
    const first = bytes[0] ?? 0;
    // RFC 5626 §4.4.1 keep-alives are for streams; over UDP peers send them all the same: nothing to answer.
    if ((first === CR || first === LF) && isOnlyLineEnds(bytes)) return;
    if (first < SMALLEST_SIP_BYTE) {
      this.#hub.onRefused('not-sip', `${bytes.length} bytes from ${remote.address} port ${remote.port}`);
      return;
    }
    this.#hub.onBytes(bytes, this.flowTo(remote.address, remote.port));
  }
}

function isOnlyLineEnds(bytes: Buffer): boolean {
  if (bytes.length > 4) return false;
  for (const byte of bytes) if (byte !== CR && byte !== LF) return false;
  return true;
}
