import type { MeetingConfig } from '../config/meeting-schema.ts';
import type { Config } from '../config/schema.ts';
import type { MediaEngine } from '../media/engine/media-leg.ts';
import packageDescription from '../package.json' with { type: 'json' };
import type { CallRegistry } from './call/call-registry.ts';
import { callDetail, callSummary } from './call/call-view.ts';
import type { ConnectorAdministration } from './connector/connector-administration.ts';
import type { Guessing } from './guessing/guessing.ts';
import type { MeetingControl } from './http/meeting-control.ts';
import type {
  CallDetail,
  CallSummary,
  LimitView,
  LiveEvent,
  MeetingCreation,
  MeetingDetail,
  MeetingSummary,
  RecordingChange,
  ServiceView,
  StatusView,
} from './http/service-view.ts';
import type { BoundListener } from './listener.ts';
import type { Meeting } from './meeting/meeting.ts';
import { DirectoryControl } from './meeting/meeting-control.ts';
import { MeetingConflict, type MeetingDirectory } from './meeting/meeting-directory.ts';
import { meetingDetail, meetingSummary } from './meeting/meeting-view.ts';
import type { RecordingDesk } from './meeting/recording-desk.ts';
import type { MeetingRecordings } from './recording/meeting-recordings.ts';
import type { SipStack } from './sip-stack.ts';
import type { Telling } from './telling.ts';

/** The parts of the running service that the view looks at. */
export interface ServiceParts {
  readonly config: Config;
  readonly calls: CallRegistry;
  readonly meetings: MeetingDirectory;
  readonly media: MediaEngine;
  readonly recordings: MeetingRecordings;
  readonly guessing: Guessing;
  readonly recordingDesk: RecordingDesk;
  readonly telling: Telling;
  readonly sip: SipStack;
  readonly startedAtMs: number;
  isStopping(): boolean;
  listeners(): readonly BoundListener[];
  /** What is not as it should be, for a person. */
  problems(): readonly string[];
  /** Resolves when nobody of a meeting that was ended is left. */
  untilGone(meetingId: string): Promise<void>;
  /** There is an ID more that can be dialed. */
  onMeetingCreated(): void;
  readonly connectors: ConnectorAdministration;
}

/** The service as HTTP shows it. */
export class RunningServiceView implements ServiceView {
  readonly #parts: ServiceParts;
  readonly meetingControl: MeetingControl;

  constructor(parts: ServiceParts) {
    this.#parts = parts;
    this.meetingControl = new DirectoryControl({ ...parts, now: Date.now });
  }

  get connectors(): ConnectorAdministration {
    return this.#parts.connectors;
  }

  status(): StatusView {
    const { media, startedAtMs } = this.#parts;
    const problems = this.#parts.problems();
    const health = problems.length === 0 ? 'ok' : 'degraded';
    return {
      health: this.#parts.isStopping() ? 'stopping' : health,
      problems,
      version: packageDescription.version,
      nodeVersion: process.version,
      startedAtMs,
      uptimeSeconds: Math.floor((Date.now() - startedAtMs) / 1000),
      listeners: this.#parts.listeners(),
      limits: this.#limits(),
      counters: this.#counters(),
      media: media.statistics(),
    };
  }

  calls(): readonly CallSummary[] {
    return this.#parts.calls.all().map(callSummary);
  }

  call(id: string): CallDetail | null {
    const call = this.#parts.calls.get(id);
    return call === undefined ? null : callDetail(call);
  }

  meetings(): readonly MeetingSummary[] {
    const { meetings, recordings } = this.#parts;
    return meetings.all().map((meeting) => meetingSummary(meeting, recordings.isRecording(meeting.id)));
  }

