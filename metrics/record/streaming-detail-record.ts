import { billableSeconds, epochSeconds, recordKey, usageRegion } from './billing.ts';
import { type RecordField, serializeRecord } from './record-field.ts';

/** The streaming of one call, both of its streams together. */
export interface StreamedCall {
  readonly accountId: string;
  readonly region: string;
  readonly transactionId: string;
  readonly sipCallId: string;
  readonly voiceConnectorId: string;
  readonly startMs: number;
}

export interface StreamingOutcome {
  readonly endMs: number;
  readonly hasFailed: boolean;
}

type EndedStreaming = StreamedCall & StreamingOutcome;

const text = (name: string, meaning: string, read: (call: EndedStreaming) => string) =>
  ({ name, type: 'string', meaning, read }) satisfies RecordField<EndedStreaming>;
const integer = (name: string, meaning: string, read: (call: EndedStreaming) => number) =>
  ({ name, type: 'integer', meaning, read }) satisfies RecordField<EndedStreaming>;

/** In the order of the Administrator Guide's example. */
export const STREAMING_DETAIL_FIELDS: readonly RecordField<EndedStreaming>[] = [
  text('SchemaVersion', '`1.0`', () => '1.0'),
  text('AwsAccountId', 'Account', ({ accountId }) => accountId),
  text('TransactionId', 'Ours: `call_id` in the logs', ({ transactionId }) => transactionId),
  text('CallId', 'Call-ID header of the customer’s side', ({ sipCallId }) => sipCallId),
  text('VoiceConnectorId', 'The connector', ({ voiceConnectorId }) => voiceConnectorId),
  integer('StartTimeEpochSeconds', 'When streaming began', ({ startMs }) => epochSeconds(startMs)),
  integer('EndTimeEpochSeconds', 'When it ended', ({ endMs }) => epochSeconds(endMs)),
  text('Status', '`Completed` or `Failed`', ({ hasFailed }) => (hasFailed ? 'Failed' : 'Completed')),
  text('StatusMessage', 'The same in words', ({ hasFailed }) =>
    hasFailed ? 'Streaming failed' : 'Streaming succeeded',
  ),
  text('ServiceCode', '`AmazonChime`', () => 'AmazonChime'),
  text('UsageType', 'Region and kind', ({ region }) => `${usageRegion(region)}-VC-kinesis-audio-streaming`),
  integer('BillableDurationSeconds', 'In steps of six seconds', ({ startMs, endMs }) =>
    billableSeconds(endMs - startMs),
  ),
  text('Region', 'Region of the connector', ({ region }) => region),
];

export function serializeStreamingDetailRecord(call: StreamedCall, outcome: StreamingOutcome): string {
  return serializeRecord(STREAMING_DETAIL_FIELDS, { ...call, ...outcome });
}

export function streamingDetailRecordKey({ voiceConnectorId, startMs, transactionId }: StreamedCall): string {
  return recordKey('Amazon-Chime-Voice-Connector-SDRs', voiceConnectorId, startMs, transactionId);
}
