import type { TcpReader } from './tcp-reader.ts';
import type { UdpReader } from './udp-reader.ts';

/** Takes what is no media, to look for signaling in it. `payload` is valid during the call only. */
export interface SignalingSink {
  onDatagram(payload: Uint8Array, datagram: UdpReader, arrivalUs: number): void;
  onSegment(payload: Uint8Array, segment: TcpReader, arrivalUs: number): void;
}
