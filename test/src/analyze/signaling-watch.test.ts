import { describe, expect, it } from 'vitest';
import { CaptureDecoder } from '../../../media/capture/capture-decoder.ts';
import { reportCapture } from '../../../media/capture/capture-report.ts';
import { RtpCapture } from '../../../media/capture/rtp-capture.ts';
import type { TcpReader } from '../../../media/capture/tcp-reader.ts';
import { SignalingWatch } from '../../../src/analyze/signaling-watch.ts';
import { BEGIN_US, captureOf, fromBob, rtpFrames, udpFrame } from '../../support/media-frames.ts';
import { writeSipText } from '../../support/sip-text.ts';

function offer(protocol = 'RTP/AVP', address = 'IN IP4 10.0.0.2'): string {
  const sdp = `v=0\r\no=b 1 1 ${address}\r\ns=-\r\nc=${address}\r\nt=0 0\r\nm=audio 30000 ${protocol} 111 101\r\na=rtpmap:111 opus/48000/2\r\na=rtpmap:101 telephone-event/8000\r\n`;
  return writeSipText(
    'SIP/2.0 200 OK',
    [
      'Via: SIP/2.0/UDP 10.0.0.1;branch=z9hG4bK1',
      'From: <sip:a@10.0.0.1>;tag=1',
      'To: <sip:b@10.0.0.2>;tag=2',
      'Call-ID: 1',
      'CSeq: 1 INVITE',
      'Contact: <sip:b@10.0.0.2>',
      'Content-Type: application/sdp',
    ],
    sdp,
  );
}

function watch(): { capture: RtpCapture; watching: SignalingWatch } {
  const capture = new RtpCapture();
  const watching = new SignalingWatch(capture);
  capture.signaling = watching;
  return { capture, watching };
}

const media = rtpFrames(50, { payloadType: 111, clockRateHz: 48_000, first: 1 });

function analyze(message: string) {
  const { capture, watching } = watch();
  new CaptureDecoder(capture).push(
    captureOf([fromBob(udpFrame(BEGIN_US, 5060, 5060, Buffer.from(message)))], media),
  );
  capture.end();
  return { streams: [...reportCapture(capture)], sip: watching.sip };
}

describe('SIP over UDP', () => {
  it.each([
    ['RTP/AVP', false],
    ['RTP/SAVP', true],
    ['UDP/TLS/RTP/SAVPF', true],
  ])('names the media of %s', (protocol, isEncrypted) => {
    const { streams, sip } = analyze(offer(protocol));
    expect(streams).toMatchObject([
      { evidence: 'signaling', codec: 'opus', clockRateHz: 48_000, isClockGuessed: false, isEncrypted },
    ]);
    expect(sip.messages).toBe(1);
  });

  it.each([
    ['another address', offer('RTP/AVP', 'IN IP4 10.9.9.9')],
    ['a body that is no session description', offer().replace('m=audio', 'm audio')],
  ])('says nothing about a stream by %s', (_, message) => {
    const { streams, sip } = analyze(message);
    expect(streams).toMatchObject([{ evidence: 'heuristic', codec: null }]);
    expect(sip.messages).toBe(1);
  });

  it('counts what is broken, and lets alone what is no SIP', () => {
    expect(analyze(offer().replace('CSeq: 1 INVITE', 'CSeq: x')).sip).toMatchObject({
      messages: 0,
      malformed: 1,
    });
    expect(analyze('HTTP/1.1 200 OK\r\n\r\n').sip).toMatchObject({ messages: 0, malformed: 0 });
  });
});

describe('SIP over TCP', () => {
  const stream = Buffer.from(offer() + offer());
  const segment = (from: number, to: number) => ({
    payload: stream.subarray(from, to),
    head: {
      source: 1,
      destination: 2,
      ports: 3,
      sequenceNumber: (0xffff_ff00 + from) >>> 0,
      isStart: false,
    } as TcpReader,
  });
  const first = segment(0, 100);
  const second = segment(100, 500);
  const overlapping = segment(450, 700);
  const rest = segment(700, stream.length);

  it.each([
    ['in order', [first, second, overlapping, rest]],
    ['overtaken', [first, rest, overlapping, second]],
    ['doubled', [first, first, second, second, overlapping, rest, rest]],
  ])('is put together from segments %s', (_, segments) => {
    const { watching } = watch();
    for (const { payload, head } of segments) watching.onSegment(payload, head, 0);
    expect(watching.sip).toMatchObject({ messages: 2, malformed: 0 });
  });

  it('is kept as the steps of its call', () => {
    const { watching } = watch();
    watching.onDatagram(
      Buffer.from(offer()),
      { source: 0x0a000002, destination: 0x0a000001, ports: (5060 << 16) | 5062 },
      7,
    );
    expect(watching.ladder.steps).toEqual([
      {
        atUs: 7,
        source: '10.0.0.2:5060',
        destination: '10.0.0.1:5062',
        callId: '1',
        text: '200 OK',
        protocol: 'SIP',
        note: 'SDP',
      },
    ]);
  });

  it('is not looked for behind a hole', () => {
    const { watching } = watch();
    for (const { payload, head } of [first, overlapping, rest]) watching.onSegment(payload, head, 0);
    expect(watching.sip.messages).toBe(0);
  });
});
