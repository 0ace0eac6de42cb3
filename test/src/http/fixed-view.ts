import { configSchema } from '../../../config/schema.ts';
import { ConnectorAdministration } from '../../../src/connector/connector-administration.ts';
import { ConnectorDirectory } from '../../../src/connector/connector-directory.ts';
import { KeptChanges } from '../../../src/connector/kept-changes.ts';
import type { MeetingControl } from '../../../src/http/meeting-control.ts';
import type {
  CallDetail,
  CallSummary,
  LiveEvent,
  MeetingDetail,
  RecordingChange,
  ServiceView,
  StatusView,
} from '../../../src/http/service-view.ts';

import { DirectoryControl } from '../../../src/meeting/meeting-control.ts';
import { MeetingDirectory } from '../../../src/meeting/meeting-directory.ts';
import { UNAVAILABLE_RECORDER } from '../../../src/meeting/meeting-recorder.ts';
import { MeetingRig, MODERATED, ROOM_RULES } from '../../support/meeting-room.ts';

export const METRICS_TEXT = '# TYPE carillon_calls_active gauge\ncarillon_calls_active 1\n';

export const CALL: CallSummary = {
  id: '0d6ff11c-6a1c-4a3a-9c80-7f1d3f6f1f10',
  state: 'answered',
  protocol: 'SIP',
  transport: 'UDP',
  calling: 'sip:room@192.0.2.9',
  called: 'sip:6064724824@192.0.2.1',
  remoteAddress: '192.0.2.9',
  remotePort: 5062,
  userAgent: null,
  meetingId: '6064724824',
  arrivedAtMs: 1_700_000_000_000,
  answeredAtMs: 1_700_000_000_100,
  endedAtMs: null,
  codec: 'PCMU',
  mos: 4.38,
  silentForMs: null,
  refusal: null,
};

export const MEETING: MeetingDetail = {
  id: '6064724824',
  title: 'Stand-up',
  state: 'started',
  isLocked: false,
  isRecording: false,
  participantCount: 1,
  maxParticipants: 250,
  startedAtMs: 1_700_000_000_100,
  endedAtMs: null,
  hasModeratorPasscode: true,
  isLarge: false,
  hasWaitingRoom: false,
  participants: [],
  roster: [],
  invitees: [],
  recordings: [],
};

const STATUS: StatusView = {
  health: 'ok',
  problems: [],
  version: '1.2.3',
  nodeVersion: 'v24.0.0',
  startedAtMs: 1_700_000_000_000,
  uptimeSeconds: 5,
  listeners: [],
  limits: [],
  counters: {},
  media: { workers: 1, backend: 'dgram', legs: 1, openSockets: 2, portsFree: 10 },
};

/** A service that always has one call in one meeting. */
export class FixedView implements ServiceView {
  readonly connectors = new ConnectorAdministration(
    new ConnectorDirectory(configSchema.parse({})),
    new KeptChanges(null, () => undefined),
    () => null,
  );
  readonly meetingControl: MeetingControl = new DirectoryControl({
    meetings: new MeetingDirectory([MODERATED], ROOM_RULES, new MeetingRig().listener),
    recordings: UNAVAILABLE_RECORDER,
    now: () => 0,
  });
  readonly listeners = new Set<(event: LiveEvent) => void>();
  /** Replace to make something fail. */
  endMeeting: ServiceView['endMeeting'] = async (id) =>
    id === MEETING.id ? { ...MEETING, state: 'ended' } : null;

  status(): StatusView {
    return STATUS;
  }

  calls(): readonly CallSummary[] {
    return [CALL];
  }

  call(id: string): CallDetail | null {
    const party = { user: 'room', host: '192.0.2.9', uri: 'sip:room@192.0.2.9', displayName: '' };
    const detail = {
      remoteCallId: 'x',
      ringingAtMs: null,
      isConfirmed: true,
      end: null,
      digits: [],
      legs: [],
      qualityReports: [],
    };
    return id === CALL.id ? { ...CALL, ...detail, calling: party, called: party } : null;
  }

  meetings(): readonly MeetingDetail[] {
    return [MEETING];
  }

  meeting(id: string): MeetingDetail | null {
    return id === MEETING.id ? MEETING : null;
  }

  createMeeting({
    id,
    title,
  }: Parameters<ServiceView['createMeeting']>[0]): ReturnType<ServiceView['createMeeting']> {
    if (id === MEETING.id) return { kind: 'conflict', detail: `Meeting ${id} exists already.` };
    if (id === '9999999999') return { kind: 'full', detail: 'limits.maxMeetings are there.' };
    return { kind: 'created', meeting: { ...MEETING, id, title, state: 'idle' } };
  }

  /** What `startRecording` and `stopRecording` come to. */
  recordingChange: RecordingChange = { kind: 'done', meeting: { ...MEETING, isRecording: true } };
  recordingPath: string | null = null;

  async startRecording(id: string): Promise<RecordingChange | null> {
    return id === MEETING.id ? this.recordingChange : null;
  }

  async stopRecording(id: string): Promise<RecordingChange | null> {
    return id === MEETING.id ? this.recordingChange : null;
  }

  recordingFile(): string | null {
    return this.recordingPath;
  }

  metricsText(): string {
    return METRICS_TEXT;
  }

  subscribe(listener: (event: LiveEvent) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  tell(event: LiveEvent): void {
    for (const listener of this.listeners) listener(event);
  }
}
