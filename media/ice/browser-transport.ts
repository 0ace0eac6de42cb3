/**
 * What a browser puts under RTP (RFC 8825): ICE, of which we are the lite side that only answers checks (RFC 8445
 * §2.5), and DTLS on the path that it nominates. All of it comes to the RTP port, RTCP too.
 */
import type {
  EstablishedPath,
  MediaEncryption,
  MediaHandshake,
  TransportAddress,
} from '../engine/media-leg.ts';
import { DtlsServer } from './dtls-server.ts';
import { isStun, readBindingRequest, writeBindingSuccess } from './stun-message.ts';

export interface BrowserTransportOptions {
  send(datagram: Uint8Array, to: TransportAddress): void;
  /** The browser chose the path that media takes. */
  onNominated(remote: TransportAddress): void;
  onKeys(encryption: MediaEncryption): void;
  onFailure(detail: string): void;
}

/** DTLS that overtakes the loading of its library. */
const EARLY_MAXIMUM = 8;

export class BrowserTransport {
  readonly #options: BrowserTransportOptions;
  #handshake: MediaHandshake;
  #remote: TransportAddress | null = null;
  #server: DtlsServer | null = null;
  #early: Uint8Array[] = [];
  #isClosed = false;

  /** @param established what another worker agreed on, in place of a new handshake; or null */
  constructor(
    handshake: MediaHandshake,
    established: EstablishedPath | null,
    options: BrowserTransportOptions,
  ) {
    this.#handshake = handshake;
    this.#options = options;
    this.#remote = established?.remote ?? null;
    if (established === null) this.#listen(handshake);
    else options.onKeys(established.encryption);
  }

  #listen(handshake: MediaHandshake): void {
    const { send, onKeys, onFailure } = this.#options;
    DtlsServer.create({
      handshake,
      send: (datagram) => {
        if (this.#remote !== null && !this.#isClosed) send(datagram, this.#remote);
      },
      onKeys: (encryption) => {
        if (!this.#isClosed) onKeys(encryption);
      },
      onFailure,
    }).then(
      (server) => this.#open(server),
      (error) => onFailure(`DTLS cannot be loaded: ${String(error)}`),
    );
  }

  /** Null until the browser chose. */
  get remote(): TransportAddress | null {
    return this.#remote;
  }

  /** New credentials in the same session: an ICE restart (RFC 8445 §9). */
  update(handshake: MediaHandshake): void {
    this.#handshake = handshake;
  }

  /** @returns whether the datagram was ours, and not RTP or RTCP */
  receive(datagram: Uint8Array, address: string, port: number): boolean {
    const first = datagram[0] ?? 0;
    if (first >= 128) return false;
    if (isStun(first)) this.#receiveCheck(datagram, address, port);
    else if (this.#isRemote(address, port)) this.#receiveDtls(datagram);
    return true;
  }

  close(): void {
    this.#isClosed = true;
    this.#server?.close();
  }

  #open(server: DtlsServer): void {
    this.#server = server;
    if (this.#isClosed) server.close();
    for (const datagram of this.#early) server.receive(datagram);
    this.#early = [];
  }

  #receiveCheck(datagram: Uint8Array, address: string, port: number): void {
    const { localUsername, localPassword, remoteUsername } = this.#handshake;
    const request = readBindingRequest(datagram, localPassword);
    // RFC 8445 §7.2.2: our name first, for the request is to us.
    if (request?.username !== `${localUsername}:${remoteUsername}`) return;
    const from = { address, port };
    this.#options.send(writeBindingSuccess(request, address, port, localPassword), from);
    // RFC 8445 §8.2: the path with USE-CANDIDATE is the one; before there is any, the first that works.
    if (!request.isNominating && this.#remote !== null) return;
    if (this.#isRemote(address, port)) return;
    this.#remote = from;
    this.#options.onNominated(from);
  }

  #receiveDtls(datagram: Uint8Array): void {
    if (this.#server !== null) this.#server.receive(datagram);
    else if (this.#early.length < EARLY_MAXIMUM) this.#early.push(datagram.slice());
  }

  #isRemote(address: string, port: number): boolean {
    return this.#remote !== null && this.#remote.address === address && this.#remote.port === port;
  }
}
