import { createReadStream } from 'node:fs';
import { extname } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { describeIssues } from '../../config/describe-issue.ts';
import { type MeetingConfig, meetingSchema } from '../../config/meeting-schema.ts';
import { PROMETHEUS_CONTENT_TYPE } from '../../metrics/prometheus.ts';
import { CONNECTOR_ROUTES } from './connector-routes.ts';
import {
  MEETING_CONTROL_ROUTES,
  readMeetingId,
  refuseUnknownMeeting,
  registerMeetingRoutes,
} from './meeting-routes.ts';
import { Problem } from './problem.ts';

import type { MeetingDetail, RecordingChange, ServiceView } from './service-view.ts';

const CONTENT_TYPES: Readonly<Record<string, string>> = { '.wav': 'audio/wav', '.flac': 'audio/flac' };

/** What `/` lists. */
export const ROUTES: readonly { readonly method: string; readonly path: string; readonly about: string }[] = [
  { method: 'GET', path: '/status', about: 'health, version, listeners, limits, counters' },
  { method: 'GET', path: '/calls', about: 'calls under way and the last ones that ended' },
  { method: 'GET', path: '/calls/:id', about: 'one call: digits, legs, minutes, why it was refused' },
  { method: 'GET', path: '/meetings', about: 'all meetings' },
  { method: 'POST', path: '/meetings', about: 'make a meeting: { id, title, moderatorPasscode, invitees }' },
  { method: 'GET', path: '/meetings/:id', about: 'one meeting and who takes part' },
  { method: 'POST', path: '/meetings/:id/end', about: 'end a meeting for everybody' },
  { method: 'POST', path: '/meetings/:id/recording/start', about: 'record a meeting; stop ends it' },
  { method: 'POST', path: '/meetings/:id/recording/stop', about: 'end the recording' },
  {
    method: 'GET',
    path: '/meetings/:id/recordings/:file',
    about: 'a recording (.wav or .flac), and who spoke when (.json)',
  },
  ...MEETING_CONTROL_ROUTES,
  ...CONNECTOR_ROUTES,
  { method: 'GET', path: '/metrics', about: 'counters and gauges for Prometheus' },
  { method: 'GET', path: '/events', about: 'WebSocket: everything as it happens' },
];

type WithId = { Params: { id: string } };

export function registerRoutes(server: FastifyInstance, view: ServiceView): void {
  server.get('/', () => ({ service: 'carillon', version: view.status().version, routes: ROUTES }));
  server.get('/status', () => ({ service: 'carillon', ...view.status() }));
  server.get('/calls', () => ({ calls: view.calls() }));
  server.get<WithId>('/calls/:id', ({ params }) => findCall(view, params.id));
  server.get('/meetings', () => ({ meetings: view.meetings() }));
  server.post('/meetings', (request, reply) => {
    const meeting = createMeeting(view, request.body);
    return reply.code(201).header('location', `/meetings/${meeting.id}`).send(meeting);
  });
  server.get<WithId>('/meetings/:id', ({ params }) => findMeeting(view, params.id));
  server.post<WithId>('/meetings/:id/end', async ({ params }) => {
    const id = readMeetingId(params.id);
    return (await view.endMeeting(id)) ?? refuseUnknownMeeting(id);
  });
  server.post<WithId>('/meetings/:id/recording/start', async ({ params }) => {
    const id = readMeetingId(params.id);
    return readChange(await view.startRecording(id), id);
  });
  server.post<WithId>('/meetings/:id/recording/stop', async ({ params }) => {
    const id = readMeetingId(params.id);
    return readChange(await view.stopRecording(id), id);
  });
  server.get<{ Params: { id: string; file: string } }>(
    '/meetings/:id/recordings/:file',
    ({ params }, reply) => {
      const path = view.recordingFile(readMeetingId(params.id), params.file);
      if (path === null) throw new Problem('not-found', `There is no recording ${params.file}.`);
      return reply.type(CONTENT_TYPES[extname(path)] ?? 'application/json').send(createReadStream(path));
    },
  );
  registerMeetingRoutes(server, view);
  server.get('/metrics', (_request, reply) => reply.type(PROMETHEUS_CONTENT_TYPE).send(view.metricsText()));
  server.get('/events', () => {
    throw new Problem('upgrade-required', 'This is a WebSocket: connect with ws://…/events.');
  });
}

function findCall(view: ServiceView, id: string) {
  if (!/^[\w.@-]{1,128}$/.test(id)) throw new Problem('malformed-id', 'That is not the ID of a call.');
  const call = view.call(id);
  if (call === null) throw new Problem('not-found', `There is no call ${id}, or it ended long ago.`);
  return call;
}

function findMeeting(view: ServiceView, written: string): MeetingDetail {
  const id = readMeetingId(written);
  return view.meeting(id) ?? refuseUnknownMeeting(id);
}

function readChange(change: RecordingChange | null, id: string): MeetingDetail {
  switch (change?.kind) {
    case 'done':
      return change.meeting;
    case 'conflict':
      throw new Problem('conflict', change.detail);
    case 'failed':
      throw new Problem('recording-failed', change.detail);
    default:
      return refuseUnknownMeeting(id);
  }
}

function createMeeting(view: ServiceView, body: unknown): MeetingDetail {
  const creation = view.createMeeting(readMeeting(body));
  switch (creation.kind) {
    case 'created':
      return creation.meeting;
    case 'conflict':
      throw new Problem('conflict', creation.detail);
    case 'full':
      throw new Problem('limit-reached', creation.detail);
  }
}

function readMeeting(body: unknown): MeetingConfig {
  const parsed = meetingSchema.safeParse(body);
  if (parsed.success) return parsed.data;
  const issues = describeIssues(parsed.error.issues, { schema: meetingSchema, tree: body, locate: () => '' });
  const sentences = issues.map(({ key, detail }) => (key === '' ? detail : `${key}: ${detail}`));
  throw new Problem('invalid-meeting', sentences.join('; '), issues);
}
