/** Sound that is no key must not be heard as one: speech, noise, music and the tones of the telephone network. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join as joinPath } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Resampler } from '../../../media/codec/resampler.ts';
import { seededRandom } from '../../../media/impairment/random.ts';
import { readWav } from '../../support/wav-file.ts';
import { digitsIn, join, keySound, silence, tones, withNoise } from './dtmf-sound.ts';

/** Full of vowels, at pitches whose harmonics meet the tones. */
const ENGLISH =
  'Welcome to the meeting. Please enter your meeting number, followed by the pound key. We are not going to do all ' +
  'of that now, but you ought to know who owns the room, how low the volume is, and why nobody on our side saw you. ' +
  'Oh no, not another long pause. Are you all there? Hello? Moderators may mute everybody, lock the door, or go.';
const GERMAN =
  'Willkommen. Bitte geben Sie die Nummer der Besprechung ein, danach die Rautetaste. Wo wohnen die Großeltern, ' +
  'und warum so weit oben? Morgen um vier Uhr wollen wir noch einmal über alles reden, was offen geblieben ist.';
const VOICES = [
  { voice: 'en', pitch: 50, text: ENGLISH },
  { voice: 'en+f3', pitch: 70, text: ENGLISH },
  { voice: 'en+f5', pitch: 95, text: ENGLISH },
  { voice: 'en+m7', pitch: 10, text: ENGLISH },
  { voice: 'de', pitch: 40, text: GERMAN },
  { voice: 'de+f2', pitch: 85, text: GERMAN },
];

/** Speech at 8 kHz, 22,050 Hz taken as 24,000, then down by three: a little higher and faster, and just as much speech. */
function speak(voice: string, pitch: number, text: string): Int16Array {
  const folder = mkdtempSync(joinPath(tmpdir(), 'carillon-speech-'));
  try {
    const path = joinPath(folder, 'speech.wav');
    const { status } = spawnSync('espeak-ng', ['-v', voice, '-p', `${pitch}`, '-w', path, text]);
    expect(status).toBe(0);
    const { samples } = readWav(path);
    const doubled = Int16Array.from({ length: samples.length * 2 }, (_, index) => samples[index >> 1]!);
    const even = doubled.subarray(0, doubled.length - (doubled.length % 6));
    const speech = new Int16Array(even.length / 6);
    new Resampler(48_000, 8000).resample(even, 0, even.length, speech, 0);
    return speech;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('speech of espeak-ng', () => {
  it.each(VOICES)('is no key: $voice at pitch $pitch', ({ voice, pitch, text }) => {
    const speech = speak(voice, pitch, text);
    expect(speech.length).toBeGreaterThan(8 * 8000);
    expect(digitsIn(speech)).toBe('');
    expect(digitsIn(speech.map((sample) => sample >> 3))).toBe('');
  });

  it('does not hide a key that is pressed in a pause', () => {
    const speech = speak('en', 50, 'Please press a key now.');
    const key = keySound({ digit: '7', durationMs: 80 });
    expect(digitsIn(join(speech, silence(40), key, silence(40), speech))).toBe('7');
  });
});

/**
 * A vowel by its harmonics alone: a comb of tones at multiples of its pitch, with two formants 120 Hz wide.
 * @param glide by how much the pitch rises within the vowel, as a part of it
 */
function vowel(pitchHz: number, formants: readonly number[], glide: number): Int16Array {
  const sound = new Float64Array(2400);
  for (let harmonic = 1; harmonic * pitchHz * (1 + glide) < 3800; harmonic++) {
    const hz = harmonic * pitchHz;
    const gain = formants.reduce((sum, formant) => sum + 1 / Math.hypot(1, (hz - formant) / 60), 0);
    for (let index = 0; index < sound.length; index++) {
      const seconds = index / 8000;
      sound[index]! +=
        gain * Math.sin(2 * Math.PI * hz * (seconds + (glide * seconds ** 2) / 0.6) + harmonic);
    }
  }
  const peak = sound.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
  return Int16Array.from(sound, (sample) => (sample / peak) * 16_000);
}

describe('what is no key', () => {
  it.each([60, 80, 100, 130, 170, 200, 238, 242, 250])('vowels at a pitch of %i Hz', (pitchHz) => {
    const formants = [
      [700, 1220],
      [770, 1340],
      [850, 1480],
      [940, 1210],
      [940, 1630],
    ];
    for (const pair of formants) {
      for (const glide of [0, 0.03, -0.1]) expect(digitsIn(vowel(pitchHz, pair, glide))).toBe('');
    }
  });

  it('noise of any level', () => {
    for (const level of [-40, -20, -5]) expect(digitsIn(withNoise(silence(20_000), level, 11))).toBe('');
  });

  it('one tone, or two of one group', () => {
    for (const hz of [697, 941, 1209, 1633]) expect(digitsIn(tones([{ hz, level: -5 }], 500))).toBe('');
    const pair = [
      { hz: 697, level: -10 },
      { hz: 852, level: -10 },
    ];
    expect(digitsIn(tones(pair, 500))).toBe('');
  });

  it('a key with a third tone', () => {
    const parts = [697, 1209, 1477].map((hz) => ({ hz, level: -10 }));
    expect(digitsIn(tones(parts, 500))).toBe('');
  });

  it('the tones of the network, and those of a fax', () => {
    const pairs = [
      [350, 440],
      [440, 480],
      [480, 620],
      [425, 425],
      [1100, 1100],
      [2100, 2100],
      [1400, 2060],
    ];
    for (const pair of pairs)
      expect(
        digitsIn(
          tones(
            pair.map((hz) => ({ hz, level: -10 })),
            1000,
          ),
        ),
      ).toBe('');
  });

  it('a melody in two voices with overtones', () => {
    const random = seededRandom(21);
    const chords = Array.from({ length: 200 }, () => {
      const notes = [0, 1].map(() => 220 * 2 ** (Math.floor(random() * 30) / 12));
      const parts = notes.flatMap((hz) => [1, 2, 3].map((n) => ({ hz: hz * n, level: -8 - n * 6 })));
      return tones(
        parts.filter(({ hz }) => hz < 3800),
        120,
      );
    });
    expect(digitsIn(join(...chords))).toBe('');
  });
});
