import { describe, expect, it } from 'vitest';
import { CaptureDecoder } from '../../../media/capture/capture-decoder.ts';
import { reportCapture } from '../../../media/capture/capture-report.ts';
import type { CapturedStream } from '../../../media/capture/captured-stream.ts';
import { RtpCapture, type RtpCaptureOptions } from '../../../media/capture/rtp-capture.ts';
import type { PayloadMeaning } from '../../../media/rtp/static-payload.ts';
import {
  BEGIN_US,
  captureOf,
  fromBob,
  receiverReport,
  rtpFrame,
  rtpFrames,
  senderReport,
  udpFrame,
} from '../../support/media-frames.ts';

function analyze(
  bytes: Buffer,
  options: RtpCaptureOptions = {},
  prepare: (capture: RtpCapture) => void = () => undefined,
): CapturedStream[] {
  const capture = new RtpCapture(options);
  prepare(capture);
  const decoder = new CaptureDecoder(capture);
  decoder.push(bytes);
  decoder.end();
  capture.end();
  return [...reportCapture(capture)];
}

function describeBob(isEncrypted: boolean, ...formats: [number, PayloadMeaning][]) {
  return (capture: RtpCapture): void => {
    const address = capture.udp.addresses.parse('10.0.0.2');
    capture.describe(address ?? 0, 30_000, { protocol: 'SDP', formats: new Map(formats), isEncrypted });
  };
}

describe('what is taken for a stream', () => {
  it.each<[string, Buffer, number]>([
    ['four packets in sequence', captureOf(rtpFrames(4)), 1],
    ['three packets', captureOf(rtpFrames(3)), 0],
    ['packets of a payload type nobody assigned', captureOf(rtpFrames(50, { payloadType: 77 })), 0],
    [
      'the same number again and again, as in DNS',
      captureOf(rtpFrames(50).map((frame, index) => ({ ...rtpFrames(1)[0]!, atUs: frame.atUs + index }))),
      0,
    ],
    [
      'numbers by chance',
      captureOf(
        rtpFrames(50).map((frame, index) =>
          rtpFrame({ atUs: frame.atUs, sequenceNumber: Math.imul(index, 0x9e37_79b1) >>> 16, timestamp: 0 }),
        ),
      ),
      0,
    ],
  ])('%s', (_, bytes, streams) => {
    expect(analyze(bytes).map(({ evidence }) => evidence)).toEqual(new Array(streams).fill('heuristic'));
  });

  it('everything of version 2 on a port that is named', () => {
    const streams = analyze(captureOf(rtpFrames(1, { payloadType: 77 })), {
      rtpPorts: [{ first: 29_000, last: 30_000 }],
    });
    expect(streams.map(({ evidence, packets }) => [evidence, packets])).toEqual([['port', 1]]);
  });

  it('what signaling names, from its first packet on', () => {
    const [stream] = analyze(captureOf(rtpFrames(1)), {}, describeBob(true));
    expect(stream).toMatchObject({ evidence: 'signaling', isEncrypted: true, codec: 'PCMU' });
  });
});

describe('payload types', () => {
  const OPUS = { encodingName: 'opus', clockRateHz: 48_000 };

  it('mean what signaling says', () => {
    const frames = captureOf(rtpFrames(100, { payloadType: 111, clockRateHz: 48_000 }));
    const [stream] = analyze(frames, {}, describeBob(false, [111, OPUS]));
    expect(stream).toMatchObject({ codec: 'opus', clockRateHz: 48_000, isClockGuessed: false, jitterUs: 0 });
    expect(stream?.mosListening).toBe(4.4);
  });

  it('also where signaling comes after the first packets', () => {
    const capture = new RtpCapture({ intervalUs: 1_000_000 });
    const decoder = new CaptureDecoder(capture);
    const bytes = captureOf(rtpFrames(200, { payloadType: 111, clockRateHz: 48_000 }));
    decoder.push(bytes.subarray(0, 5000));
    describeBob(false, [111, OPUS])(capture);
    decoder.push(bytes.subarray(5000));
    capture.end();
    expect([...reportCapture(capture)][0]).toMatchObject({
      evidence: 'signaling',
      codec: 'opus',
      isClockGuessed: false,
      packets: 200,
      jitterUs: 0,
    });
  });

  it.each([8000, 16_000, 48_000, 90_000])(
    'undescribed, have the clock their pace tells: %i Hz',
    (clockRateHz) => {
      const [stream] = analyze(captureOf(rtpFrames(100, { payloadType: 100, clockRateHz })));
      expect(stream).toMatchObject({ codec: null, clockRateHz, isClockGuessed: true, jitterUs: 0 });
      expect(stream?.mosListening).toBeNull();
    },
  );
});

