import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { ConfigError } from '../config/config-error.ts';
import type { Config } from '../config/schema.ts';
import { createMediaEngine, type WorkerMediaEngine } from '../media/engine/media-engine.ts';
import { MediaBackendUnavailable } from '../media/engine/media-leg.ts';
import { readClips } from '../media/prompt/read-clips.ts';
import { FileSink } from '../metrics/sink/file.ts';
import type { Call } from './call/call.ts';
import { CallJournal } from './call/call-journal.ts';
import { CallLimits } from './call/call-limits.ts';
import type { CallRegistry } from './call/call-registry.ts';
import { after } from './connector-parts.ts';
import type { Guessing } from './guessing/guessing.ts';
import type { HepExport } from './hep/hep-export.ts';
import { InboundCalls } from './inbound-calls.ts';
import { GuardedLookup } from './meeting/guarded-lookup.ts';
import { Keypad } from './meeting/keypad.ts';
import type { Meeting } from './meeting/meeting.ts';
import type { MeetingDirectory } from './meeting/meeting-directory.ts';
import type { RecordingDesk } from './meeting/recording-desk.ts';
import type { Problems } from './problems.ts';
import { MeetingRecordings } from './recording/meeting-recordings.ts';
import { literalAddress, mediaOptions, roomRules } from './service-options.ts';
import { Telling } from './telling.ts';

/** Topic among the problems of `/status`. */
const RECORDINGS = 'recordings';

/** Files that cannot be written are told in the log and in `/status`, and cost no call. */
export function createTelling(
  config: Config,
  logger: Logger,
  problems: Problems,
  isLogged: (voiceConnectorId: string) => boolean,
): Telling {
  const { metrics, region, rooms, dataDirectory } = config;
  const files = new FileSink({
    directory: dataDirectory,
    onTrouble: ({ kind, place, code, detail }) => {
      if (kind === 'failing') {
        problems.raise(place, `${place} cannot be written (${code}): ${detail}`);
        logger.error({ place, code, detail }, 'logs cannot be written');
      } else {
        problems.settle(place);
        logger.info({ place }, 'logs can be written again');
      }
    },
  });
  const { periodSeconds } = metrics;
  const sinks = metrics.sinks.files ? [files] : [];
  const roomsConnectorId = rooms.connectorId;
  return new Telling({ region, roomsConnectorId, periodSeconds, sinks, isLogged }, Date.now());
}

/** @param hep is shown all RTCP; null for nobody */
export function createMedia(config: Config, logger: Logger, hep: HepExport | null): WorkerMediaEngine {
  return createMediaEngine({
    ...mediaOptions(config),
    ...(hep === null ? {} : { onRtcp: (seen) => hep.rtcp(seen) }),
    clips: readClips(),
    onBackendFallback: (taken, reason) =>
      taken === 'koffi'
        ? logger.info({ reason }, 'media uses a system call for each packet: io_uring cannot be had')
        : logger.warn(
            { reason },
            'media uses dgram sockets: koffi, with kernel arrival times, cannot be had',
          ),
    onWorkerLost: (loss) =>
      logger.error(loss, 'a media worker died; its calls ended and it was started anew'),
  });
}

/** @throws ConfigError where `media.backend` asks for what this machine does not have */
export async function startMedia(media: Pick<WorkerMediaEngine, 'start'>): Promise<void> {
  try {
    await media.start();
  } catch (error) {
    if (!(error instanceof MediaBackendUnavailable)) throw error;
    const detail = `it cannot be had here: ${error.message}. Set it to auto or dgram`;
    throw new ConfigError([{ key: 'media.backend', source: '', detail }]);
  }
}

/** Recordings that fail are told in the log and in `/status`; the next one that begins settles it. */
export function createRecordings(
  { dataDirectory, recordings }: Config,
  logger: Logger,
  parts: {
    readonly telling: Telling;
    readonly media: WorkerMediaEngine;
    readonly problems: Problems;
    readonly calls: CallRegistry;
    meeting(id: string): Meeting | undefined;
  },
): MeetingRecordings {
  const { telling, problems, calls } = parts;
  return new MeetingRecordings({
    isEnabled: recordings.enabled,
    format: recordings.format,
    dataDirectory,
    media: parts.media,
    nameOf: (meetingId, callId) => {
      const { participants = [] } = parts.meeting(meetingId) ?? {};
      const caller = calls.get(callId)?.leg.calling;
      return participants.find((one) => one.callId === callId)?.name ?? caller?.displayName ?? null;
    },
    observer: {
      recordingStarted: (meetingId, recording, atMs) => {
        problems.settle(RECORDINGS);
        logger.info({ meetingId, file: recording.file }, 'recording started');
        telling.event({ type: 'recording-started', atMs, meetingId, recording });
      },
      recordingStopped: (meetingId, recording, atMs) => {
        logger.info({ meetingId, file: recording.file, failure: recording.failure }, 'recording stopped');
        telling.event({ type: 'recording-stopped', atMs, meetingId, recording });
      },
      recordingTrouble: (meetingId, detail) => {
        problems.raise(RECORDINGS, `Meeting ${meetingId} cannot be recorded: ${detail}`);
        logger.error({ meetingId, detail }, 'a recording cannot be written');
      },
    },
    now: Date.now,
  });
}

/** Where INVITEs arrive: the desk with everything their story needs. */
export function createInboundCalls(
  config: Config,
  logger: Logger,
  parts: {
    readonly telling: Telling;
    readonly media: WorkerMediaEngine;
    readonly calls: CallRegistry;
    readonly meetings: MeetingDirectory;
    readonly guessing: Guessing;
    readonly recordings: RecordingDesk;
    readonly onCallEnded: (call: Call, nowMs: number) => void;
  },
): InboundCalls {
  const { address, advertisedAddress } = config.sip;
  const lookup = new GuardedLookup({
    meetings: parts.meetings,
    guessing: parts.guessing,
    now: Date.now,
    pause: delay,
  });
  return new InboundCalls({
    lookup,
    keypad: new Keypad(lookup, parts.recordings, Date.now),
    rules: roomRules(config),
    calls: parts.calls,
    media: parts.media,
    limits: new CallLimits(config.limits),
    observer: new CallJournal(logger, parts.telling, parts.onCallEnded),
    options: {
      mediaBindAddress: address,
      endOnSilence: config.media.endOnSilence,
      mediaAddressFor: ({ protocol, localAddress }) => {
        if (protocol === 'H.323') return literalAddress(advertisedAddress, localAddress);
        return advertisedAddress === 'auto' ? localAddress : advertisedAddress;
      },
    },
    now: Date.now,
    after,
  });
}
