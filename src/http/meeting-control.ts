import type { MeetingDetail } from './service-view.ts';

/** What may be done to meetings over HTTP besides; null where there is no such meeting. */
export interface MeetingControl {
  lock(meetingId: string, isLocked: boolean): MeetingAction | null;
  mute(meetingId: string, callId: string, isMuted: boolean): MeetingAction | null;
  /** @param callId null for all who wait there */
  letIn(meetingId: string, callId: string | null): MeetingAction | null;
  /** @param callId null for all who wait there */
  turnAway(meetingId: string, callId: string | null): MeetingAction | null;
}

export type MeetingAction =
  | { readonly kind: 'done'; readonly meeting: MeetingDetail }
  /** Nobody is there whom it could concern. */
  | { readonly kind: 'conflict'; readonly detail: string };
