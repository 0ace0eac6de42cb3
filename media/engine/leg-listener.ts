/**
 * Brings what a leg's sockets hear to its media. Objects with methods and no closures: with thousands of legs each object
 * on a packet's way has to be fetched for it.
 */
import type { LegMedia } from './leg-media.ts';
import { clockMsOfArrival } from './media-clock.ts';
import type { TransportAddress } from './media-leg.ts';
import type { DatagramListener } from './socket-backend.ts';

abstract class LegListener {
  /** Made after the sockets: what comes before is nobody's. */
  media: LegMedia | null = null;
  readonly onFailure: (detail: string) => void;

  constructor(onFailure: (detail: string) => void) {
    this.onFailure = onFailure;
  }
}

export class RtpListener extends LegListener implements DatagramListener {
  onDatagram(
    bytes: Uint8Array,
    view: DataView,
    length: number,
    { address, port }: TransportAddress,
    arrivalUs: number,
  ): void {
    const nowMs = clockMsOfArrival(arrivalUs);
    this.media?.receiveRtp(bytes, view, length, address, port, nowMs, arrivalUs);
  }
}

export class RtcpListener extends LegListener implements DatagramListener {
  onDatagram(
    bytes: Uint8Array,
    _view: DataView,
    length: number,
    { address, port }: TransportAddress,
    arrivalUs: number,
  ): void {
    this.media?.receiveRtcp(bytes.slice(0, length), address, port, clockMsOfArrival(arrivalUs));
  }
}
