/**
 * What the HTTP server may ask of the service: plain data, ready to be JSON. Times are Unix milliseconds,
 * `null` is "not yet" or "not measured".
 */
import type { MeetingConfig } from '../../config/meeting-schema.ts';
import type { ToldDigit } from '../../media/dtmf/digit-merge.ts';
import type { MediaEngineStatistics } from '../../media/engine/media-leg.ts';
import type { LegReport } from '../../media/quality/leg-report.ts';
import type { SrtpFailureCounts } from '../../media/srtp/srtp-failure.ts';
import type { FailureReason } from '../../signaling/call-failure.ts';
import type { CallEnd, CallParty, CallProtocol, SignalingTransport } from '../../signaling/call-leg.ts';
import type { QualityReport } from '../../signaling/quality-report/quality-report.ts';
import type { NegotiatedAudio } from '../../signaling/session-description.ts';
import type { PressedDigit } from '../call/digit-transcript.ts';
import type { GuessFailure } from '../guessing/guessing.ts';
import type { BoundListener } from '../listener.ts';
import type { MeetingChange, ParticipantChange } from '../meeting/meeting-listener.ts';
import type { RecordingSegment } from '../meeting/meeting-recorder.ts';
import type { ConnectorsView } from './connectors-view.ts';
import type { MeetingControl } from './meeting-control.ts';

export interface ServiceView {
  readonly connectors: ConnectorsView;
  readonly meetingControl: MeetingControl;
  status(): StatusView;
  /** Calls under way and the last ones that ended, oldest first. */
  calls(): readonly CallSummary[];
  call(id: string): CallDetail | null;
  meetings(): readonly MeetingSummary[];
  /** @param id 10 digits. */
  meeting(id: string): MeetingDetail | null;
  createMeeting(definition: MeetingConfig): MeetingCreation;
  /** Ends it for everybody; null when there is no such meeting. */
  endMeeting(id: string): Promise<MeetingDetail | null>;
  /** Begins a recording of a meeting that is under way; null when there is no such meeting. */
  startRecording(id: string): Promise<RecordingChange | null>;
  /** Ends it; null when there is no such meeting. */
  stopRecording(id: string): Promise<RecordingChange | null>;
  /** Path of a file of a recording, by its name; null when there is none. */
  recordingFile(id: string, name: string): string | null;
  /** Everything for Prometheus, in its text format. */
  metricsText(): string;
  /** Tells every event from now on, on the spot; the function returned ends it. */
  subscribe(listener: (event: LiveEvent) => void): () => void;
}

export interface StatusView {
  /** `degraded`: calls are taken, but something of `problems` should be looked at. */
  readonly health: 'ok' | 'degraded' | 'stopping';
  /** For a person, one line each. */
  readonly problems: readonly string[];
  readonly version: string;
  readonly nodeVersion: string;
  readonly startedAtMs: number;
  readonly uptimeSeconds: number;
  readonly listeners: readonly BoundListener[];
  readonly limits: readonly LimitView[];
  /** Running totals since the start, by name, for example `callsRefused`. */
  readonly counters: Readonly<Record<string, number>>;
  readonly media: MediaEngineStatistics;
}

export interface LimitView {
  /** Its key, for example `limits.maxCalls`. */
  readonly key: string;
  readonly used: number;
  readonly allowed: number;
  /** How often it said no. */
  readonly refused: number;
}

export interface CallSummary {
  readonly id: string;
  readonly state: 'arrived' | 'ringing' | 'answered' | 'refused' | 'ended';
  readonly protocol: CallProtocol;
  readonly transport: SignalingTransport;
  /** URI or alias, as written. */
  readonly calling: string;
  readonly called: string;
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly userAgent: string | null;
  readonly meetingId: string | null;
  readonly arrivedAtMs: number;
  readonly answeredAtMs: number | null;
  readonly endedAtMs: number | null;
  readonly codec: string | null;
  /** Conversational, of the last minute. */
  readonly mos: number | null;
  /** Milliseconds without RTP; null while the leg is heard. */
  readonly silentForMs: number | null;
  readonly refusal: RefusalView | null;
}

/** Why a call was refused. */
interface RefusalView {
  readonly reason: FailureReason;
  readonly sipStatus: number;
  readonly q850Cause: number;
  /** One sentence for a person. */
  readonly detail: string;
}

export interface CallDetail extends Omit<CallSummary, 'calling' | 'called'> {
  /** Call-ID or callIdentifier of the other side. */
  readonly remoteCallId: string;
  readonly calling: CallParty;
  readonly called: CallParty;
  readonly ringingAtMs: number | null;
  readonly isConfirmed: boolean;
  readonly end: CallEnd | null;
  /** Each press once: how it came, and what it did or why it was ignored. */
  readonly digits: readonly PressedDigit[];
  readonly legs: readonly LegView[];
  /** What telephones published about the call (RFC 6035), oldest first. */
  readonly qualityReports: readonly QualityReportView[];
}

interface QualityReportView {
  readonly atMs: number;
  readonly remoteAddress: string;
  readonly publisher: string;
  readonly report: QualityReport;
}

