/** What a media worker asks of its sockets and its clock, whichever way they are had from the system. */
import type { TransportAddress } from './media-leg.ts';

/** Of node:dgram; of Linux with a system call for each packet; of Linux with one for many. Each is better than the one before. */
export const SOCKET_BACKENDS = ['dgram', 'koffi', 'io_uring'] as const;
export type SocketBackendName = (typeof SOCKET_BACKENDS)[number];
/** `auto` takes the best that can be had. */
export type SocketBackendChoice = SocketBackendName | 'auto';

export interface DatagramListener {
  /**
   * A datagram came: the first `length` bytes of `bytes`, which `view` looks at too; the next one overwrites it.
   * @param arrivalUs on the clock of `readArrivalClockUs`
   */
  onDatagram(
    bytes: Uint8Array,
    view: DataView,
    length: number,
    from: TransportAddress,
    arrivalUs: number,
  ): void;
  /** The socket can receive no more. */
  onFailure(detail: string): void;
}

export interface MediaSocket {
  /** The packet may be overwritten as soon as this returns. */
  send(packet: Uint8Array, to: TransportAddress): void;
  /** Hands out now what has come already, where the system lets it be asked for. */
  drain(): void;
  /** Nothing is handed out any more; its port is free after `finishClosing` of the back end. */
  close(): void;
}

export interface SocketBackend {
  readonly name: SocketBackendName;
  /** Cumulative: what the system would not send. Such a packet is lost, as if the network had lost it. */
  readonly unsentPackets: number;
  /**
   * @param bindAddress a literal IP address
   * @throws an error with the system's `code`, such as EADDRINUSE
   */
  openSocket(bindAddress: string, port: number, listener: DatagramListener): MediaSocket;
  /** Until then, ports of sockets that were closed may still be taken, so that several are closed at once. */
  finishClosing(): void;
  /**
   * Calls `advance` now and whenever the time that it answered has come (`readClockMs`), until it answers null. To be
   * called anew when something is due earlier.
   */
  drive(advance: () => number | null): void;
}

/** The longest datagram that UDP can carry, made even. */
export const DATAGRAM_LENGTH = 65_536;
