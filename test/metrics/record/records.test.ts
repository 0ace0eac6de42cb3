import { describe, expect, it } from 'vitest';
import {
  type BusinessCall,
  businessCallingRecordKey,
  serializeBusinessCallingRecord,
} from '../../../metrics/record/business-calling-record.ts';
import {
  CALL_DETAIL_FIELDS,
  callDetailRecordKey,
  type DetailedCall,
  serializeCallDetailRecord,
} from '../../../metrics/record/call-detail-record.ts';
import {
  serializeStreamingDetailRecord,
  streamingDetailRecordKey,
} from '../../../metrics/record/streaming-detail-record.ts';
import { schemaErrors } from '../../support/json-schema.ts';
import {
  BUSINESS_CALLING_SCHEMA,
  CALL_DETAIL_SCHEMA,
  STREAMING_DETAIL_SCHEMA,
} from '../../support/record-schemas.ts';

const START_MS = 1_565_399_625_232;
const TRANSACTION_ID = 'e121596b-e5a1-4af5-9bcc-f28d51278cfc';

const CALL: DetailedCall = {
  accountId: '111122223333',
  region: 'us-east-1',
  transactionId: TRANSACTION_ID,
  sipCallId: '123a@203.0.113.9:8080',
  voiceConnectorId: '9frbl3ctuw25zxzhylhsw',
  direction: 'Outbound',
  fromNumber: '+12065550100',
  toNumber: '+4930123456',
  sipAuthUser: 'office',
  isStreaming: true,
  startMs: START_MS,
  answeredAtMs: START_MS + 500,
};
const COMPLETED = { endMs: START_MS + 4000, status: 'Completed', statusMessage: 'OK' } as const;

describe('a call detail record', () => {
  it('has every documented field, in order and of its type', () => {
    const text = serializeCallDetailRecord(CALL, COMPLETED);
    expect(text).toBe(
      '{"AwsAccountId":"111122223333","TransactionId":"e121596b-e5a1-4af5-9bcc-f28d51278cfc",' +
        '"CallId":"123a@203.0.113.9:8080","VoiceConnectorId":"9frbl3ctuw25zxzhylhsw","Status":"Completed",' +
        '"StatusMessage":"OK","SipAuthUser":"office","BillableDurationSeconds":6,"BillableDurationMinutes":0.1,' +
        '"SchemaVersion":"2.0","SourcePhoneNumber":"+12065550100","SourceCountry":"US",' +
        '"DestinationPhoneNumber":"+4930123456","DestinationCountry":"DE",' +
        '"UsageType":"USE1-US-DE-outbound-minutes","ServiceCode":"AmazonChimeVoiceConnector",' +
        '"Direction":"Outbound","StartTimeEpochSeconds":1565399625,"EndTimeEpochSeconds":1565399629,' +
        '"Region":"us-east-1","Streaming":true,"IsProxyCall":false}',
    );
    expect(schemaErrors(CALL_DETAIL_SCHEMA, JSON.parse(text))).toEqual([]);
  });

  it('lies where tools look for it', () => {
    expect(callDetailRecordKey(CALL)).toBe(
      `Amazon-Chime-Voice-Connector-CDRs/json/9frbl3ctuw25zxzhylhsw/2019/08/10/01.13.45.232_${TRANSACTION_ID}`,
    );
  });

  it.each([
    [1000, 'Seconds":6,"BillableDurationMinutes":0.1,'],
    [59_000, 'Seconds":60,"BillableDurationMinutes":1.0,'],
    [599_000, 'Seconds":600,"BillableDurationMinutes":10.0,'],
  ])('writes minutes as a float whole or not (%i ms)', (durationMs, expected) => {
    const endMs = START_MS + 500 + durationMs;
    expect(serializeCallDetailRecord(CALL, { ...COMPLETED, endMs })).toContain(expected);
  });

  it('bills nothing that was never answered, and leaves out a user nobody asked for', () => {
    const unanswered = { ...CALL, answeredAtMs: null, sipAuthUser: null };
    const failed = { ...COMPLETED, status: 'Failed', statusMessage: 'Busy Here' } as const;
    const text = serializeCallDetailRecord(unanswered, failed);
    expect(text).toContain('"BillableDurationSeconds":0,"BillableDurationMinutes":0.0,');
    expect(text).not.toContain('SipAuthUser');
    expect(schemaErrors(CALL_DETAIL_SCHEMA, JSON.parse(text))).toEqual([]);
  });

  it('bills inbound calls by the number that was rung, and unknown countries by none', () => {
    const inbound = {
      ...CALL,
      direction: 'Inbound',
      fromNumber: 'anonymous',
      toNumber: '+12065550100',
    } as const;
    expect(serializeCallDetailRecord(inbound, COMPLETED)).toContain('"USE1-US-inbound-minutes"');
    const toSatellite = { ...CALL, toNumber: '+88161234567' };
    expect(serializeCallDetailRecord(toSatellite, COMPLETED)).toContain('"USE1-US-outbound-minutes"');
  });

  it('loads into the columns of a table: every field has one type, always the same', () => {
    const columns = { string: 'string', integer: 'number', float: 'number', boolean: 'boolean' } as const;
    const record = JSON.parse(serializeCallDetailRecord(CALL, COMPLETED));
    for (const { name, type } of CALL_DETAIL_FIELDS)
      expect([name, typeof record[name]]).toEqual([name, columns[type]]);
  });
});

