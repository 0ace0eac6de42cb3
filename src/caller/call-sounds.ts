import { readFileSync } from 'node:fs';
import { resampleSound } from '../../media/codec/resample-sound.ts';
import { createKeyTone } from '../../media/dtmf/key-tone.ts';
import { CLIP_RATE_HZ, type Clip, createClip } from '../../media/prompt/clip.ts';
import { parseWav, WavError } from '../../media/record/wav.ts';
import { KEY_GAP_MS, type KeyStep } from './key-script.ts';

/** A file that is to be played cannot be; the message says why. */
export class UnplayableFile extends Error {
  override readonly name = 'UnplayableFile';
}

/** The clip of `--play`. */
export const FILE_CLIP = 'file';

export function keyClip(digit: string): string {
  return `key ${digit}`;
}

/**
 * What a call may be played: a WAV file, and the tones of keys.
 * @throws UnplayableFile
 */
export function loadSounds(
  file: string | null,
  keys: readonly KeyStep[],
  keyMs: number,
): Record<string, Clip> {
  const clips: Record<string, Clip> = {};
  if (file !== null) clips[FILE_CLIP] = loadFile(file);
  for (const { digit } of keys) {
    const tone = { toneMs: keyMs, silenceMs: KEY_GAP_MS, sampleRateHz: CLIP_RATE_HZ };
    clips[keyClip(digit)] ??= createClip(createKeyTone(digit, tone));
  }
  return clips;
}

function loadFile(path: string): Clip {
  try {
    const { samples, sampleRateHz } = parseWav(readFileSync(path));
    if (samples.length === 0) throw new WavError('it is empty');
    return createClip(resampleSound(samples, sampleRateHz, CLIP_RATE_HZ));
  } catch (error) {
    if (error instanceof WavError)
      throw new UnplayableFile(`${path} cannot be played: ${error.message}. WAV files can be: PCM or G.711.`);
    const { code } = error as NodeJS.ErrnoException;
    if (code !== undefined) throw new UnplayableFile(`${path} cannot be read: ${code}.`);
    throw error;
  }
}
