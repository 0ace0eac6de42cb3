import { describe, expect, it } from 'vitest';
import { SipHeaders } from '../../../signaling/sip/headers.ts';
import { SipRequest } from '../../../signaling/sip/message.ts';
import { bodyParts, serializeMultipart } from '../../../signaling/sip/multipart.ts';

function request(contentType: string, body: string | Uint8Array): SipRequest {
  const headers = new SipHeaders();
  if (contentType !== '') headers.append('Content-Type', contentType);
  return new SipRequest('INVITE', 'sip:a@b', headers, typeof body === 'string' ? Buffer.from(body) : body);
}

function parts(contentType: string, body: string) {
  return bodyParts(request(contentType, body))?.map((part) => [
    part.contentType.mediaType,
    part.disposition,
    part.isRequired,
    Buffer.from(part.bytes).toString('latin1'),
  ]);
}

describe('bodyParts', () => {
  it('gives a plain body as one part and no body as none', () => {
    expect(parts('Application/SDP', 'v=0')).toEqual([['application/sdp', 'session', true, 'v=0']]);
    expect(parts('application/sdp', '')).toEqual([]);
  });

  it('takes multiparts apart, nested ones too, without preamble and epilogue', () => {
    const inner =
      '--in\r\n\r\nplain\r\n--in\r\nContent-Type: text/html\r\nContent-Disposition: render; handling=optional\r\n\r\n\r\n--in--';
    const body = `preamble\r\n--out\r\nContent-Type: application/sdp\r\n\r\nv=0\r\n\r\n--out \r\nContent-Type: multipart/alternative;\r\n boundary=in\r\n\r\n${inner}\r\n--out--\r\nepilogue`;
    expect(parts('multipart/mixed; boundary="out"', body)).toEqual([
      ['application/sdp', 'session', true, 'v=0\r\n'],
      ['text/plain', 'render', true, 'plain'],
      ['text/html', 'render', false, ''],
    ]);
  });

  it.each([
    ['a body without a type', '', 'v=0'],
    ['no boundary', 'multipart/mixed', '--a\r\n\r\nx\r\n--a--'],
    ['no closing boundary', 'multipart/mixed;boundary=a', '--a\r\n\r\nx\r\n'],
    ['no boundary line at all', 'multipart/mixed;boundary=a', 'x'],
    ['broken part headers', 'multipart/mixed;boundary=a', '--a\r\nrubbish\r\n\r\nx\r\n--a--'],
    ['a part without an empty line', 'multipart/mixed;boundary=a', '--a\r\nx: y\r\n--a--'],
    ['a hundred parts', 'multipart/mixed;boundary=a', `--a${'\r\n\r\nx\r\n--a'.repeat(100)}--`],
    [
      'itself, for ever',
      'multipart/mixed;boundary=a',
      `${'--a\r\nContent-Type: multipart/mixed;boundary=a\r\n\r\n'.repeat(9)}--a--`,
    ],
  ])('refuses %s', (_situation, contentType, body) => {
    expect(parts(contentType, body)).toBeUndefined();
  });

  it('reads what serializeMultipart wrote, binary included', () => {
    const binary = Uint8Array.from({ length: 256 }, (_, index) => index);
    const headers = new SipHeaders();
    headers.append('Content-Type', 'application/octet-stream');
    const body = serializeMultipart(
      [
        { headers, bytes: binary },
        { headers, bytes: new Uint8Array(0) },
      ],
      'b1',
    );
    const read = bodyParts(request('multipart/mixed;boundary=b1', body));
    expect(read?.map((part) => [...part.bytes])).toEqual([[...binary], []]);
  });
});
