import { narrowband } from '../../media/prompt/clip.ts';
import type { Language, Phrase } from '../../media/prompt/phrases.ts';
import { clipName, readClips } from '../../media/prompt/read-clips.ts';
import type { RtpSocket } from './rtp-socket.ts';

const CLIPS = readClips();
const SAMPLE_RATE_HZ = 8000;
/** A part of each sentence long enough to be told from any other. */
const WINDOW_SAMPLES = 0.3 * SAMPLE_RATE_HZ;
/** G.711 and the mix leave the likeness of the same sentence above 0.98, of another one below 0.5. */
const LIKENESS = 0.9;
const POLL_MS = 200;

/**
 * Whether a sentence was heard: its loudest part stands somewhere in the sound. Alone, for what else sounds makes it
 * unlike.
 */
export function isSpoken(samples: Int16Array, phrase: Phrase, language: Language = 'en'): boolean {
  return likenessOf(samples, phrase, language) >= LIKENESS;
}

/** The greatest correlation, from 0 to 1, of the sound with the loudest part of a sentence. */
export function likenessOf(samples: Int16Array, phrase: Phrase, language: Language): number {
  const clip = CLIPS[clipName(phrase, language)];
  if (clip === undefined) throw new Error(`no recording of ${phrase}`);
  const pattern = loudestPart(narrowband(clip));
  const patternEnergy = energyOf(pattern, 0);
  let windowEnergy = energyOf(samples, 0);
  let greatest = 0;
  for (let at = 0; at + WINDOW_SAMPLES <= samples.length; at++) {
    if (windowEnergy > patternEnergy / 100) {
      let product = 0;
      for (let index = 0; index < WINDOW_SAMPLES; index++) {
        product += (samples[at + index] as number) * (pattern[index] as number);
      }
      greatest = Math.max(greatest, product / Math.sqrt(windowEnergy * patternEnergy));
    }
    windowEnergy += (samples[at + WINDOW_SAMPLES] ?? 0) ** 2 - (samples[at] as number) ** 2;
  }
  return greatest;
}

/** Resolves when the sentence was heard in what came since `fromPacket`. */
export async function hearSpoken(
  rtp: RtpSocket,
  phrase: Phrase,
  { language = 'en', deadlineMs = 20_000 }: { language?: Language; deadlineMs?: number } = {},
): Promise<void> {
  const endsAtMs = performance.now() + deadlineMs;
  let from = 0;
  for (;;) {
    const { samples } = rtp.heard();
    if (isSpoken(samples.subarray(from), phrase, language)) return;
    // What was looked through is not looked through again.
    from = Math.max(0, samples.length - WINDOW_SAMPLES);
    if (performance.now() > endsAtMs) {
      const likeness = likenessOf(samples, phrase, language);
      throw new Error(
        `"${phrase}" was not heard in ${samples.length / SAMPLE_RATE_HZ} s; likeness ${likeness}`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

function loudestPart(samples: Int16Array): Int16Array {
  let loudest = 0;
  let energy = 0;
  for (let at = 0; at + WINDOW_SAMPLES <= samples.length; at += 80) {
    const here = energyOf(samples, at);
    if (here > energy) [loudest, energy] = [at, here];
  }
  const part = new Int16Array(WINDOW_SAMPLES);
  part.set(samples.subarray(loudest, loudest + WINDOW_SAMPLES));
  return part;
}

function energyOf(samples: Int16Array, at: number): number {
  let energy = 0;
  for (let index = 0; index < WINDOW_SAMPLES; index++) energy += (samples[at + index] ?? 0) ** 2;
  return energy;
}
