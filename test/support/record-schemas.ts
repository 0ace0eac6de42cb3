/** The records as AWS documents them, written down apart from the code that makes them. */
import { closedObject } from './json-schema.ts';

const string = { type: 'string' };
const integer = { type: 'integer', minimum: 0 };
const uuid = { type: 'string', pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' };
const connectorId = { type: 'string', pattern: '^[a-z0-9]{21,22}$' };
const number = { type: 'string', pattern: '^\\+[1-9][0-9]{1,14}$' };
const country = { type: 'string', pattern: '^([A-Z]{2})?$' };
const region = { type: 'string', pattern: '^[a-z]{2}-[a-z]+-[0-9]$' };
const account = { type: 'string', pattern: '^[0-9]{12}$' };

export const CALL_DETAIL_SCHEMA = closedObject(
  {
    AwsAccountId: account,
    TransactionId: uuid,
    CallId: string,
    VoiceConnectorId: connectorId,
    Status: { enum: ['Completed', 'Failed'] },
    StatusMessage: { type: 'string', minLength: 1 },
    SipAuthUser: { type: 'string', minLength: 1 },
    BillableDurationSeconds: { type: 'integer', minimum: 0, multipleOf: 6 },
    BillableDurationMinutes: { type: 'number', minimum: 0 },
    SchemaVersion: { const: '2.0' },
    SourcePhoneNumber: string,
    SourceCountry: country,
    DestinationPhoneNumber: number,
    DestinationCountry: country,
    UsageType: { type: 'string', pattern: '^[A-Z]{3}[A-Z]?[0-9](-[A-Z]{2}){0,2}-(in|out)bound-minutes$' },
    ServiceCode: { const: 'AmazonChimeVoiceConnector' },
    Direction: { enum: ['Inbound', 'Outbound'] },
    StartTimeEpochSeconds: integer,
    EndTimeEpochSeconds: integer,
    Region: region,
    Streaming: { type: 'boolean' },
    IsProxyCall: { const: false },
  },
  ['SipAuthUser'],
);

export const STREAMING_DETAIL_SCHEMA = closedObject({
  SchemaVersion: { const: '1.0' },
  AwsAccountId: account,
  TransactionId: uuid,
  CallId: string,
  VoiceConnectorId: connectorId,
  StartTimeEpochSeconds: integer,
  EndTimeEpochSeconds: integer,
  Status: { enum: ['Completed', 'Failed'] },
  StatusMessage: { enum: ['Streaming succeeded', 'Streaming failed'] },
  ServiceCode: { const: 'AmazonChime' },
  UsageType: { type: 'string', pattern: '^[A-Z]{3}[A-Z]?[0-9]-VC-kinesis-audio-streaming$' },
  BillableDurationSeconds: { type: 'integer', minimum: 0, multipleOf: 6 },
  Region: region,
});

const digits = { type: 'string', pattern: '^[0-9]+$' };

export const BUSINESS_CALLING_SCHEMA = closedObject({
  SchemaVersion: { const: '2.0' },
  CdrId: uuid,
  ServiceCode: { const: 'AmazonChimeBusinessCalling' },
  ChimeAccountId: account,
  AwsAccountId: account,
  ConferenceId: uuid,
  ConferencePin: { type: 'string', pattern: '^[0-9]{10}$' },
  OrganizerUserId: string,
  OrganizerEmail: string,
  CallerPhoneNumber: number,
  CallerCountry: country,
  DestinationPhoneNumber: string,
  DestinationCountry: country,
  ConferenceStartTimeEpochSeconds: digits,
  ConferenceEndTimeEpochSeconds: digits,
  StartTimeEpochSeconds: digits,
  EndTimeEpochSeconds: digits,
  BillableDurationSeconds: digits,
  BillableDurationMinutes: { type: 'string', pattern: '^([0-9]+|[0-9]*\\.[1-9])$' },
  Direction: { enum: ['Inbound', 'Outbound'] },
});
