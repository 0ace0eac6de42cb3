import { describe, expect, it } from 'vitest';
import { SipRequest } from '../../../signaling/sip/message.ts';
import { readRecordingSession } from '../../../signaling/sip/recording-session.ts';
import { RECORDING_METADATA } from '../../support/recording-metadata.ts';

function invite(
  headers: Readonly<Record<string, string>>,
  body = '',
  uri = 'sip:+1@recorder.test',
): SipRequest {
  const request = new SipRequest('INVITE', uri, undefined, Buffer.from(body));
  for (const [name, value] of Object.entries(headers)) request.headers.append(name, value);
  return request;
}

const MULTIPART = { 'Content-Type': 'multipart/mixed;boundary=b' };
const body = (type: string) =>
  `--b\r\nContent-Type: application/sdp\r\n\r\nv=0\r\n\r\n--b\r\nContent-Type: ${type}\r\n\r\n${RECORDING_METADATA}\r\n--b--\r\n`;

describe('an INVITE', () => {
  it.each(['application/rs-metadata+xml', 'application/rs-metadata'])(
    'with %s is a recording session',
    (type) => {
      const session = readRecordingSession(
        invite({ ...MULTIPART, From: '<sip:sbc@192.0.2.1>', 'Call-ID': 'a' }, body(type)),
      );
      expect(session?.metadata?.trim()).toBe(RECORDING_METADATA.trim());
      expect(session?.headers).toMatchObject({ from: '<sip:sbc@192.0.2.1>', 'call-id': 'a', cseq: '' });
    },
  );

  it.each([
    ['the header', invite({ 'X-Voice-Connector-Record-Only': 'true' })],
    ['the parameter', invite({}, '', 'sip:+1@recorder.test;X-Voice-Connector-Record-Only=true')],
    ['Require', invite({ Require: 'siprec' })],
  ])('is one by %s too, without metadata', (_, request) => {
    expect(readRecordingSession(request)).toMatchObject({ metadata: null });
  });

  it.each([
    ['a plain one', invite({ 'Content-Type': 'application/sdp' }, 'v=0\r\n')],
    ['one that says no', invite({ 'X-Voice-Connector-Record-Only': 'false' })],
    ['another part', invite(MULTIPART, body('application/isup'))],
  ])('is none in %s', (_, request) => {
    expect(readRecordingSession(request)).toBeNull();
  });
});
