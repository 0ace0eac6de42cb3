/** RTCP as it was before it was protected, or after it was opened: for those who show or keep it. */
import type { TransportAddress } from './media-leg.ts';

type RtcpDirection = 'received' | 'sent';

/** Told of each datagram that was taken or is sent; the bytes stay as they are. */
export type RtcpWatch = (
  direction: RtcpDirection,
  bytes: Uint8Array,
  remote: TransportAddress,
  /** On the RTP port (RFC 5761). */
  isMultiplexed: boolean,
) => void;

export interface SeenRtcp {
  readonly legId: string;
  readonly direction: RtcpDirection;
  readonly bytes: Uint8Array;
  readonly localPort: number;
  readonly remote: TransportAddress;
  /** Unix ms. */
  readonly atMs: number;
}
