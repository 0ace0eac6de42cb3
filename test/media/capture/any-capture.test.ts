import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CaptureDecoder } from '../../../media/capture/capture-decoder.ts';
import { CaptureDefect } from '../../../media/capture/capture-format.ts';
import { reportCapture } from '../../../media/capture/capture-report.ts';
import type { CapturedStream } from '../../../media/capture/captured-stream.ts';
import { RtpCapture } from '../../../media/capture/rtp-capture.ts';
import { SignalingWatch } from '../../../src/analyze/signaling-watch.ts';
import {
  BEGIN_US,
  captureOf,
  fromBob,
  receiverReport,
  rtpFrames,
  senderReport,
  udpFrame,
} from '../../support/media-frames.ts';

const INVITE = Buffer.from(
  'INVITE sip:b@10.0.0.2 SIP/2.0\r\nVia: SIP/2.0/UDP 10.0.0.1;branch=z9hG4bK1\r\nFrom: <sip:a@10.0.0.1>;tag=1\r\n' +
    'To: <sip:b@10.0.0.2>\r\nCall-ID: 1\r\nCSeq: 1 INVITE\r\nContact: <sip:a@10.0.0.1>\r\nMax-Forwards: 70\r\n' +
    'Content-Type: application/sdp\r\nContent-Length: 88\r\n\r\n' +
    'v=0\r\no=a 1 1 IN IP4 10.0.0.1\r\ns=-\r\nc=IN IP4 10.0.0.1\r\nt=0 0\r\nm=audio 10000 RTP/AVP 0\r\n',
);
const sample = captureOf(
  rtpFrames(40),
  rtpFrames(40, { payloadType: 100, synchronizationSource: 9, clockRateHz: 48_000 }).map(fromBob),
  [
    udpFrame(BEGIN_US, 5060, 5060, INVITE),
    udpFrame(BEGIN_US + 1, 10_001, 30_001, senderReport(BEGIN_US, 0x1234)),
    fromBob(udpFrame(BEGIN_US + 2, 10_001, 30_001, receiverReport(9, 0x1234, BEGIN_US, 0))),
  ],
);

function readAll(bytes: Buffer, isTsharkCompatible: boolean): CapturedStream[] {
  const capture = new RtpCapture({ intervalUs: 5_000_000, isTsharkCompatible });
  capture.signaling = new SignalingWatch(capture);
  const decoder = new CaptureDecoder(capture);
  try {
    decoder.push(bytes);
    decoder.end();
  } catch (error) {
    if (!(error instanceof CaptureDefect)) throw error;
    expect(error.offset).toBeLessThanOrEqual(bytes.length);
  }
  capture.end();
  const streams = [...reportCapture(capture)];
  for (const stream of streams) {
    expect(stream.lost).toBeGreaterThanOrEqual(0);
    expect(stream.mosConversational ?? 1).toBeGreaterThanOrEqual(1);
    expect(stream.mosConversational ?? 1).toBeLessThanOrEqual(stream.mosListening ?? 1);
  }
  return streams.map((stream) => ({ ...stream, tshark: null }));
}

describe('a capture with bytes changed', () => {
  it('is read as far as it goes, and never throws', () => {
    const changes = fc.array(fc.tuple(fc.nat(sample.length - 1), fc.nat(255)), {
      minLength: 1,
      maxLength: 40,
    });
    fc.assert(
      fc.property(changes, fc.nat(sample.length), (list, length) => {
        const bytes = Buffer.from(sample);
        for (const [at, value] of list) bytes[at] = value;
        const part = length % 4 === 0 ? bytes.subarray(0, length) : bytes;
        // Counted for tshark too, every packet takes the long way: both must lead to the same.
        expect(readAll(part, false)).toEqual(readAll(part, true));
      }),
      { numRuns: 1500 },
    );
  });
});
