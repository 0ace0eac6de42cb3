import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { RtpCapture } from '../../../media/capture/rtp-capture.ts';
import { analyzeFile } from '../../../src/analyze/analyze-file.ts';
import { H323Watch } from '../../../src/analyze/h323-watch.ts';
import { Ladder } from '../../../src/analyze/ladder.ts';
import {
  CAPTURE_DIRECTORY,
  GENUINE_CALLS,
  type GenuineMessage,
  genuineCall,
  hasCaptures,
} from '../../support/h323-fixtures.ts';

if (!hasCaptures) console.log('no captures of genuine H.323 calls here: their messages alone have to do');

function watch() {
  const capture = new RtpCapture();
  const ladder = new Ladder(capture.udp.addresses);
  const described: Record<string, Record<number, string>> = {};
  vi.spyOn(capture, 'describe').mockImplementation((address, port, { formats }) => {
    const media = described[`${capture.udp.addresses.format(address)}:${port}`] ?? {};
    for (const [type, { encodingName }] of formats) media[type] = encodingName;
    described[`${capture.udp.addresses.format(address)}:${port}`] = media;
  });
  const h323 = new H323Watch(capture, ladder);
  const read = ({ source, destination, octets, atMs }: GenuineMessage): boolean => {
    const [[from, fromPort], [to, toPort]] = [endOf(source), endOf(destination)];
    return h323.read(
      octets,
      { source: from, destination: to, ports: (fromPort << 16) | toPort },
      atMs * 1000,
    );
  };
  const endOf = (end: string): [address: number, port: number] => {
    const [host = '', port] = end.split(':');
    return [capture.udp.addresses.parse(host) ?? 0, Number(port)];
  };
  return { h323, ladder, described, read };
}

const tcpMessages = (name: string): GenuineMessage[] =>
  genuineCall(name).filter(({ protocol }) => protocol !== 'RAS');

describe('a genuine call', () => {
  it.each([
    [
      'with fast start',
      'fast-separate',
      { '127.0.0.1:31000': { 8: 'PCMA' }, '127.0.0.2:5200': { 8: 'PCMA' } },
    ],
    ['with H.245 on its own connection', 'separate-nofast', { '127.0.0.1:31000': { 8: 'PCMA' } }],
    ['with tunnelled H.245', 'tunnel-nofast', { '127.0.0.2:5200': { 8: 'PCMA' } }],
    ['of another stack', 'oo-separate', { '127.0.0.5:14032': { 0: 'PCMU' } }],
    ['with events in RTP', 'tunnel-rfc2833', { '127.0.0.2:5200': { 101: 'telephone-event' } }],
    ['with video', 'video-h264', { '127.0.0.1:31002': { 96: 'H264' }, '127.0.0.2:5202': { 96: 'H264' } }],
    ['with a second video', 'h239', { '127.0.0.1:31000': { 8: 'PCMA' } }],
    [
      'through a gatekeeper',
      'gk-proxied',
      { '127.0.0.8:34000': { 8: 'PCMA' }, '127.0.0.6:5200': { 8: 'PCMA' } },
    ],
  ])('%s names where media arrive', (_, name, expected) => {
    const { h323, described, read } = watch();
    const messages = tcpMessages(name);
    for (const message of messages) expect(read(message)).toBe(true);
    expect(described).toMatchObject(expected);
    expect(h323).toMatchObject({ messages: messages.length, malformed: 0 });
  });

  it('is drawn by its call identifier, with what was tunnelled in its messages', () => {
    const { ladder, read } = watch();
    for (const message of tcpMessages('tunnel-fast-h245insetup')) read(message);
    const [setup] = ladder.steps;
    expect(setup).toMatchObject({ protocol: 'H.323', text: 'setup' });
    expect(setup?.note).toMatch(/^fast start, terminalCapabilitySet/);
    expect(setup?.callId).toMatch(/^[0-9a-f]{32}$/);
    expect(new Set(ladder.steps.map(({ callId }) => callId)).size).toBe(1);
  });

  it('is told by H.245 alone where H.225.0 is not in the capture', () => {
    const { h323, described, read } = watch();
    const messages = tcpMessages('separate-nofast').filter(({ protocol }) => protocol === 'H.245');
    for (const message of messages) read(message);
    expect(described).toMatchObject({ '127.0.0.1:31000': { 8: 'PCMA' }, '127.0.0.2:5200': { 8: 'PCMA' } });
    expect(h323.messages).toBe(messages.length);
  });
});

describe('what is no H.323', () => {
  it.each([
    ['a connection request of RDP', '0ee000000000000100080003000000'],
    ['H.245 that does not begin as H.245 does', '2180'],
    ['nothing known', 'ffffffff'],
  ])('is let alone: %s', (_, hex) => {
    const { h323 } = watch();
    const ends = { source: 1, destination: 2, ports: 3 };
    expect(h323.read(Buffer.from(hex, 'hex'), ends, 0)).toBe(false);
    expect(h323).toMatchObject({ messages: 0, malformed: 0 });
  });

  it('never throws on messages with octets changed', () => {
    const messages = GENUINE_CALLS.flatMap(tcpMessages);
    const changes = fc.array(fc.tuple(fc.nat(0xffff), fc.nat(255)), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(messages.length - 1), changes), { minLength: 1 }), (picks) => {
        const { read } = watch();
        for (const [index, list] of picks) {
          const message = messages[index] as GenuineMessage;
          const octets = Uint8Array.from(message.octets);
          for (const [at, value] of list) octets[at % octets.length] = value;
          read({ ...message, octets });
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe.runIf(hasCaptures)('captures of genuine calls', () => {
  const captures = hasCaptures ? readdirSync(CAPTURE_DIRECTORY).filter((name) => name.endsWith('.pcap')) : [];

  it.each(captures)('%s has every stream named by its signaling', async (name) => {
    const readOptions = { onProgress: () => undefined, signal: new AbortController().signal };
    const { streams, h323Messages, error } = await analyzeFile(
      join(CAPTURE_DIRECTORY, name),
      {},
      readOptions,
    );
    expect(error).toBeNull();
    expect(h323Messages).toBeGreaterThan(0);
    expect(streams.length).toBeGreaterThan(0);
    for (const stream of streams) {
      expect(stream).toMatchObject({
        evidence: 'signaling',
        codec: expect.stringMatching(/^(PCMA|PCMU|H264)$/),
        isClockGuessed: false,
        lost: 0,
      });
    }
    if (name === 'tunnel-rfc2833.pcap') {
      expect([...streams][0]?.digits.map(({ digit }) => digit).join('')).toBe('1234567890');
    }
  });
});