describe('keys', () => {
  const event = (number: number, isEnd: boolean, duration: number) =>
    Uint8Array.of(number, isEnd ? 0x8a : 0x0a, duration >> 8, duration & 0xff);
  const frames = [5, 11].flatMap((number, key) =>
    [0, 1, 2, 3, 4, 5].map((packet) =>
      rtpFrame({
        atUs: BEGIN_US + 400_000 + key * 400_000 + packet * 20_000 + 1,
        sequenceNumber: 500 + key * 6 + packet,
        timestamp: 3200 + key * 3200,
        payloadType: 101,
        payload: event(number, packet >= 3, Math.min(packet + 1, 4) * 160),
      }),
    ),
  );

  it.each([
    ['guessed by their shape', () => undefined],
    ['described', describeBob(false, [101, { encodingName: 'telephone-event', clockRateHz: 8000 }])],
  ])('are read: %s', (_, prepare) => {
    const [stream] = analyze(captureOf(frames), {}, prepare);
    expect(stream?.digits.map(({ digit, durationMs }) => [digit, durationMs])).toEqual([
      ['5', 80],
      ['#', 80],
    ]);
  });

  it('stay closed in SRTP', () => {
    const prepare = describeBob(true, [101, { encodingName: 'telephone-event', clockRateHz: 8000 }]);
    expect(analyze(captureOf(frames), {}, prepare)[0]).toMatchObject({ packets: 12, digits: [] });
  });
});

describe('round trips', () => {
  const alice = rtpFrames(300);
  const bob = rtpFrames(300, { synchronizationSource: 0x5678 }).map(fromBob);
  const rtcp = (atUs: number, payload: Uint8Array) => udpFrame(atUs, 10_001, 30_001, payload);
  /** Bob answers Alice's report 30 ms after it passed, 10 ms of which he kept it; Alice needs 5 + 2 for his. */
  const toBob = [
    rtcp(BEGIN_US + 1_000_000, senderReport(BEGIN_US + 990_000, 0x1234)),
    fromBob(
      rtcp(
        BEGIN_US + 1_030_000,
        receiverReport(0x5678, 0x1234, BEGIN_US + 990_000, 10_000, { cumulativeLost: 7, fractionLost: 64 }),
      ),
    ),
  ];
  const toAlice = [
    fromBob(rtcp(BEGIN_US + 2_000_000, senderReport(BEGIN_US + 1_980_000, 0x5678))),
    rtcp(BEGIN_US + 2_007_000, receiverReport(0x1234, 0x5678, BEGIN_US + 1_980_000, 2000)),
  ];

  it('are the ways to both ends, added', () => {
    const [first, second] = analyze(captureOf(alice, bob, toBob, toAlice));
    for (const stream of [first, second]) {
      expect(stream?.roundTripTimeUs).toBeCloseTo(25_000, -2);
      expect(stream?.roundTripHalves).toBe(2);
    }
    expect(first?.remote).toMatchObject({ lostCumulative: 7, fractionLost: 64 });
    expect(first?.quality?.delayMs).toBeCloseTo(12.5 + 20, 0);
  });

  it('are one way only where one end never answers', () => {
    const [first] = analyze(captureOf(alice, bob, toBob));
    expect(first?.roundTripTimeUs).toBeCloseTo(20_000, -2);
    expect(first?.roundTripHalves).toBe(1);
  });

  it('are not known where the report that is answered is not in the capture', () => {
    const [first] = analyze(captureOf(alice, bob, toBob.slice(1)));
    expect(first).toMatchObject({ roundTripTimeUs: null, roundTripHalves: 0 });
    expect(first?.remote?.lostCumulative).toBe(7);
  });
});

describe('minutes', () => {
  // Four minutes: a loss of every tenth packet in the second, nothing at all in the third.
  const frames = rtpFrames(12_000).filter((_, index) => {
    const minute = Math.floor(index / 3000);
    return minute === 1 ? index % 10 !== 5 : minute !== 2;
  });

  it('are counted one by one', () => {
    const [stream] = analyze(captureOf(frames));
    expect(stream?.minutes.map(({ packets, lost, beginUs }) => [packets, lost, beginUs])).toEqual([
      [3000, 0, BEGIN_US],
      [2700, 300, BEGIN_US + 60_000_000],
      [3000, 0, BEGIN_US + 180_000_000],
    ]);
    expect(stream).toMatchObject({ packets: 8700, restarts: 1 });
  });

  it.each([1_000_000, 5_000_000, 20_000_000])(
    'are the same when made of intervals of %i us',
    (intervalUs) => {
      const [whole] = analyze(captureOf(frames));
      const [parts] = analyze(captureOf(frames), { intervalUs });
      expect(parts?.minutes).toEqual(whole?.minutes);
      expect({ ...parts, intervals: null }).toEqual({ ...whole, intervals: null });
      expect(parts?.intervals.length).toBeGreaterThan(whole?.intervals.length ?? 0);
    },
  );
});
