import type { Logger } from 'pino';
import type { Config } from '../../config/schema.ts';
import type { MediaEngine } from '../../media/engine/media-leg.ts';
import type { ConnectorDirectory } from '../connector/connector-directory.ts';
import type { CallFollower } from '../connector/connector-journal.ts';
import type { Problems } from '../problems.ts';
import { Streaming } from '../streaming/streaming.ts';
import type { Telling } from '../telling.ts';
import { createRecordKeeper, createTrunkRecords } from './create-records.ts';
import type { RecordKeeper } from './record-keeper.ts';

export interface CallKeepingParts {
  readonly telling: Telling;
  readonly problems: Problems;
  readonly media: Pick<MediaEngine, 'record'>;
  readonly directory: ConnectorDirectory;
}

/** What is kept of calls under the data directory besides logs: their records, and the streams of trunk calls. */
export class CallKeeping {
  readonly records: RecordKeeper;
  readonly streaming: Streaming;
  /** In the order they are told: a call's record says that it was streamed. */
  readonly followers: readonly CallFollower[];

  constructor(config: Config, logger: Logger, parts: CallKeepingParts) {
    const { telling, problems, media, directory } = parts;
    this.records = createRecordKeeper(config, logger, problems);
    this.streaming = new Streaming(config, logger, {
      telling,
      problems,
      media,
      keeper: this.records,
      definitionOf: (id) => directory.connectors.get(id)?.definition,
    });
    this.followers = [this.streaming.trunk, createTrunkRecords(config, this.records)];
  }

  start(): void {
    this.records.start();
    this.streaming.start();
  }

  /** To be called when all calls have ended; resolves when everything of them is written, or could not be. */
  async stop(): Promise<void> {
    await this.streaming.stop();
    await this.records.stop();
  }
}
