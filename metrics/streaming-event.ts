import type { CallDirection } from './aggregator.ts';

/** Whose event it is. */
export interface EventOrigin {
  readonly accountId: string;
  readonly region: string;
}

/** The call that is streamed. */
export interface StreamingCall {
  readonly voiceConnectorId: string;
  readonly transactionId: string;
  /** Call-ID header of the customer's side. */
  readonly sipCallId: string;
  readonly direction: CallDirection;
  readonly fromNumber: string;
  readonly toNumber: string;
}

/** What a recording session client (RFC 7866) told of one of its streams. */
export interface RecordedMedia {
  readonly headers: Readonly<Record<string, string>>;
  readonly mediaIndex: number;
  readonly mediaLabel: string;
  /** Metadata (RFC 7865), the XML as it came. */
  readonly metadata: string;
}

/** One of the streams of a call. */
export interface OpenStream {
  /** Null where nobody said: the member is left out. */
  readonly isCaller: boolean | null;
  readonly streamArn: string;
  /** 47 digits. */
  readonly startFragmentNumber: string;
  readonly startMs: number;
  /** Null for a stream of a trunk call. */
  readonly recorded: RecordedMedia | null;
}

export type StreamingChange =
  | { readonly status: 'STARTED'; readonly stream: OpenStream }
  | { readonly status: 'ENDED'; readonly stream: OpenStream }
  | { readonly status: 'UPDATED'; readonly recorded: Pick<RecordedMedia, 'headers' | 'metadata'> }
  | { readonly status: 'FAILED' };

const DETAIL_TYPE = 'Chime VoiceConnector Streaming Status';
const FAILURE_REASON = 'Internal failure';

/** The EventBridge event, envelope and all; members of `detail` as AWS has them for each status, sorted by name. */
export function serializeStreamingEvent(
  origin: EventOrigin,
  call: StreamingCall,
  change: StreamingChange,
  id: string,
  atMs: number,
): string {
  const detail = {
    version: '0',
    callId: call.sipCallId,
    transactionId: call.transactionId,
    voiceConnectorId: call.voiceConnectorId,
    streamingStatus: change.status,
    ...membersOf(call, change, atMs),
  };
  return JSON.stringify({
    version: '0',
    id,
    'detail-type': DETAIL_TYPE,
    source: 'aws.chime',
    account: origin.accountId,
    time: `${new Date(atMs).toISOString().slice(0, 19)}Z`,
    region: origin.region,
    resources: [],
    detail: Object.fromEntries(Object.entries(detail).sort(([one], [other]) => (one < other ? -1 : 1))),
  });
}

function membersOf(call: StreamingCall, change: StreamingChange, atMs: number): object {
  const { direction } = call;
  switch (change.status) {
    case 'STARTED':
      return { direction, ...streamMembers(call, change.stream) };
    case 'ENDED':
      return { direction, ...streamMembers(call, change.stream), endTime: new Date(atMs).toISOString() };
    case 'UPDATED': {
      const { headers, metadata } = change.recorded;
      return { updateHeaders: headers, siprecMetadata: metadata };
    }
    case 'FAILED':
      return { direction, failTime: new Date(atMs).toISOString(), failureReason: FAILURE_REASON };
  }
}

function streamMembers({ fromNumber, toNumber }: StreamingCall, stream: OpenStream): object {
  const { isCaller, streamArn, startFragmentNumber, startMs, recorded } = stream;
  const startTime = new Date(startMs).toISOString();
  const known = isCaller === null ? {} : { isCaller };
  const common = { fromNumber, toNumber, ...known, mediaType: 'audio/L16', startTime };
  if (recorded === null) return { ...common, startFragmentNumber, streamArn };
  const { headers, mediaIndex, mediaLabel, metadata } = recorded;
  const sdp = { mediaIndex, mediaLabel };
  return { ...common, startFragmentNumber, streamArn, inviteHeaders: headers, sdp, siprecMetadata: metadata };
}