interface LegView {
  readonly id: string;
  readonly audio: Omit<NegotiatedAudio, 'security'> | null;
  /** Null until media is agreed on, and over H.323, which knows none here. */
  readonly encryption: EncryptionView | null;
  readonly localRtpPort: number | null;
  /** Packets from an address that is not the negotiated one. */
  readonly refusedSourcePackets: number;
  /** One report a minute, oldest first. */
  readonly minutes: readonly LegReport[];
}

/** How the media is protected on the way. */
export interface EncryptionView {
  /** As RFC 4568 and RFC 7714 name it; null where the media goes in clear. */
  readonly suite: string | null;
  readonly keyLengthBits: number | null;
  readonly offeredSuites: readonly string[];
  /** By reason; null where none was. */
  readonly refusedPackets: SrtpFailureCounts | null;
  /** Sentences for a person. */
  readonly notes: readonly string[];
}

export interface MeetingSummary {
  readonly id: string;
  readonly title: string;
  readonly state: 'idle' | 'waiting' | 'started' | 'ended';
  readonly isLocked: boolean;
  readonly isRecording: boolean;
  readonly participantCount: number;
  readonly maxParticipants: number;
  readonly startedAtMs: number | null;
  readonly endedAtMs: number | null;
}

export interface MeetingDetail extends MeetingSummary {
  /** Whether a passcode exists; the passcode itself is never shown. */
  readonly hasModeratorPasscode: boolean;
  /** Whether newcomers are muted and tones silent. */
  readonly isLarge: boolean;
  readonly hasWaitingRoom: boolean;
  /** Everybody with a seat, those who wait included. */
  readonly participants: readonly ParticipantView[];
  /** What attendees see: nobody before the meeting has started. */
  readonly roster: readonly string[];
  readonly invitees: readonly { readonly name: string; readonly role: string }[];
  /** For the host: what was recorded, oldest first; the files are at `/meetings/:id/recordings/`. */
  readonly recordings: readonly RecordingSegment[];
}

export interface ParticipantView {
  readonly callId: string;
  /** As in the roster: people plain, rooms and telephones in angle brackets. */
  readonly name: string;
  /** `waiting`: until a moderator starts the meeting; `waiting-room`: until somebody lets them in. */
  readonly state: 'joining' | 'waiting-room' | 'waiting' | 'joined';
  readonly device: 'room-system' | 'telephone';
  readonly isModerator: boolean;
  readonly isMuted: boolean;
  readonly hears: 'nothing' | 'hold-music' | 'meeting';
  /** Codes and entries that would be obeyed now. */
  readonly mayPress: readonly string[];
  readonly joinedAtMs: number | null;
}

export type MeetingCreation =
  | { readonly kind: 'created'; readonly meeting: MeetingDetail }
  /** An ID or PIN is taken. */
  | { readonly kind: 'conflict'; readonly detail: string }
  /** `limits.maxMeetings` are there. */
  | { readonly kind: 'full'; readonly detail: string };

export type RecordingChange =
  | { readonly kind: 'done'; readonly meeting: MeetingDetail }
  /** Nothing is there to be started or stopped. */
  | { readonly kind: 'conflict'; readonly detail: string }
  /** It cannot be written, or the configuration forbids it. */
  | { readonly kind: 'failed'; readonly detail: string };

/** What `/events` tells as it happens. */
export type LiveEvent =
  | {
      readonly type: 'call-arrived' | 'call-ringing' | 'call-answered' | 'call-refused' | 'call-ended';
      readonly atMs: number;
      readonly call: CallSummary;
    }
  | {
      readonly type: 'leg-report';
      readonly atMs: number;
      readonly callId: string;
      readonly report: LegReport;
    }
  | {
      /** A telephone published how a call was; `callId` is null where none of ours has that Call-ID. */
      readonly type: 'quality-report';
      readonly atMs: number;
      readonly callId: string | null;
      readonly remoteAddress: string;
      readonly publisher: string;
      readonly report: QualityReport;
    }
  | { readonly type: 'digit'; readonly atMs: number; readonly callId: string; readonly digit: ToldDigit }
  | {
      readonly type: 'media-silent' | 'media-heard';
      readonly atMs: number;
      readonly callId: string;
      readonly silentForMs: number;
    }
  | {
      readonly type: 'media-source-refused';
      readonly atMs: number;
      readonly callId: string;
      readonly address: string;
      readonly port: number;
      readonly packets: number;
    }
  | {
      readonly type: 'meeting-created' | MeetingChange;
      readonly atMs: number;
      readonly meeting: MeetingSummary;
    }
  | {
      readonly type: ParticipantChange;
      readonly atMs: number;
      readonly meeting: MeetingSummary;
      readonly participant: ParticipantView;
    }
  | {
      readonly type: 'recording-started' | 'recording-stopped';
      readonly atMs: number;
      readonly meetingId: string;
      readonly recording: RecordingSegment;
    }
  | ({
      /** A meeting ID, a 13-digit ID or a passcode was wrong; which one was tried is not told. */
      readonly type: 'guess-failed';
    } & GuessFailure)
  | {
      /** Refused before there was a call: a malformed message, a limit of the transport, a wrong password. */
      readonly type: 'request-refused';
      readonly atMs: number;
      readonly reason: string;
      readonly detail: string;
      readonly remoteAddress: string;
    };
