import type { MediaEngine } from '../../media/engine/media-leg.ts';
import type { EventOrigin } from '../../metrics/streaming-event.ts';
import type { RecordKeeper } from '../records/record-keeper.ts';
import type { StreamPool } from './stream-pool.ts';

/** What streaming needs around it. */
export interface StreamingDesk {
  readonly origin: EventOrigin;
  readonly dataDirectory: string;
  readonly media: Pick<MediaEngine, 'record'>;
  readonly pool: StreamPool;
  readonly keeper: Pick<RecordKeeper, 'begin' | 'end'>;
  /** Of streaming detail records; null writes none. */
  readonly bucket: string | null;
  /** Takes an EventBridge event. */
  writeEvent(json: string, atMs: number): void;
  /** A stream cannot be written, for the log and for people; null when one can again. */
  onTrouble(detail: string | null): void;
  now(): number;
}
