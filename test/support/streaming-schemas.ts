/** The four streaming events as AWS documents them, written down apart from the code that makes them. */
import { closedObject } from './json-schema.ts';

const string = { type: 'string', minLength: 1 };
const uuid = { type: 'string', pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' };
const toMs = { type: 'string', pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z$' };
const direction = { enum: ['Inbound', 'Outbound'] };
const headers = closedObject(
  Object.fromEntries(
    ['from', 'to', 'call-id', 'cseq', 'contact', 'content-type', 'content-length'].map((name) => [
      name,
      string,
    ]),
  ),
);
const sdp = closedObject({ mediaIndex: { type: 'integer', minimum: 0 }, mediaLabel: string });
const metadata = { type: 'string', pattern: 'urn:ietf:params:xml:ns:recording:1' };

const call = {
  version: { const: '0' },
  voiceConnectorId: { type: 'string', pattern: '^[a-z0-9]{21,22}$' },
  transactionId: uuid,
  callId: string,
};

const stream = {
  ...call,
  direction,
  fromNumber: string,
  toNumber: string,
  isCaller: { type: 'boolean' },
  mediaType: { const: 'audio/L16' },
  startFragmentNumber: { type: 'string', pattern: '^[0-9]{47}$' },
  startTime: toMs,
  streamArn: {
    type: 'string',
    pattern:
      '^arn:aws:kinesisvideo:[a-z0-9-]+:\\d{12}:stream/ChimeVoiceConnector-[a-z0-9]{21,22}-[0-9a-f-]{36}/\\d{13}$',
  },
};
const recorded = { inviteHeaders: headers, sdp, siprecMetadata: metadata };

const status = (value: string) => ({ streamingStatus: { const: value } });
const DETAILS = {
  STARTED: closedObject({ ...stream, ...status('STARTED') }),
  ENDED: closedObject({ ...stream, ...status('ENDED'), endTime: toMs }),
  FAILED: closedObject({ ...call, ...status('FAILED'), direction, failTime: toMs, failureReason: string }),
  UPDATED: closedObject({ ...call, ...status('UPDATED'), updateHeaders: headers, siprecMetadata: metadata }),
  'STARTED of a recording session': closedObject({ ...stream, ...recorded, ...status('STARTED') }),
  'ENDED of a recording session': closedObject({ ...stream, ...recorded, ...status('ENDED'), endTime: toMs }),
};

export type StreamingEventKind = keyof typeof DETAILS;

export function streamingEventSchema(kind: StreamingEventKind): object {
  return closedObject({
    version: { const: '0' },
    id: uuid,
    'detail-type': { const: 'Chime VoiceConnector Streaming Status' },
    source: { const: 'aws.chime' },
    account: { type: 'string', pattern: '^\\d{12}$' },
    time: { type: 'string', pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ$' },
    region: { type: 'string', pattern: '^[a-z]{2}-[a-z]+-\\d$' },
    resources: { type: 'array', maxItems: 0 },
    detail: DETAILS[kind],
  });
}
