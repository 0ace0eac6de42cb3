import { describe, expect, it } from 'vitest';
import { CaptureDecoder } from '../../../media/capture/capture-decoder.ts';
import { reportCapture } from '../../../media/capture/capture-report.ts';
import { buffersOf } from '../../../media/capture/captured-columns.ts';
import { CapturedStreams } from '../../../media/capture/captured-streams.ts';
import { RtpCapture } from '../../../media/capture/rtp-capture.ts';
import { captureOf, rtpFrames } from '../../support/media-frames.ts';
import type { UdpFrame } from '../../support/pcap-file.ts';

/** A stream of that SSRC, of which every so many packets are missing; 0 for none. */
function losing(synchronizationSource: number, every: number, payloadType = 0) {
  const frames = rtpFrames(600, { synchronizationSource, payloadType });
  return frames.filter((_, index) => every === 0 || index % every !== every - 2);
}

function report(...streams: readonly UdpFrame[][]): CapturedStreams {
  const capture = new RtpCapture();
  new CaptureDecoder(capture).push(captureOf(...streams));
  capture.end();
  return reportCapture(capture);
}

function sources(streams: Iterable<{ readonly synchronizationSource: number }>): number[] {
  return Array.from(streams, ({ synchronizationSource }) => synchronizationSource);
}

const streams = report(
  losing(1, 0),
  losing(2, 5),
  losing(3, 50),
  losing(4, 0, 96),
  losing(5, 0),
  losing(6, 6),
);

describe('the streams of a capture', () => {
  it('come in the order in which they began', () => {
    expect(streams.length).toBe(6);
    expect(sources(streams)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it.each([
    [0, []],
    [1, [2]],
    [3, [2, 6, 3]],
    [4, [2, 6, 3, 1]],
    [100, [2, 6, 3, 1, 5, 4]],
  ])('%s of them: the worst first, the unrated last', (count, expected) => {
    expect(sources(streams.worstFirst(count))).toEqual(expected);
  });

  it('are as many below a score as say so themselves', () => {
    const scores = Array.from(streams, ({ mosConversational }) => mosConversational);
    for (const mos of [1, 2.5, 4.3, 5]) {
      const below = scores.filter((score) => score !== null && score < mos).length;
      expect(streams.countBelow(mos)).toBe(below);
    }
    expect(streams.countUnrated()).toBe(1);
  });

  it('are the same when another thread has them', () => {
    const before = [...report(losing(1, 7), losing(2, 0))];
    const { columns } = report(losing(1, 7), losing(2, 0));
    const moved = structuredClone(columns, { transfer: buffersOf(columns) });
    expect(columns.facts).toHaveLength(0);
    expect([...new CapturedStreams(moved)]).toEqual(before);
  });

  it('are none in a capture that has none', () => {
    const none = report([]);
    expect([none.length, [...none], none.worstFirst(5)]).toEqual([0, [], []]);
  });
});
