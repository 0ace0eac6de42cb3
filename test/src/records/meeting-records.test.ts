import { describe, expect, it } from 'vitest';
import type { StoredObject } from '../../../metrics/sink/object-file.ts';
import { Meeting } from '../../../src/meeting/meeting.ts';
import { MeetingRecords, type MeetingRecordsOptions } from '../../../src/records/meeting-records.ts';
import { schemaErrors } from '../../support/json-schema.ts';
import { MARY, OPEN, originOf, ROOM_RULES } from '../../support/meeting-room.ts';
import { BUSINESS_CALLING_SCHEMA } from '../../support/record-schemas.ts';

const START_MS = Date.UTC(2026, 10, 25, 8);
const CALLS: Readonly<Record<string, ReturnType<MeetingRecordsOptions['callOf']>>> = {
  room: { protocol: 'H.323', callingUser: 'room', calledUser: '6064724824' },
  telephone: { protocol: 'SIP', callingUser: '+12065550100', calledUser: '6064724824' },
};

class Rig {
  readonly lines: Record<string, unknown>[] = [];
  readonly begun: string[] = [];
  readonly objects: StoredObject[] = [];
  readonly passedOn: string[] = [];
  readonly meeting: Meeting;

  constructor(bucket: string | null = 'bucket') {
    const records = new MeetingRecords({
      accountId: '111122223333',
      bucket,
      keeper: {
        begin: (id) => void this.begun.push(id),
        end: (_id, objects) => void this.objects.push(...objects),
      },
      callOf: (callId) => CALLS[callId] ?? null,
      write: (json) => void this.lines.push(JSON.parse(json)),
      next: {
        meetingChanged: (change) => void this.passedOn.push(change),
        participantChanged: (change) => void this.passedOn.push(change),
      },
    });
    this.meeting = new Meeting({ ...OPEN, invitees: [MARY] }, ROOM_RULES, records);
  }

  join(callId: string, nowMs: number): void {
    this.meeting.admit(originOf(callId, { callerName: callId }));
    this.meeting.join(callId, nowMs);
  }
}

describe('the records of a meeting', () => {
  it('tell how it went, and that a room makes its host an active Pro user', () => {
    const rig = new Rig();
    rig.join('room', START_MS);
    rig.meeting.leave('room', START_MS + 5000);
    expect(rig.lines.map(({ type }) => type)).toEqual([
      'meeting-started',
      'participant-joined',
      'participant-left',
      'meeting-ended',
    ]);
    expect(new Set(rig.lines.map(({ conferenceId }) => conferenceId)).size).toBe(1);
    expect(rig.lines[1]).toMatchObject({ callId: 'room', name: '<room>', protocol: 'H.323' });
    expect(rig.lines.at(-1)).toMatchObject({
      durationMs: 5000,
      participants: 1,
      billing: { host: 'Mary Major', isActivePro: true, because: ['H.323'] },
    });
    expect(rig.passedOn).toEqual([
      'meeting-started',
      'participant-joined',
      'participant-left',
      'meeting-ended',
    ]);
    expect([rig.begun, rig.objects]).toEqual([[], []]);
  });

  it('hold a record of each telephone, written when the meeting is over', () => {
    const rig = new Rig();
    rig.join('room', START_MS);
    rig.join('telephone', START_MS + 1000);
    rig.meeting.leave('telephone', START_MS + 13_500);
    expect([rig.begun.length, rig.objects.length]).toEqual([1, 0]);
    rig.meeting.leave('room', START_MS + 20_000);
    const records = rig.objects.map(({ body }) => JSON.parse(body));
    expect(records).toHaveLength(1);
    expect(schemaErrors(BUSINESS_CALLING_SCHEMA, records[0])).toEqual([]);
    expect(records[0]).toMatchObject({
      CdrId: rig.begun[0],
      CallerPhoneNumber: '+12065550100',
      OrganizerUserId: 'Mary Major',
      BillableDurationSeconds: '18',
      BillableDurationMinutes: '.3',
      ConferenceEndTimeEpochSeconds: `${START_MS / 1000 + 20}`,
    });
  });

  it('are lines alone where there is no bucket', () => {
    const rig = new Rig(null);
    rig.join('telephone', START_MS);
    rig.meeting.leave('telephone', START_MS + 1000);
    expect([rig.begun, rig.objects, rig.lines.length]).toEqual([[], [], 4]);
  });
});
