import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  callIdOfSipMessage,
  kindOfSipMessage,
  SIP_MESSAGE_FIELDS,
  serializeSipMessage,
} from '../../metrics/sip-message-log.ts';

const ORIGIN = {
  voiceConnectorId: 'abcdef1ghij2klmno3pqr4',
  region: 'us-east-1',
  callId: 'c0ffee00-0000-4000-8000-000000000001',
  atMs: 1_689_724_990_123,
};
const INVITE = 'INVITE sip:6064724824@meet.chime.in SIP/2.0\r\nSubject: "é\\"\r\n\r\nv=0\r\n';

describe('the SIP message log', () => {
  it('writes the five fields in order, the message as it was on the wire', () => {
    expect(serializeSipMessage(ORIGIN, INVITE)).toBe(
      '{"voice_connector_id":"abcdef1ghij2klmno3pqr4","aws_region":"us-east-1","event_timestamp":1689724990123,' +
        '"call_id":"c0ffee00-0000-4000-8000-000000000001",' +
        '"sip_message":"INVITE sip:6064724824@meet.chime.in SIP/2.0\\r\\nSubject: \\"é\\\\\\"\\r\\n\\r\\nv=0\\r\\n"}',
    );
  });

  it('gives every text back, on one line', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const line = serializeSipMessage(ORIGIN, text);
        expect(line).not.toContain('\n');
        expect(JSON.parse(line)).toMatchObject({ sip_message: text });
      }),
    );
  });

  it('documents the fields it writes', () => {
    const written = Object.keys(JSON.parse(serializeSipMessage(ORIGIN, INVITE)) as object);
    expect(SIP_MESSAGE_FIELDS.map(({ name }) => name)).toEqual(written);
  });
});

describe('what a message is for the counters', () => {
  it.each([
    ['a request', INVITE, { method: 'INVITE' }],
    ['another request', 'PRACK sip:x SIP/2.0\r\n', { method: 'PRACK' }],
    ['a provisional response', 'SIP/2.0 100 Trying\r\n', { statusClass: 1 }],
    ['a refusal', 'SIP/2.0 603 Decline\r\n', { statusClass: 6 }],
    ['a status outside the classes', 'SIP/2.0 700 What\r\n', { unknown: true }],
    ['a status line cut short', 'SIP/2.0 ', { unknown: true }],
    ['a method that nobody registered', 'JUNK sip:x SIP/2.0\r\n', { unknown: true }],
    ['a keep-alive', '\r\n\r\n', { unknown: true }],
    ['nothing', '', { unknown: true }],
  ])('%s', (_, text, kind) => {
    expect(kindOfSipMessage(text)).toEqual(kind);
  });
});

describe('the Call-ID of a message', () => {
  it.each([
    ['as most write it', 'BYE sip:x SIP/2.0\r\nCall-ID: a@b\r\nCSeq: 1 BYE\r\n\r\n', 'a@b'],
    ['as the last header', 'BYE sip:x SIP/2.0\r\nCall-ID: a@b', 'a@b'],
    ['compact', 'BYE sip:x SIP/2.0\r\ni:a@b\r\n\r\n', 'a@b'],
    ['with space before the colon', 'BYE sip:x SIP/2.0\r\nCALL-ID \t:  a@b \r\n\r\n', 'a@b'],
    ['missing', 'BYE sip:x SIP/2.0\r\nVia: i:x\r\n\r\n', ''],
    ['of nothing', '', ''],
  ])('%s', (_, text, callId) => {
    expect(callIdOfSipMessage(text)).toBe(callId);
  });

  it('is looked for in any text without a throw', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(typeof callIdOfSipMessage(text)).toBe('string');
      }),
    );
  });
});
