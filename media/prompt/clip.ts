import { Resampler } from '../codec/resampler.ts';

/** Recorded sound at the rates that legs are mixed at, in memory that all media workers share. */
export interface Clip {
  readonly at8kHz: Int16Array;
  readonly at16kHz: Int16Array;
}

/** Clips by name. */
export type Clips = Readonly<Record<string, Clip>>;

export const CLIP_RATE_HZ = 16_000;
/** The resampler takes whole steps of 20 ms, and holds the last of a sound back until more comes. */
const STEP_SAMPLES = CLIP_RATE_HZ / 50;

/** @param samples at 16 kHz; silence makes the last 20 ms whole, and one step more follows */
export function createClip(samples: Int16Array): Clip {
  const steps = Math.ceil(samples.length / STEP_SAMPLES) + 1;
  const wide = sharedSamples(steps * STEP_SAMPLES);
  wide.set(samples);
  const narrow = sharedSamples(wide.length / 2);
  new Resampler(CLIP_RATE_HZ, 8000).resample(wide, 0, wide.length, narrow, 0);
  return { at8kHz: narrow, at16kHz: wide };
}

function sharedSamples(count: number): Int16Array {
  return new Int16Array(new SharedArrayBuffer(count * Int16Array.BYTES_PER_ELEMENT));
}