it('a streaming detail record has every documented field', () => {
  const call = { ...CALL, startMs: START_MS };
  const text = serializeStreamingDetailRecord(call, { endMs: START_MS + 5000, hasFailed: false });
  expect(JSON.parse(text)).toMatchObject({
    Status: 'Completed',
    StatusMessage: 'Streaming succeeded',
    UsageType: 'USE1-VC-kinesis-audio-streaming',
    BillableDurationSeconds: 6,
  });
  expect(schemaErrors(STREAMING_DETAIL_SCHEMA, JSON.parse(text))).toEqual([]);
  expect(streamingDetailRecordKey(call)).toContain(
    'Amazon-Chime-Voice-Connector-SDRs/json/9frbl3ctuw25zxzhylhsw/',
  );
});

describe('a Business Calling record', () => {
  const call: BusinessCall = {
    accountId: '111122223333',
    recordId: TRANSACTION_ID,
    conferenceId: '01234567-0000-4000-8000-000000000001',
    conferencePin: '6064724824',
    organizerUserId: 'Mary Major',
    organizerEmail: '',
    callerNumber: '+12065550100',
    destinationNumber: '+4930123456',
    conferenceStartMs: 1_556_009_595_000,
    conferenceEndMs: 1_556_009_623_000,
    startMs: 1_556_009_601_000,
    endMs: 1_556_009_623_000,
    direction: 'Inbound',
  };

  it('has every documented field, as strings', () => {
    const record = JSON.parse(serializeBusinessCallingRecord(call));
    expect(schemaErrors(BUSINESS_CALLING_SCHEMA, record)).toEqual([]);
    expect(record).toMatchObject({
      CallerCountry: 'US',
      DestinationCountry: 'DE',
      ConferenceStartTimeEpochSeconds: '1556009595',
      EndTimeEpochSeconds: '1556009623',
      BillableDurationSeconds: '24',
      BillableDurationMinutes: '.4',
    });
  });

  it.each([
    [0, '0'],
    [60_000, '1'],
    [66_000, '1.1'],
  ])('prints the minutes of %i ms as AWS does: %s', (durationMs, minutes) => {
    const record = JSON.parse(serializeBusinessCallingRecord({ ...call, endMs: call.startMs + durationMs }));
    expect(record.BillableDurationMinutes).toBe(minutes);
  });

  it('lies by account and day', () => {
    expect(businessCallingRecordKey(call)).toBe(
      'Amazon-Chime-Business-Calling-CDRs/json/111122223333/2019/04/23/' +
        `01234567-0000-4000-8000-000000000001_2019-04-23-08.53.21.000_${TRANSACTION_ID}`,
    );
  });
});
