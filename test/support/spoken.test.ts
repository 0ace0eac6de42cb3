import { describe, expect, it } from 'vitest';
import { narrowband } from '../../media/prompt/clip.ts';
import type { Phrase } from '../../media/prompt/phrases.ts';
import { clipName, readClips } from '../../media/prompt/read-clips.ts';
import { isSpoken, likenessOf } from './spoken.ts';

const CLIPS = readClips();
const soundOf = (phrase: Phrase, language: 'en' | 'de') => narrowband(CLIPS[clipName(phrase, language)]!);

describe('a sentence', () => {
  it('is found where it stands, and in its own language alone', () => {
    const sound = new Int16Array(40_000);
    sound.set(soundOf('muted', 'en'), 8_001);
    expect(isSpoken(sound, 'muted', 'en')).toBe(true);
    expect(likenessOf(sound, 'muted', 'de')).toBeLessThan(0.7);
    expect(likenessOf(sound, 'locked', 'en')).toBeLessThan(0.7);
  });

  it('is not found in silence', () => expect(isSpoken(new Int16Array(8000), 'muted')).toBe(false));
});
