import type { MediaSecurity, NegotiatedAudio } from '../session-description.ts';
import type { SdpMedia } from './description.ts';
import type { FurtherStream } from './further-streams.ts';

export interface SessionLayout {
  readonly audioIndex: number;
  /** Every `m=` line as we answer it; null where the audio stands (RFC 3264 §8: lines never go away). */
  readonly streams: readonly (SdpMedia | null)[];
}

/** The shape of the session agreed on last: which stream is ours and which were refused. */
export interface Agreement extends SessionLayout {
  readonly audio: NegotiatedAudio;
  readonly label: string;
  readonly further: readonly FurtherStream[];
  /** The stream was taken away with port 0, and is answered so. */
  readonly isRemoved: boolean;
  readonly protocol: string;
  /** What the other side calls the stream in groups, or null. */
  readonly mediaId: string | null;
  readonly timing: string;
}

/** What was agreed with a browser; null with all others. */
export function handshakeOf(agreement: Agreement | null): MediaSecurity | null {
  const { security } = agreement?.audio ?? {};
  return security?.handshake ? security : null;
}
