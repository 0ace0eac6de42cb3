/** What a worker holds of a leg. */
import type { Mixer } from '../mix/mixer.ts';
import type { LegMedia } from './leg-media.ts';
import type { LegSockets } from './leg-sockets.ts';
import type { MediaSession } from './media-leg.ts';
import type { PortAllocator } from './port-allocator.ts';

export interface OpenLeg {
  readonly media: LegMedia;
  mixId: string;
  readonly sockets: LegSockets;
  /** Null where another worker lends the ports. */
  readonly ports: PortAllocator | null;
  mixer: Mixer<LegMedia> | null;
  /** Agreed on, and waiting until its codec is loaded. */
  awaitedSession: MediaSession | null;
}
