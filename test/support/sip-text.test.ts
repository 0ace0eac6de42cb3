import { expect, it } from 'vitest';
import { firstMessageLength, parseSipText, writeSipText } from './sip-text.ts';

it('reads back what it wrote', () => {
  const text = writeSipText('SIP/2.0 200 OK', ['Via: a', 'CSeq: 1 INVITE', 'via: b'], 'v=0\r\n');
  const message = parseSipText(text);
  expect(message).toMatchObject({ statusCode: 200, method: '', body: 'v=0\r\n' });
  expect(message.headers('VIA')).toEqual(['a', 'b']);
  expect(message.header('Content-Length')).toBe('5');
  expect(message.header('Missing')).toBe('');
});

it('finds the end of the first message of a stream', () => {
  const first = Buffer.from(writeSipText('BYE sip:a SIP/2.0', [], 'body'));
  const both = Buffer.concat([first, Buffer.from(writeSipText('ACK sip:a SIP/2.0', []))]);
  expect(firstMessageLength(first.subarray(0, -1))).toBeNull();
  expect(firstMessageLength(first)).toBe(first.length);
  expect(firstMessageLength(both)).toBe(first.length);
});
