/** Sounds that are computed rather than recorded, at 16 kHz: the tones of joining and leaving, the music of waiting. */
import { CLIP_RATE_HZ } from './clip.ts';

interface Note {
  readonly frequencyHz: number;
  readonly startMs: number;
  readonly lengthMs: number;
}

const SAMPLES_PER_MS = CLIP_RATE_HZ / 1000;
/** −22 dBov: heard beside speech and not instead of it. */
const TONE_AMPLITUDE = 2600;
const MUSIC_AMPLITUDE = 1800;
/** Notes begin and end softly, without a click. */
const EDGE_MS = 8;

/** Rises when somebody joins. */
export function joinTone(): Int16Array {
  return play(300, TONE_AMPLITUDE, [note(1320, 0, 130), note(1760, 140, 150)]);
}

/** Falls when somebody leaves. */
export function leaveTone(): Int16Array {
  return play(300, TONE_AMPLITUDE, [note(1760, 0, 130), note(1320, 140, 150)]);
}

const BEAT_MS = 400;
/** C, A minor, F and G, each broken up and back: 16 beats twice as long as they need be to be tiring. */
const CHORDS_HZ = [
  [261.6, 329.6, 392.0, 523.3],
  [220.0, 261.6, 329.6, 440.0],
  [174.6, 220.0, 261.6, 349.2],
  [196.0, 246.9, 293.7, 392.0],
] as const;

/** Twelve seconds that can be repeated without a seam. */
export function holdMusic(): Int16Array {
  const beats = CHORDS_HZ.flatMap(([low, third, fifth, high]) => [
    low,
    third,
    fifth,
    high,
    fifth,
    third,
    low,
  ]);
  const notes = beats.map((frequencyHz, beat) => note(frequencyHz, beat * BEAT_MS, BEAT_MS * 1.6));
  return play(beats.length * BEAT_MS, MUSIC_AMPLITUDE, notes);
}

function note(frequencyHz: number, startMs: number, lengthMs: number): Note {
  return { frequencyHz, startMs, lengthMs };
}

/** Notes that reach over the end sound on at the beginning, so that the sound can be repeated. */
function play(lengthMs: number, amplitude: number, notes: readonly Note[]): Int16Array {
  const samples = new Int16Array(lengthMs * SAMPLES_PER_MS);
  for (const { frequencyHz, startMs, lengthMs: noteMs } of notes) {
    const count = Math.round(noteMs * SAMPLES_PER_MS);
    for (let index = 0; index < count; index++) {
      const at = (startMs * SAMPLES_PER_MS + index) % samples.length;
      const wave = Math.sin((2 * Math.PI * frequencyHz * index) / CLIP_RATE_HZ);
      samples[at] = (samples[at] as number) + wave * amplitude * envelope(index, count);
    }
  }
  return samples;
}

/** From 0 to 1 and back, with a slow decay between. */
function envelope(index: number, count: number): number {
  const edge = EDGE_MS * SAMPLES_PER_MS;
  const decay = 1 - (0.7 * index) / count;
  return decay * Math.min(1, index / edge, (count - index) / edge);
}
