import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CaptureDecoder } from '../../../media/capture/capture-decoder.ts';
import { reportCapture } from '../../../media/capture/capture-report.ts';
import type { CapturedStream } from '../../../media/capture/captured-stream.ts';
import { RtpCapture } from '../../../media/capture/rtp-capture.ts';
import { jitterPercentileUs } from '../../../media/receive/jitter-classes.ts';
import { BEGIN_US, captureOf, rtpFrame, rtpFrames } from '../../support/media-frames.ts';
import type { UdpFrame } from '../../support/pcap-file.ts';

function analyze(frames: readonly UdpFrame[]): CapturedStream {
  const capture = new RtpCapture();
  const decoder = new CaptureDecoder(capture);
  decoder.push(captureOf(frames));
  decoder.end();
  capture.end();
  const [stream] = reportCapture(capture);
  if (stream === undefined) throw new Error('no stream');
  return stream;
}

function frame(number: number, timestamp: number, atMs: number, isMarked = false): UdpFrame {
  return rtpFrame({ atUs: BEGIN_US + atMs * 1000, sequenceNumber: number, timestamp, isMarked });
}

describe('the course of a stream, as docs/quality.md derives it', () => {
  it('tells what is late', () => {
    const frames = rtpFrames(100).map((each, at) =>
      at === 50 ? { ...each, atUs: each.atUs + 30_000 } : each,
    );
    expect(analyze(frames)).toMatchObject({ late: 1, lost: 0, deltaMaxUs: 40_000, packetTimeUs: 20_000 });
    const early = rtpFrames(100).map((each, at) =>
      at === 50 ? { ...each, atUs: each.atUs + 15_000 } : each,
    );
    expect(analyze(early)).toMatchObject({ late: 0, burstGap: null });
  });

  it('counts bursts and gaps', () => {
    const frames = rtpFrames(1000).filter((_, at) => ![100, 104, 105, 500].includes(at));
    const { burstGap } = analyze(frames);
    expect(burstGap).toMatchObject({ bursts: 1, burstDensityPercent: 50, burstDurationMs: 120 });
    expect(burstGap?.gapDensityPercent).toBeCloseTo(0.1, 2);
    expect(burstGap?.gapDurationMs).toBe(9940);
  });

  it('tells silence from loss, with a marker and without', () => {
    const talk = (from: number, at: number, isMarked: boolean) =>
      Array.from({ length: 20 }, (_, index) =>
        frame(from + index, (at + index) * 160, (at + index) * 20, isMarked && index === 0),
      );
    expect(analyze([...talk(0, 0, true), ...talk(20, 29, true)])).toMatchObject({
      silenceUs: 180_000,
      lost: 0,
    });
    expect(analyze([...talk(0, 0, false), ...talk(20, 29, false)])).toMatchObject({
      silenceUs: 180_000,
      lost: 0,
    });
    expect(analyze([...talk(0, 0, false), ...talk(29, 29, false)])).toMatchObject({ silenceUs: 0, lost: 9 });
  });

  it('sees the packet time change', () => {
    const first = rtpFrames(50);
    const second = Array.from({ length: 50 }, (_, at) =>
      frame(50 + at, 49 * 160 + (at + 1) * 240, 980 + (at + 1) * 30),
    );
    const expected = { packetTimeUs: 30_000, packetTimeChanges: 1, silenceUs: 0, lost: 0, late: 0 };
    expect(analyze([...first, ...second])).toMatchObject(expected);
  });

  it('measures the skew of a clock, which makes nothing late', () => {
    fc.assert(
      fc.property(fc.integer({ min: -200, max: 200 }), (ppm) => {
        const frames = Array.from({ length: 3000 }, (_, at) =>
          frame(at, at * 160, Math.round(at * 20_000 * (1 - ppm * 1e-6)) / 1000),
        );
        const stream = analyze(frames);
        expect(stream).toMatchObject({ late: 0, lost: 0, silenceUs: 0, packetTimeChanges: 0 });
        expect(stream.skewUs).toBeCloseTo(2999 * 20_000 * ppm * 1e-6, -1);
      }),
      { numRuns: 20 },
    );
  });

  it('tells the jitter that most packets stay below', () => {
    // Every other packet 8 ms late: the running jitter comes to 8 ms, between the bounds 6144 and 8192 µs.
    const frames = rtpFrames(3000).map((each, at) => ({ ...each, atUs: each.atUs + (at % 2) * 8000 }));
    const { jitterP95Us, jitterUs, jitterMaxUs } = analyze(frames);
    expect(jitterP95Us).toBeGreaterThan(7900);
    expect(jitterP95Us).toBeLessThanOrEqual(jitterMaxUs ?? 0);
    expect(jitterUs).toBeGreaterThan(7900);
    expect(analyze(rtpFrames(100)).jitterP95Us).toBe(0);
  });

  it('reads percentiles off the classes', () => {
    const classes = new Uint8Array(32);
    // 1024 µs is 16 µs, six octaves up: two classes each.
    classes[12] = 175;
    classes[13] = 12;
    expect(jitterPercentileUs(classes, 0.95)).toBeCloseTo(1536 + 512 * ((187 * 0.95 - 175) / 12), 9);
    expect(jitterPercentileUs(new Uint8Array(32), 0.95)).toBeNull();
  });
});
