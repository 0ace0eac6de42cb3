import { describe, expect, it } from 'vitest';
import { holdMusic, joinTone, leaveTone } from '../../../media/prompt/tone.ts';
import { toneAmplitude } from '../../support/tone.ts';

const RATE_HZ = 16_000;
const LOW_HZ = 1320;
const HIGH_HZ = 1760;
const part = (samples: Int16Array, fromMs: number, toMs: number) =>
  samples.subarray((fromMs * RATE_HZ) / 1000, (toMs * RATE_HZ) / 1000);
const stronger = (samples: Int16Array) =>
  toneAmplitude(samples, RATE_HZ, HIGH_HZ) > toneAmplitude(samples, RATE_HZ, LOW_HZ) ? 'high' : 'low';

describe('the tones of joining and leaving', () => {
  it('rise and fall', () => {
    expect([part(joinTone(), 0, 120), part(joinTone(), 150, 280)].map(stronger)).toEqual(['low', 'high']);
    expect([part(leaveTone(), 0, 120), part(leaveTone(), 150, 280)].map(stronger)).toEqual(['high', 'low']);
  });
});

describe('the music of waiting', () => {
  it('sounds throughout, never clips, and has no click where it begins again', () => {
    const music = holdMusic();
    for (let second = 0; second + 1 <= music.length / RATE_HZ; second++) {
      const sound = part(music, second * 1000, second * 1000 + 1000);
      const peak = Math.max(...sound);
      expect(peak).toBeGreaterThan(500);
      expect(peak).toBeLessThan(8000);
    }
    expect(Math.abs((music[0] ?? 0) - (music.at(-1) ?? 0))).toBeLessThan(300);
    expect(music.length % 320).toBe(0);
  });
});
