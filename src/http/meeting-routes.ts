import type { FastifyInstance } from 'fastify';
import { ungroupDigits } from '../../config/field.ts';
import type { MeetingAction } from './meeting-control.ts';
import { Problem } from './problem.ts';
import type { MeetingDetail, ServiceView } from './service-view.ts';

/** What `/` lists of it. */
export const MEETING_CONTROL_ROUTES = [
  { method: 'POST', path: '/meetings/:id/lock', about: 'only 13-digit IDs lead in; unlock ends it' },
  { method: 'POST', path: '/meetings/:id/unlock', about: 'everybody who knows the ID gets in again' },
  {
    method: 'POST',
    path: '/meetings/:id/participants/:callId/mute',
    about: 'mute a participant; unmute ends it',
  },
  {
    method: 'POST',
    path: '/meetings/:id/participants/:callId/unmute',
    about: 'let a participant be heard again',
  },
  {
    method: 'POST',
    path: '/meetings/:id/waiting-room/admit',
    about: 'let in who waits: { callId }, or everybody without a body',
  },
  {
    method: 'POST',
    path: '/meetings/:id/waiting-room/deny',
    about: 'turn away who waits: { callId }, or everybody without a body',
  },
] as const;

type WithId = { Params: { id: string } };
type WithCall = { Params: { id: string; callId: string } };

export function registerMeetingRoutes(server: FastifyInstance, view: ServiceView): void {
  const { meetingControl: control } = view;
  for (const isLocked of [true, false]) {
    server.post<WithId>(`/meetings/:id/${isLocked ? 'lock' : 'unlock'}`, ({ params }) => {
      const id = readMeetingId(params.id);
      return readAction(control.lock(id, isLocked), id);
    });
  }
  for (const isMuted of [true, false]) {
    const verb = isMuted ? 'mute' : 'unmute';
    server.post<WithCall>(`/meetings/:id/participants/:callId/${verb}`, ({ params }) => {
      const id = readMeetingId(params.id);
      return readAction(control.mute(id, params.callId, isMuted), id);
    });
  }
  server.post<WithId>('/meetings/:id/waiting-room/admit', ({ params, body }) => {
    const id = readMeetingId(params.id);
    return readAction(control.letIn(id, readCallId(body)), id);
  });
  server.post<WithId>('/meetings/:id/waiting-room/deny', ({ params, body }) => {
    const id = readMeetingId(params.id);
    return readAction(control.turnAway(id, readCallId(body)), id);
  });
}

export function readMeetingId(written: string): string {
  const id = ungroupDigits(written);
  if (!/^\d{10}$/.test(id)) throw new Problem('malformed-id', 'A meeting ID has 10 digits.');
  return id;
}

export function refuseUnknownMeeting(id: string): never {
  throw new Problem('not-found', `There is no meeting ${id}.`);
}

function readAction(action: MeetingAction | null, id: string): MeetingDetail {
  if (action === null) return refuseUnknownMeeting(id);
  if (action.kind === 'conflict') throw new Problem('conflict', action.detail);
  return action.meeting;
}

/** Null, no body or an empty one: all. */
function readCallId(body: unknown): string | null {
  if (body === undefined || body === null) return null;
  if (typeof body !== 'object' || Array.isArray(body))
    throw new Problem('malformed-id', 'A body is { callId }.');
  const unknown = Object.keys(body).find((key) => key !== 'callId');
  if (unknown !== undefined)
    throw new Problem('malformed-id', `A body is { callId }; ${unknown} is unknown.`);
  const { callId } = body as { callId?: unknown };
  if (callId === undefined) return null;
  if (typeof callId !== 'string') throw new Problem('malformed-id', 'callId is the ID of a call.');
  return callId;
}
