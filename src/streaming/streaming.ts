import type { Logger } from 'pino';
import type { Config } from '../../config/schema.ts';
import type { MediaEngine } from '../../media/engine/media-leg.ts';
import type { VoiceConnectorDefinition } from '../connector/definition.ts';
import type { StreamOpener } from '../connector/recording-description.ts';
import type { Problems } from '../problems.ts';
import type { RecordKeeper } from '../records/record-keeper.ts';
import type { Telling } from '../telling.ts';
import { StreamPool } from './stream-pool.ts';
import { StreamRetention } from './stream-retention.ts';
import type { StreamingDesk } from './streaming-desk.ts';
import { StreamingSession } from './streaming-session.ts';
import { TrunkStreaming } from './trunk-streaming.ts';

/** Topic among the problems of `/status`. */
const TOPIC = 'streams';

interface StreamingParts {
  readonly media: Pick<MediaEngine, 'record'>;
  readonly telling: Telling;
  readonly keeper: RecordKeeper;
  readonly problems: Problems;
  definitionOf(voiceConnectorId: string): VoiceConnectorDefinition | undefined;
}

/** The streams of all connectors, in place of Kinesis Video Streams. */
export class Streaming {
  readonly trunk: TrunkStreaming;
  /** Of recording sessions. */
  readonly sessions: StreamOpener;
  readonly #retention: StreamRetention;

  constructor(config: Config, logger: Logger, parts: StreamingParts) {
    const { definitionOf } = parts;
    const desk = createDesk(config, logger, parts);
    this.sessions = { open: (call, parties) => new StreamingSession(desk, call, parties) };
    this.trunk = new TrunkStreaming(desk, (id) => {
      const streaming = definitionOf(id)?.streaming;
      return streaming !== undefined && !streaming.disabled;
    });
    this.#retention = new StreamRetention(
      config.dataDirectory,
      (id) => definitionOf(id)?.streaming.dataRetentionInHours ?? null,
    );
  }

  start(): void {
    this.#retention.start();
  }

  /** Resolves when the streams of the calls that have ended are whole. */
  async stop(): Promise<void> {
    this.#retention.stop();
    await this.trunk.settle();
  }
}

/** A stream that cannot be written is told in the log and in `/status`, and costs no call. */
function createDesk(config: Config, logger: Logger, parts: StreamingParts): StreamingDesk {
  const { account, region, dataDirectory, callDetailRecords } = config;
  const { media, telling, keeper, problems } = parts;
  return {
    origin: { accountId: account, region },
    dataDirectory,
    media,
    pool: new StreamPool(dataDirectory, region, account),
    keeper,
    bucket: callDetailRecords.voiceConnectorBucket,
    writeEvent: (json, atMs) => telling.write({ kind: 'events' }, json, atMs),
    onTrouble: (detail) => {
      if (detail === null) problems.settle(TOPIC);
      else {
        problems.raise(TOPIC, `A stream cannot be written: ${detail}`);
        logger.error({ detail }, 'a stream cannot be written');
      }
    },
    now: Date.now,
  };
}
