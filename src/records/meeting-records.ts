import { randomUUID } from 'node:crypto';
import { countryOfNumber } from '../../metrics/calling-code.ts';
import type { CallProtocol } from '../../signaling/call-leg.ts';
import type { Meeting } from '../meeting/meeting.ts';
import type { MeetingChange, MeetingListener, ParticipantChange } from '../meeting/meeting-listener.ts';
import type { Participant } from '../meeting/participant.ts';
import { type JoinedCall, meetingRecord } from './pending-call.ts';
import type { RecordKeeper } from './record-keeper.ts';

/** What a call into a meeting looked like from outside. */
interface JoiningCall {
  readonly protocol: CallProtocol;
  readonly callingUser: string;
  readonly calledUser: string;
}

export interface MeetingRecordsOptions {
  readonly accountId: string;
  /** Of Business Calling records; null writes none. */
  readonly bucket: string | null;
  readonly keeper: Pick<RecordKeeper, 'begin' | 'end'>;
  readonly next: MeetingListener;
  callOf(callId: string): JoiningCall | null;
  /** Takes a line of the meeting log. */
  write(json: string, atMs: number): void;
}

/** A meeting from start to end. */
interface Session {
  readonly conferenceId: string;
  readonly startMs: number;
  readonly protocols: Set<CallProtocol>;
  readonly joined: Map<string, JoinedCall>;
  readonly left: (JoinedCall & { readonly endMs: number })[];
  participants: number;
}

/**
 * Keeps how meetings went, who is billed for them, and the call detail records of telephones that were in them; and
 * passes everything on.
 */
export class MeetingRecords implements MeetingListener {
  readonly #options: MeetingRecordsOptions;
  readonly #sessions = new Map<string, Session>();

  constructor(options: MeetingRecordsOptions) {
    this.#options = options;
  }

  meetingChanged(change: MeetingChange, meeting: Meeting, nowMs: number): void {
    if (change === 'meeting-started') this.#noteStarted(meeting, nowMs);
    if (change === 'meeting-ended') this.#noteEnded(meeting, nowMs);
    this.#options.next.meetingChanged(change, meeting, nowMs);
  }

  participantChanged(
    change: ParticipantChange,
    meeting: Meeting,
    participant: Participant,
    nowMs: number,
  ): void {
    if (change === 'participant-joined') this.#noteJoined(meeting, participant, nowMs);
    // Who only waited is not in the records.
    if (change === 'participant-left' && participant.joinedAtMs !== null) {
      this.#noteLeft(meeting, participant, nowMs);
    }
    this.#options.next.participantChanged(change, meeting, participant, nowMs);
  }

  #noteStarted(meeting: Meeting, nowMs: number): void {
    this.#sessions.set(meeting.id, {
      conferenceId: randomUUID(),
      startMs: nowMs,
      protocols: new Set(),
      joined: new Map(),
      left: [],
      participants: 0,
    });
    this.#tell('meeting-started', meeting, nowMs, {});
  }

  #noteJoined(meeting: Meeting, participant: Participant, nowMs: number): void {
    const session = this.#sessions.get(meeting.id);
    if (session === undefined) return;
    const call = this.#options.callOf(participant.callId);
    session.participants++;
    if (call !== null) session.protocols.add(call.protocol);
    this.#tell('participant-joined', meeting, nowMs, {
      ...describe(participant),
      protocol: call?.protocol ?? null,
    });
    if (call === null || countryOfNumber(call.callingUser) === null) return;
    const joined = this.#describeCall(meeting, session, call, nowMs);
    session.joined.set(participant.callId, joined);
    const { bucket, keeper } = this.#options;
    if (bucket !== null) keeper.begin(joined.recordId, { kind: 'meeting', bucket, call: joined });
  }

  #noteLeft(meeting: Meeting, participant: Participant, nowMs: number): void {
    const session = this.#sessions.get(meeting.id);
    this.#tell('participant-left', meeting, nowMs, describe(participant));
    const joined = session?.joined.get(participant.callId);
    if (session === undefined || joined === undefined) return;
    session.joined.delete(participant.callId);
    session.left.push({ ...joined, endMs: nowMs });
  }

  #noteEnded(meeting: Meeting, nowMs: number): void {
    const session = this.#sessions.get(meeting.id);
    if (session === undefined) return;
    this.#tell('meeting-ended', meeting, nowMs, {
      durationMs: nowMs - session.startMs,
      participants: session.participants,
      billing: billingOf(meeting, session),
    });
    this.#sessions.delete(meeting.id);
    const { bucket, keeper } = this.#options;
    if (bucket === null) return;
    for (const call of session.left) {
      keeper.end(call.recordId, [meetingRecord(bucket, { ...call, conferenceEndMs: nowMs })]);
    }
  }

  #describeCall(meeting: Meeting, session: Session, call: JoiningCall, nowMs: number): JoinedCall {
    const { callingUser, calledUser } = call;
    return {
      accountId: this.#options.accountId,
      recordId: randomUUID(),
      conferenceId: session.conferenceId,
      conferencePin: meeting.id,
      organizerUserId: hostOf(meeting),
      organizerEmail: '',
      callerNumber: callingUser,
      destinationNumber: countryOfNumber(calledUser) === null ? '' : calledUser,
      conferenceStartMs: session.startMs,
      startMs: nowMs,
      direction: 'Inbound',
    };
  }

  #tell(type: string, meeting: Meeting, atMs: number, details: object): void {
    const conferenceId = this.#sessions.get(meeting.id)?.conferenceId ?? null;
    const head = { type, atMs, conferenceId, meetingId: meeting.id, title: meeting.definition.title };
    this.#options.write(JSON.stringify({ ...head, ...details }), atMs);
  }
}

function describe({ callId, name, isModerator }: Participant) {
  return { callId, name, isModerator };
}

/** A host is an active Pro user on a day when a room system (SIP or H.323) was in a meeting of theirs. */
function billingOf(meeting: Meeting, { protocols }: Session) {
  return { host: hostOf(meeting), isActivePro: protocols.size > 0, because: [...protocols].sort() };
}

function hostOf({ definition }: Meeting): string {
  return definition.invitees.find(({ role }) => role === 'host')?.name ?? '';
}
