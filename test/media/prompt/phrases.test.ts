import { describe, expect, it } from 'vitest';
import { LANGUAGES, PHRASES, type Phrase, spokenDigits } from '../../../media/prompt/phrases.ts';
import { clipName, readClips } from '../../../media/prompt/read-clips.ts';

const clips = readClips();
const secondsOf = (name: string) => (clips[name]?.length ?? 0) / 16_000;

describe('the voice', () => {
  it.each(LANGUAGES)('says every phrase in %s, about as long as the sentence is', (language) => {
    for (const phrase of Object.keys(PHRASES) as Phrase[]) {
      const letters = PHRASES[phrase][language].length;
      const seconds = secondsOf(clipName(phrase, language));
      expect(seconds, phrase).toBeGreaterThan(letters * 0.04);
      expect(seconds, phrase).toBeLessThan(letters * 0.1 + 0.6);
    }
  });

  it('is no whisper and never clipped', () => {
    for (const [name, clip] of Object.entries(clips)) {
      const peak = clip.reduce((highest, sample) => Math.max(highest, Math.abs(sample)), 0);
      expect(peak, name).toBeGreaterThan(1500);
      expect(peak, name).toBeLessThan(32_700);
    }
  });

  it('has the computed sounds too', () => {
    expect(['join-tone', 'leave-tone', 'hold-music'].map(secondsOf).every((seconds) => seconds > 0.2)).toBe(
      true,
    );
  });
});

it('speaks numbers digit by digit', () => {
  expect(spokenDigits('60 6-4')).toEqual(['digit-6', 'digit-0', 'digit-6', 'digit-4']);
});
