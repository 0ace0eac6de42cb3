import { Resampler } from '../codec/resampler.ts';

/** Recorded sound at 16 kHz, in memory that all media workers share. */
export type Clip = Int16Array;

/** Clips by name. */
export type Clips = Readonly<Record<string, Clip>>;

export const CLIP_RATE_HZ = 16_000;
/** The resampler takes whole steps of 20 ms, and holds the last of a sound back until more comes. */
const STEP_SAMPLES = CLIP_RATE_HZ / 50;

/** @param samples at 16 kHz; silence makes the last 20 ms whole, and one step more follows */
export function createClip(samples: Int16Array): Clip {
  const steps = Math.ceil(samples.length / STEP_SAMPLES) + 1;
  const clip = new Int16Array(new SharedArrayBuffer(steps * STEP_SAMPLES * Int16Array.BYTES_PER_ELEMENT));
  clip.set(samples);
  return clip;
}

/** Made where a clip is first played: all at once would cost 200 ms of the start, one costs at most ten. */
const narrowbandByClip = new WeakMap<Clip, Int16Array>();

/** The clip at 8 kHz. */
export function narrowband(clip: Clip): Int16Array {
  const known = narrowbandByClip.get(clip);
  if (known !== undefined) return known;
  const narrow = new Int16Array(clip.length / 2);
  new Resampler(CLIP_RATE_HZ, 8000).resample(clip, 0, clip.length, narrow, 0);
  narrowbandByClip.set(clip, narrow);
  return narrow;
}
