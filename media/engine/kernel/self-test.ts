/** Whether the kernel's sockets work here as we believe: a datagram to oneself must arrive whole, and stamped. */
import { readArrivalClockUs } from '../media-clock.ts';
import type { TransportAddress } from '../media-leg.ts';
import type { KernelBackend } from './kernel-backend.ts';

const PROBE = Uint8Array.from({ length: 172 }, (_, index) => index);
const LOOPBACK = '127.0.0.1';
/** Loopback delivers within the call that sends, unless the machine has very much else to do. */
const PATIENCE_MS = 500;
/** Far more than the clocks can be apart, far less than a date taken wrongly. */
const CLOCK_TOLERANCE_US = 1_000_000;

const UNSTAMPED = 'the kernel does not stamp datagrams with their arrival';

interface Arrival {
  readonly bytes: Uint8Array;
  readonly from: TransportAddress;
  readonly arrivalUs: number;
}

/** @returns what is wrong, or null */
export function findKernelFault(backend: KernelBackend): string | null {
  const arrivals: Arrival[] = [];
  const socket = backend.openSocket(LOOPBACK, 0, {
    onDatagram: (bytes, _view, length, { address, port }, arrivalUs) =>
      arrivals.push({ bytes: bytes.slice(0, length), from: { address, port }, arrivalUs }),
    onFailure: () => undefined,
  });
  try {
    const port = backend.portOf(socket);
    const unstampedBefore = backend.unstampedPackets;
    const sentUs = readArrivalClockUs();
    socket.send(PROBE, { address: LOOPBACK, port });
    backend.waitForDatagram(PATIENCE_MS);
    backend.receive();
    const isStamped = backend.unstampedPackets === unstampedBefore;
    return isStamped ? judge(arrivals[0], port, sentUs) : UNSTAMPED;
  } finally {
    socket.close();
    backend.finishClosing();
  }
}

function judge(arrival: Arrival | undefined, port: number, sentUs: number): string | null {
  if (arrival === undefined) return 'a datagram sent over loopback did not arrive';
  if (Buffer.compare(arrival.bytes, PROBE) !== 0) return 'a datagram sent over loopback arrived changed';
  const { address, port: sourcePort } = arrival.from;
  if (address !== LOOPBACK || sourcePort !== port) {
    return `a datagram sent from ${LOOPBACK}:${port} seemed to come from ${address}:${sourcePort}`;
  }
  const differenceUs = Math.abs(arrival.arrivalUs - sentUs);
  return differenceUs < CLOCK_TOLERANCE_US ? null : UNSTAMPED;
}
