import { createSocket, type Socket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { isIPv6 } from 'node:net';
import { HepOutage, type HepOutageChange } from './hep-outage.ts';

export interface HepTrouble {
  readonly kind: 'failing' | 'recovered';
  readonly detail: string;
}

interface HepSocketOptions {
  /** Name or address. */
  readonly host: string;
  readonly port: number;
  /** Homer is not reached any more, or again; each told once. */
  readonly onTrouble: (trouble: HepTrouble) => void;
}

/** What waits to be sent: more is dropped, so that a network that takes nothing costs no memory. */
const QUEUE_BYTES_MAXIMUM = 1_048_576;
/** A name that could not be found is asked for again after this long. */
const LOOKUP_REST_MS = 30_000;

/** Packets to one collector over UDP. Never waits and never throws: what cannot be sent is dropped and counted. */
export class HepSocket {
  readonly #options: HepSocketOptions;
  readonly #outage = new HepOutage();
  #socket: Socket | null = null;
  #isConnected = false;
  #connectingAtMs: number | null = null;
  #isStopped = false;
  #sent = 0;
  #dropped = 0;

  constructor(options: HepSocketOptions) {
    this.#options = options;
  }

  get counters(): { readonly sent: number; readonly dropped: number; readonly outages: number } {
    return { sent: this.#sent, dropped: this.#dropped, outages: this.#outage.count };
  }

  /** Resolves when packets can go out, or when it is clear that they cannot for now. */
  async start(nowMs: number): Promise<void> {
    await this.#connect(nowMs);
  }

  /** Null counts as one that was too long. */
  send(packet: Uint8Array | null, nowMs: number): void {
    const socket = this.#socket;
    if (socket === null || !this.#isConnected) {
      this.#dropped++;
      const isRested = nowMs - (this.#connectingAtMs ?? nowMs) >= LOOKUP_REST_MS;
      if (isRested) void this.#connect(nowMs);
      return;
    }
    if (packet === null || socket.getSendQueueSize() + packet.length > QUEUE_BYTES_MAXIMUM) {
      this.#dropped++;
      return;
    }
    socket.send(packet, (error) => {
      if (error === null) this.#sent++;
      else {
        this.#dropped++;
        this.#fail(error.message, Date.now());
      }
    });
    this.#tell(this.#outage.sent(nowMs), '');
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    const socket = this.#socket;
    this.#socket = null;
    if (socket !== null) await new Promise<void>((resolve) => socket.close(resolve));
  }

  async #connect(nowMs: number): Promise<void> {
    this.#connectingAtMs = nowMs;
    try {
      const { address } = await lookup(this.#options.host);
      if (!this.#isStopped && this.#socket === null) await this.#open(address);
    } catch (error) {
      this.#tell(this.#outage.failed(nowMs), error instanceof Error ? error.message : String(error));
    }
  }

  /** @throws Error where no way leads to the address; then it is tried again after a rest */
  async #open(address: string): Promise<void> {
    const socket = createSocket({ type: isIPv6(address) ? 'udp6' : 'udp4' }).unref();
    this.#socket = socket;
    try {
      socket.connect(this.#options.port, address);
      await once(socket, 'connect');
    } catch (error) {
      this.#socket = null;
      socket.close();
      throw error;
    }
    // "Connection refused" comes so, between two packets.
    socket.on('error', (error) => this.#fail(error.message, Date.now()));
    this.#isConnected = true;
  }

  #fail(detail: string, nowMs: number): void {
    this.#tell(this.#outage.failed(nowMs), detail);
  }

  #tell(change: HepOutageChange, detail: string): void {
    if (change === 'began') this.#options.onTrouble({ kind: 'failing', detail });
    else if (change === 'ended') this.#options.onTrouble({ kind: 'recovered', detail: '' });
  }
}
