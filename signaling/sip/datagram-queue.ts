import type { Socket } from 'node:dgram';
import type { SendErrorListener } from './flow.ts';

interface Datagram {
  readonly bytes: Uint8Array;
  readonly address: string;
  readonly port: number;
  readonly errors: SendErrorListener | undefined;
}

/**
 * What a socket is to send leaves together once all datagrams at hand are read. Sending in between wakes the
 * peer each time and lets it run against our reading: measured with SIPp, 134 µs a call sent at once, 101 µs
 * sent together.
 */
export class DatagramQueue {
  readonly #socket: Socket;
  #waiting: Datagram[] = [];

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  /** Never throws; `errors` hears what the system says, in its time. */
  push(bytes: Uint8Array, address: string, port: number, errors: SendErrorListener | undefined): void {
    const length = this.#waiting.push({ bytes, address, port, errors });
    if (length === 1) setImmediate(this.#onTurn);
  }

  /** Sends what waits, as before the socket is closed. */
  flush(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const datagram of waiting) this.#send(datagram);
  }

  readonly #onTurn = (): void => this.flush();

  #send({ bytes, address, port, errors }: Datagram): void {
    // Without a callback an error is dropped; and with a port of 0 or the like `send` throws.
    const onSent = errors && ((error: Error | null) => error && errors.onSendError(error.message));
    try {
      this.#socket.send(bytes, port, address, onSent);
    } catch (error) {
      errors?.onSendError(error instanceof Error ? error.message : String(error));
    }
  }
}
