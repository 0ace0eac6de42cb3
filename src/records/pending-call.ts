import {
  type BusinessCall,
  businessCallingRecordKey,
  serializeBusinessCallingRecord,
} from '../../metrics/record/business-calling-record.ts';
import {
  type CallOutcome,
  callDetailRecordKey,
  type DetailedCall,
  serializeCallDetailRecord,
} from '../../metrics/record/call-detail-record.ts';
import {
  type StreamedCall,
  type StreamingOutcome,
  serializeStreamingDetailRecord,
  streamingDetailRecordKey,
} from '../../metrics/record/streaming-detail-record.ts';
import type { StoredObject } from '../../metrics/sink/object-file.ts';

/** What is known of a call while it goes on: enough to write its record should we end before it does. */
export type PendingCall =
  | { readonly kind: 'trunk'; readonly bucket: string; readonly call: DetailedCall }
  | { readonly kind: 'streaming'; readonly bucket: string; readonly call: StreamedCall }
  | { readonly kind: 'meeting'; readonly bucket: string; readonly call: JoinedCall };

/** A telephone in a meeting. */
export type JoinedCall = Omit<BusinessCall, 'endMs' | 'conferenceEndMs'>;

const INTERRUPTED = 'Connector Stopped';

export function trunkRecord(bucket: string, call: DetailedCall, outcome: CallOutcome): StoredObject {
  return { bucket, key: callDetailRecordKey(call), body: serializeCallDetailRecord(call, outcome) };
}

export function streamingRecord(bucket: string, call: StreamedCall, outcome: StreamingOutcome): StoredObject {
  return { bucket, key: streamingDetailRecordKey(call), body: serializeStreamingDetailRecord(call, outcome) };
}

export function meetingRecord(bucket: string, call: BusinessCall): StoredObject {
  return { bucket, key: businessCallingRecordKey(call), body: serializeBusinessCallingRecord(call) };
}

/** The record of a call that ended because the service did. */
export function interruptedRecord({ kind, bucket, call }: PendingCall, aliveAtMs: number): StoredObject {
  const endMs = Math.max(aliveAtMs, call.startMs);
  switch (kind) {
    case 'trunk':
      return trunkRecord(bucket, call, { endMs, status: 'Completed', statusMessage: INTERRUPTED });
    case 'streaming':
      return streamingRecord(bucket, call, { endMs, hasFailed: true });
    case 'meeting':
      return meetingRecord(bucket, { ...call, endMs, conferenceEndMs: endMs });
  }
}