  meeting(id: string): MeetingDetail | null {
    const meeting = this.#parts.meetings.get(id);
    return meeting === undefined ? null : meetingDetail(meeting, this.#parts.recordings.segments(id));
  }

  createMeeting(definition: MeetingConfig): MeetingCreation {
    const { meetings, config, telling } = this.#parts;
    const { maxMeetings } = config.limits;
    if (meetings.all().length >= maxMeetings) {
      return {
        kind: 'full',
        detail: `${maxMeetings} meetings are known, as many as limits.maxMeetings allows.`,
      };
    }
    try {
      const meeting = meetings.create(definition);
      this.#parts.onMeetingCreated();
      telling.event({ type: 'meeting-created', atMs: Date.now(), meeting: meetingSummary(meeting) });
      return { kind: 'created', meeting: meetingDetail(meeting, []) };
    } catch (error) {
      if (error instanceof MeetingConflict) return { kind: 'conflict', detail: error.message };
      throw error;
    }
  }

  async endMeeting(id: string): Promise<MeetingDetail | null> {
    const meeting = this.#parts.meetings.get(id);
    if (meeting === undefined) return null;
    meeting.endForAll(Date.now());
    await this.#parts.untilGone(id);
    return this.meeting(id);
  }

  async startRecording(id: string): Promise<RecordingChange | null> {
    const { meetings, recordingDesk } = this.#parts;
    const meeting = meetings.get(id);
    if (meeting === undefined) return null;
    if (meeting.state !== 'started')
      return { kind: 'conflict', detail: `Nobody takes part in meeting ${id}.` };
    if (meeting.recording !== 'off') return { kind: 'conflict', detail: `Meeting ${id} is being recorded.` };
    const start = await recordingDesk.start(meeting, null, Date.now());
    if (start.kind === 'refused') return { kind: 'failed', detail: start.detail };
    return this.#done(meeting);
  }

  async stopRecording(id: string): Promise<RecordingChange | null> {
    const { meetings, recordingDesk } = this.#parts;
    const meeting = meetings.get(id);
    if (meeting === undefined) return null;
    if (meeting.recording === 'off') return { kind: 'conflict', detail: `Meeting ${id} is not recorded.` };
    await recordingDesk.stop(meeting, Date.now());
    return this.#done(meeting);
  }

  #done(meeting: Meeting): RecordingChange {
    const segments = this.#parts.recordings.segments(meeting.id);
    return { kind: 'done', meeting: meetingDetail(meeting, segments) };
  }

  recordingFile(id: string, name: string): string | null {
    return this.#parts.recordings.fileOf(id, name);
  }

  metricsText(): string {
    return this.#parts.telling.prometheusText();
  }

  subscribe(listener: (event: LiveEvent) => void): () => void {
    return this.#parts.telling.subscribe(listener);
  }

  #limits(): readonly LimitView[] {
    const { config, calls, meetings, telling } = this.#parts;
    const { transport, transactions } = this.#parts.sip;
    const { limits, sip } = config;
    const limit = (key: string, used: number, allowed: number): LimitView => ({
      key,
      used,
      allowed,
      refused: telling.limitHits(key),
    });
    return [
      limit('limits.maxCalls', calls.activeCount, limits.maxCalls),
      limit('limits.maxCallsPerSecond', 0, limits.maxCallsPerSecond),
      limit('limits.maxMeetings', meetings.all().length, limits.maxMeetings),
      limit('sip.maxConnections', transport.statistics().connections, sip.maxConnections),
      limit('sip.maxTransactions', transactions.size, sip.maxTransactions),
    ];
  }

  #counters(): Readonly<Record<string, number>> {
    const { transport, transactions, userAgent, clock } = this.#parts.sip;
    const guesses = this.#parts.guessing.statistics;
    const wire = transport.statistics();
    const { retransmissionsReceived, retransmissionsSent, mergedRequests, overloaded, strayResponses } =
      transactions.statistics();
    const malformed = Object.values(wire.malformedByReason).reduce((sum, count) => sum + count, 0);
    return {
      guessesFailed: guesses.failed,
      guessesDelayed: guesses.delayed,
      guessesRefused: guesses.refused,
      sipMessagesReceived: wire.messagesReceived,
      sipMessagesSent: wire.messagesSent,
      sipMalformed: malformed,
      sipRetransmissionsReceived: retransmissionsReceived,
      sipRetransmissionsSent: retransmissionsSent,
      sipMergedRequests: mergedRequests,
      sipOverloaded: overloaded,
      sipStrayResponses: strayResponses,
      sipRequestsRefused: userAgent.statistics.refused,
      sipDialogs: userAgent.statistics.dialogs,
      sipTimers: clock.size,
    };
  }
}
