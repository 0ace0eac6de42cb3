import { describe, expect, it } from 'vitest';
import {
  type OpenStream,
  type RecordedMedia,
  type StreamingChange,
  serializeStreamingEvent,
} from '../../metrics/streaming-event.ts';
import { schemaErrors } from '../support/json-schema.ts';
import { type StreamingEventKind, streamingEventSchema } from '../support/streaming-schemas.ts';

const ID = '01234567-0000-4000-8000-000000000001';
const AT_MS = Date.UTC(2026, 10, 25, 8, 0, 5, 678);
const CALL = {
  voiceConnectorId: 'abcdef1ghij2klmno3pqr4',
  transactionId: 'e121596b-e5a1-4af5-9bcc-f28d51278cfc',
  sipCallId: '1@pbx',
  direction: 'Outbound',
  fromNumber: '+12065550100',
  toNumber: '+4930123456',
} as const;
const RECORDED: RecordedMedia = {
  headers: {
    from: '<sip:sbc@192.0.2.1>',
    to: '<sip:recorder@192.0.2.2>',
    'call-id': '1@pbx',
    cseq: '1 INVITE',
    contact: '<sip:192.0.2.1>;+sip.src',
    'content-type': 'multipart/mixed;boundary=b',
    'content-length': '1234',
  },
  mediaIndex: 1,
  mediaLabel: '2',
  metadata: '<recording xmlns="urn:ietf:params:xml:ns:recording:1"/>',
};
const STREAM: OpenStream = {
  isCaller: true,
  streamArn:
    'arn:aws:kinesisvideo:us-east-1:111122223333:stream/ChimeVoiceConnector-abcdef1ghij2klmno3pqr4-e121596b-e5a1-4af5-9bcc-f28d51278cfc/1795000000000',
  startFragmentNumber: '91343852333181437344442219794598596340754947404',
  startMs: AT_MS - 5000,
  recorded: null,
};

const CHANGES: readonly [StreamingEventKind, StreamingChange][] = [
  ['STARTED', { status: 'STARTED', stream: STREAM }],
  ['ENDED', { status: 'ENDED', stream: STREAM }],
  ['FAILED', { status: 'FAILED' }],
  ['UPDATED', { status: 'UPDATED', recorded: RECORDED }],
  ['STARTED of a recording session', { status: 'STARTED', stream: { ...STREAM, recorded: RECORDED } }],
  ['ENDED of a recording session', { status: 'ENDED', stream: { ...STREAM, recorded: RECORDED } }],
];

describe('a streaming event', () => {
  const origin = { accountId: '111122223333', region: 'us-east-1' };
  const eventOf = (change: StreamingChange) =>
    JSON.parse(serializeStreamingEvent(origin, CALL, change, ID, AT_MS));

  it.each(CHANGES)('%s has exactly the documented members', (kind, change) => {
    expect(schemaErrors(streamingEventSchema(kind), eventOf(change))).toEqual([]);
  });

  it('tells its times: to the second in the envelope, to the millisecond in the detail', () => {
    const event = eventOf({ status: 'ENDED', stream: STREAM });
    expect(event).toMatchObject({
      id: ID,
      time: '2026-11-25T08:00:05Z',
      detail: { startTime: '2026-11-25T08:00:00.678Z', endTime: '2026-11-25T08:00:05.678Z' },
    });
    const names = Object.keys(event.detail);
    expect(names).toEqual([...names].sort());
  });
});
