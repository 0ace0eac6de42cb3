import type { CallDirection } from '../aggregator.ts';
import { countryOfNumber } from '../calling-code.ts';
import { billableSeconds, epochSeconds, minutesOf, recordKey, usageRegion } from './billing.ts';
import { type RecordField, serializeRecord } from './record-field.ts';

/** A call of a Voice Connector as it is billed. */
export interface DetailedCall {
  readonly accountId: string;
  readonly region: string;
  readonly transactionId: string;
  /** Call-ID header of the customer's side. */
  readonly sipCallId: string;
  readonly voiceConnectorId: string;
  readonly direction: CallDirection;
  /** E.164 numbers. */
  readonly fromNumber: string;
  readonly toNumber: string;
  /** Null where nobody was asked for credentials. */
  readonly sipAuthUser: string | null;
  readonly isStreaming: boolean;
  /** When the INVITE came. */
  readonly startMs: number;
  /** Null: never answered. */
  readonly answeredAtMs: number | null;
}

/** How it ended. */
export interface CallOutcome {
  readonly endMs: number;
  readonly status: 'Completed' | 'Failed';
  readonly statusMessage: string;
}

type EndedCall = DetailedCall & CallOutcome;

const text = (name: string, meaning: string, read: (call: EndedCall) => string | null) =>
  ({ name, type: 'string', meaning, read }) satisfies RecordField<EndedCall>;

/** In the order of the Administrator Guide's example. */
export const CALL_DETAIL_FIELDS: readonly RecordField<EndedCall>[] = [
  text('AwsAccountId', 'Account', ({ accountId }) => accountId),
  text('TransactionId', 'Ours: `call_id` in the logs', ({ transactionId }) => transactionId),
  text('CallId', 'Call-ID header of the customer’s side', ({ sipCallId }) => sipCallId),
  text('VoiceConnectorId', 'The connector', ({ voiceConnectorId }) => voiceConnectorId),
  text('Status', '`Completed`, or `Failed` without an answer', ({ status }) => status),
  text('StatusMessage', 'How it ended', ({ statusMessage }) => statusMessage),
  text('SipAuthUser', 'Digest user; left out without', ({ sipAuthUser }) => sipAuthUser),
  {
    name: 'BillableDurationSeconds',
    type: 'integer',
    meaning: 'From answer to end, in steps of six seconds',
    read: billedSecondsOf,
  },
  {
    name: 'BillableDurationMinutes',
    type: 'float',
    meaning: 'The same in minutes',
    read: (call) => minutesOf(billedSecondsOf(call)),
  },
  text('SchemaVersion', '`2.0`', () => '2.0'),
  text('SourcePhoneNumber', 'Caller', ({ fromNumber }) => fromNumber),
  text('SourceCountry', 'ISO 3166-1, empty where unknown', ({ fromNumber }) => countryOf(fromNumber)),
  text('DestinationPhoneNumber', 'Called', ({ toNumber }) => toNumber),
  text('DestinationCountry', 'ISO 3166-1, empty where unknown', ({ toNumber }) => countryOf(toNumber)),
  text('UsageType', 'Region, countries and direction', usageTypeOf),
  text('ServiceCode', '`AmazonChimeVoiceConnector`', () => 'AmazonChimeVoiceConnector'),
  text('Direction', '`Inbound` or `Outbound`', ({ direction }) => direction),
  {
    name: 'StartTimeEpochSeconds',
    type: 'integer',
    meaning: 'When the INVITE came',
    read: ({ startMs }) => epochSeconds(startMs),
  },
  {
    name: 'EndTimeEpochSeconds',
    type: 'integer',
    meaning: 'When it ended',
    read: ({ endMs }) => epochSeconds(endMs),
  },
  text('Region', 'Region of the connector', ({ region }) => region),
  {
    name: 'Streaming',
    type: 'boolean',
    meaning: 'Its sound was streamed',
    read: ({ isStreaming }) => isStreaming,
  },
  { name: 'IsProxyCall', type: 'boolean', meaning: 'Always false', read: () => false },
];

/** One JSON text without white space; the same call and outcome give the same bytes. */
export function serializeCallDetailRecord(call: DetailedCall, outcome: CallOutcome): string {
  return serializeRecord(CALL_DETAIL_FIELDS, { ...call, ...outcome });
}

export function callDetailRecordKey({ voiceConnectorId, startMs, transactionId }: DetailedCall): string {
  return recordKey('Amazon-Chime-Voice-Connector-CDRs', voiceConnectorId, startMs, transactionId);
}

function billedSecondsOf({ answeredAtMs, endMs }: EndedCall): number {
  return answeredAtMs === null ? 0 : billableSeconds(endMs - answeredAtMs);
}

/** `USE1-US-DE-outbound-minutes`, `USE1-US-inbound-minutes`: inbound is billed by the customer's number alone. */
function usageTypeOf({ region, direction, fromNumber, toNumber }: EndedCall): string {
  const countries = direction === 'Outbound' ? [fromNumber, toNumber] : [toNumber];
  const parts = [usageRegion(region), ...countries.map(countryOf), direction.toLowerCase(), 'minutes'];
  return parts.filter((part) => part !== '').join('-');
}

function countryOf(number: string): string {
  return countryOfNumber(number) ?? '';
}
