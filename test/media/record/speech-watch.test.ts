import { describe, expect, it } from 'vitest';
import { SpeechWatch } from '../../../media/record/speech-watch.ts';

const LOUD = 2000;
const SOFT = 20;

/** Loudness of each frame of 20 ms of one speaker; the segments it makes. */
function watch(frames: readonly number[]) {
  const speech = new SpeechWatch();
  const segments = frames.flatMap((loudness, frame) => {
    speech.hear('a', loudness, frame * 20, 20);
    return speech.takeFinished(frame * 20);
  });
  return [...segments, ...speech.takeAll()].map(({ startMs, endMs }) => [startMs, endMs]);
}

const frames = (count: number, loudness: number): number[] => new Array(count).fill(loudness);

describe('who spoke when', () => {
  it.each([
    ['nobody', frames(100, SOFT), []],
    ['one word', [...frames(10, SOFT), ...frames(20, LOUD), ...frames(50, SOFT)], [[200, 600]]],
    [
      'a pause within a sentence',
      [...frames(10, LOUD), ...frames(20, SOFT), ...frames(10, LOUD)],
      [[0, 800]],
    ],
    [
      'two sentences',
      [...frames(10, LOUD), ...frames(40, SOFT), ...frames(10, LOUD)],
      [
        [0, 200],
        [1000, 1200],
      ],
    ],
    ['a click', [...frames(2, LOUD), ...frames(60, SOFT)], []],
  ])('%s', (_name, loudness, segments) => {
    expect(watch(loudness)).toEqual(segments);
  });

  it('keeps speakers apart', () => {
    const speech = new SpeechWatch();
    for (let frame = 0; frame < 10; frame++) {
      speech.hear('a', LOUD, frame * 20, 20);
      if (frame >= 5) speech.hear('b', LOUD, frame * 20, 20);
    }
    expect(speech.takeFinished(200)).toEqual([]);
    expect(speech.takeAll()).toEqual([
      { speakerId: 'a', startMs: 0, endMs: 200 },
      { speakerId: 'b', startMs: 100, endMs: 200 },
    ]);
    expect(speech.takeAll()).toEqual([]);
  });
});
