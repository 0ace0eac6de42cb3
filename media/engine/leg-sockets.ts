/** The two UDP sockets of a leg: RTP on an even port, RTCP on the one above (RFC 3550 §11). */
import type { PortAllocator } from './port-allocator.ts';
import type { DatagramListener, MediaSocket, SocketBackend } from './socket-backend.ts';

export interface LegSocketsOptions {
  readonly bindAddress: string;
  readonly rtpListener: DatagramListener;
  readonly rtcpListener: DatagramListener;
}

export interface LegSockets {
  readonly rtpPort: number;
  readonly rtp: MediaSocket;
  readonly rtcp: MediaSocket;
}

/**
 * Opens the pair that has rested longest; pairs that other programs hold are passed over.
 * @returns null where no pair of the allocator is free
 * @throws the system's error where the address cannot be bound at all
 */
export function openLegSockets(
  backend: SocketBackend,
  options: LegSocketsOptions,
  ports: PortAllocator,
): LegSockets | null {
  for (let attempts = ports.free; attempts > 0; attempts--) {
    const rtpPort = ports.take();
    if (rtpPort === null) return null;
    try {
      return openPair(backend, options, rtpPort);
    } catch (error) {
      ports.giveBack(rtpPort);
      if (!isInUse(error)) throw error;
    }
  }
  return null;
}

/** @throws the system's error where the pair cannot be opened */
export function openLegSocketsAt(
  backend: SocketBackend,
  options: LegSocketsOptions,
  rtpPort: number,
): LegSockets {
  return openPair(backend, options, rtpPort);
}

export function closeLegSockets({ rtp, rtcp }: LegSockets): void {
  rtp.close();
  rtcp.close();
}

function openPair(backend: SocketBackend, options: LegSocketsOptions, rtpPort: number): LegSockets {
  const { bindAddress, rtpListener, rtcpListener } = options;
  const rtp = backend.openSocket(bindAddress, rtpPort, rtpListener);
  try {
    return { rtpPort, rtp, rtcp: backend.openSocket(bindAddress, rtpPort + 1, rtcpListener) };
  } catch (error) {
    rtp.close();
    throw error;
  }
}

function isInUse(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
}
