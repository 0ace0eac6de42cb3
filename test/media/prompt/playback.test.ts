import { describe, expect, it } from 'vitest';
import { type Clips, createClip, narrowband } from '../../../media/prompt/clip.ts';
import { Playback } from '../../../media/prompt/playback.ts';

const FRAME = 320;

function clipOf(level: number, frames: number) {
  return new Int16Array(frames * FRAME).fill(level);
}

const CLIPS: Clips = { one: clipOf(100, 2), two: clipOf(1000, 1), music: clipOf(8, 1) };

/** The frames that follow, over a mix of 400, each told by its first and last sample; `!` where the queue ran empty. */
function hear(playback: Playback, frames: number): string[] {
  return Array.from({ length: frames }, () => {
    const frame = new Int32Array(FRAME).fill(400);
    const isOver = playback.addTo(frame);
    const levels = new Set(frame);
    return `${[...levels].join('/')}${isOver ? '!' : ''}`;
  });
}

describe('Playback', () => {
  it('plays one clip after the other over a lowered meeting, and says when the last is over', () => {
    const playback = new Playback(CLIPS, 16_000);
    playback.play(['one', 'two'], true);
    expect(hear(playback, 4)).toEqual(['200', '200', '1100!', '400']);
    expect(playback.isActive).toBe(false);
  });

  it('adds tones without lowering anything', () => {
    const playback = new Playback(CLIPS, 16_000);
    playback.play(['two'], false);
    expect(hear(playback, 2)).toEqual(['1400!', '400']);
  });

  it('is silent at once when stopped, and plays the next from its beginning', () => {
    const playback = new Playback(CLIPS, 16_000);
    playback.play(['one'], true);
    expect(hear(playback, 1)).toEqual(['200']);
    playback.stop();
    expect(playback.isActive).toBe(false);
    playback.play(['one'], true);
    expect(hear(playback, 3)).toEqual(['200', '200!', '400']);
  });

  it('repeats the background behind everything until it is taken away', () => {
    const playback = new Playback(CLIPS, 16_000);
    playback.setBackground('music');
    playback.play(['two'], true);
    expect(hear(playback, 3)).toEqual(['1102!', '408', '408']);
    playback.stop();
    expect(playback.isActive).toBe(true);
    playback.setBackground(null);
    expect(hear(playback, 1)).toEqual(['400']);
  });

  it('passes over what it does not know, and keeps no more than anybody listens to', () => {
    const playback = new Playback(CLIPS, 16_000);
    playback.play(['nothing', ...new Array(1000).fill('two')], true);
    const heard = hear(playback, 200);
    expect(heard.filter((frame) => frame.startsWith('1100'))).toHaveLength(100);
    expect(heard.filter((frame) => frame.endsWith('!'))).toHaveLength(1);
  });

  it('plays at the rate of its leg', () => {
    const playback = new Playback(CLIPS, 8000);
    playback.play(['one'], true);
    const frames = Array.from({ length: 4 }, () => playback.addTo(new Int32Array(FRAME / 2)));
    expect(frames).toEqual([false, true, false, false]);
  });
});

describe('createClip', () => {
  it('has the sound at both rates, as long, in shared memory', () => {
    const tone = Int16Array.from(
      { length: 1500 },
      (_, at) => 8000 * Math.sin((2 * Math.PI * 500 * at) / 16_000),
    );
    const clip = createClip(tone);
    const narrow = narrowband(clip);
    expect([clip.length, narrow.length]).toEqual([1920, 960]);
    expect(clip.buffer).toBeInstanceOf(SharedArrayBuffer);
    expect(narrowband(clip)).toBe(narrow);
    const loudest = Math.max(...narrow);
    expect(loudest).toBeGreaterThan(7800);
    expect(loudest).toBeLessThan(8200);
  });
});
