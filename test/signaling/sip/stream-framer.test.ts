import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Frame, StreamFramer } from '../../../signaling/sip/stream-framer.ts';

const message = (body: string, header = 'Content-Length') =>
  `OPTIONS sip:a@b SIP/2.0\r\nVia: SIP/2.0/TCP b\r\n${header}: ${Buffer.byteLength(body)}\r\nSubject: s\r\n\r\n${body}`;

function kinds(frames: readonly Frame[]): string[] {
  return frames.map((frame) => (frame.kind === 'message' ? Buffer.from(frame.bytes).toString() : frame.kind));
}

function frame(...chunks: string[]): string[] {
  const framer = new StreamFramer();
  return chunks.flatMap((chunk) => kinds(framer.push(Buffer.from(chunk))));
}

describe('StreamFramer', () => {
  const [first, second, third] = [
    message('hello'),
    message('', 'l'),
    message('\r\n\r\n\0', 'CONTENT-LENGTH \t'),
  ];

  it('cuts messages however the stream is cut', () => {
    const stream = Buffer.from(`${first}\r\n\r\n${second}${third}`);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 200 }), (sizes) => {
        const framer = new StreamFramer();
        const messages: string[] = [];
        for (let at = 0, turn = 0; at < stream.length; turn++) {
          const size = sizes[turn % sizes.length] ?? 1;
          // A copy, so that a frame that aliased a later chunk would show.
          const chunk = Buffer.from(stream.subarray(at, at + size));
          messages.push(...kinds(framer.push(chunk)).filter((kind) => kind !== 'pong' && kind !== 'ping'));
          at += size;
        }
        expect(messages).toEqual([first, second, third]);
        expect(framer.pendingBytes).toBe(0);
      }),
    );
  });

  it('knows pings and pongs (RFC 5626 §4.4.1)', () => {
    expect(frame('\r\n\r\n')).toEqual(['ping']);
    expect(frame('\r\n')).toEqual(['pong']);
    expect(frame('\r', '\n\r\n')).toEqual(['ping']);
    expect(frame('\r\n', '\r\n')).toEqual(['pong', 'ping']);
    expect(frame(`${second}\r\n\r\n\r\n\r\n${second}`)).toEqual([second, 'ping', 'ping', second]);
    expect(frame(`\r\n${second}`)).toEqual(['pong', second]);
    expect(frame('\r\n', second, '\r\n')).toEqual(['pong', second, 'pong']);
  });

  it.each([
    ['no Content-Length', 'OPTIONS sip:a@b SIP/2.0\r\nVia: x\r\n\r\n', 400],
    ['two Content-Lengths', 'OPTIONS sip:a@b SIP/2.0\r\nl: 1\r\nContent-Length: 1\r\n\r\nx', 400],
    ['a negative Content-Length', 'OPTIONS sip:a@b SIP/2.0\r\nl: -1\r\n\r\n', 400],
    ['a body beyond the limit', 'OPTIONS sip:a@b SIP/2.0\r\nl: 70000\r\n\r\n', 513],
    ['headers without end', 'x'.repeat(66_000), 513],
    ['a lone CR', '\rx', 400],
  ])('stops at %s', (_situation, text, statusCode) => {
    const framer = new StreamFramer();
    expect(framer.push(Buffer.from(text))).toMatchObject([{ kind: 'fault', statusCode }]);
    expect([framer.push(Buffer.from(second)), framer.pendingBytes]).toEqual([[], 0]);
  });

  it('keeps the messages before the fault, and gives what was read of the faulty one', () => {
    const frames = new StreamFramer().push(Buffer.from(`${first}OPTIONS sip:a@b SIP/2.0\r\nl: x\r\n\r\n`));
    expect(kinds(frames)).toEqual([first, 'fault']);
    expect(frames[1]).toMatchObject({ bytes: Buffer.from('OPTIONS sip:a@b SIP/2.0\r\nl: x\r\n\r\n') });
  });

  it('cuts what breaks the grammar by the one Content-Length that it tells', () => {
    const broken = [
      'no start line\r\nl: 2\r\n\r\nhi',
      'OPTIONS sip:a@b SIP/2.0\r\nno colon\r\nContent-Length :\r\n  2 \r\n\r\nhi',
      `OPTIONS sip:a@b SIP/2.0\r\n${'x: y\r\n'.repeat(200)}l: 2\r\n\r\nhi`,
    ];
    expect(frame(broken.join('') + second)).toEqual([...broken, second]);
    expect(frame('no start line\r\nl: 2\r\nl: 2\r\n\r\nhi')).toEqual(['fault']);
  });

  it('does not write into frames it has given away', () => {
    const framer = new StreamFramer();
    framer.push(Buffer.from(first.slice(0, 10)));
    const [given] = framer.push(Buffer.from(first.slice(10) + second.slice(0, 20)));
    framer.push(Buffer.from(second.slice(20)));
    expect(kinds(given ? [given] : [])).toEqual([first]);
  });

  it('takes 60 kB that trickle in byte by byte in linear time', () => {
    const framer = new StreamFramer();
    const stream = Buffer.from(message('x'.repeat(60_000)));
    const before = process.cpuUsage();
    let frames: Frame[] = [];
    for (let at = 0; at < stream.length; at++) frames = framer.push(stream.subarray(at, at + 1));
    expect(frames).toHaveLength(1);
    expect(process.cpuUsage(before).user).toBeLessThan(500_000);
  });
});
