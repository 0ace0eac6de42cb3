import { createSocket, type Socket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import type { MediaAddress } from '../../session-description.ts';
import { plainAddress } from '../address.ts';
import { PerError } from '../per/per-error.ts';
import type { RasMessage } from '../ras-types.ts';
import { decodeRas, encodeRas } from './ras-message.ts';

export interface RasSocketListener {
  onMessage(message: RasMessage): void;
  onMalformed(detail: string, remoteAddress: string): void;
}

/** A UDP socket that talks with one gatekeeper only: whatever others send never gets here. */
export class RasSocket {
  readonly #socket: Socket;
  readonly #gatekeeper: MediaAddress;

  private constructor(socket: Socket, gatekeeper: MediaAddress, listener: RasSocketListener) {
    this.#socket = socket;
    this.#gatekeeper = gatekeeper;
    socket.on('message', (octets) => {
      try {
        listener.onMessage(decodeRas(octets));
      } catch (error) {
        if (!(error instanceof PerError)) throw error;
        listener.onMalformed(`RAS: ${error.message}`, gatekeeper.address);
      }
    });
    // Port Unreachable and the like: the request goes unanswered, and its timer decides.
    socket.on('error', () => undefined);
  }

  /**
   * @param host a name or an address
   * @throws Error of the system where the name has no address, or there is no way to it
   */
  static async open(host: string, port: number, listener: RasSocketListener): Promise<RasSocket> {
    const { address, family } = await lookup(host);
    const socket = createSocket(family === 6 ? 'udp6' : 'udp4');
    try {
      await bind(socket);
      await connect(socket, port, address);
      return new RasSocket(socket, { address, port }, listener);
    } catch (error) {
      socket.close();
      throw error;
    }
  }

  get gatekeeper(): MediaAddress {
    return this.#gatekeeper;
  }

  /** Ours, on the way to the gatekeeper. */
  get local(): MediaAddress {
    const { address, port } = this.#socket.address();
    return { address: plainAddress(address), port };
  }

  send(message: RasMessage): void {
    this.#socket.send(encodeRas(message), () => undefined);
  }

  close(): void {
    this.#socket.close();
  }
}

function bind(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(0, () => {
      socket.off('error', reject);
      resolve();
    });
  });
}

function connect(socket: Socket, port: number, address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    // The types of Node leave out that it is told of an error.
    const onConnected = (error?: Error) => (error === undefined ? resolve() : reject(error));
    socket.connect(port, address, onConnected);
  });
}
