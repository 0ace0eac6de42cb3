import type { RtpSocket } from './rtp-socket.ts';
import { toneAmplitude, toneAmplitudePeak } from './tone.ts';
import type { PcmSound } from './wav-file.ts';

/** Callers send tones at a quarter of full scale; G.711 and the mix keep them within a few per cent. */
export const PRESENT_AMPLITUDE = 0.15;
/** What the side lobes of another tone may leave, cut anywhere. */
export const ABSENT_AMPLITUDE = 0.02;
const POLL_MS = 50;
const PACKETS_A_SECOND = 50;

export function isToneIn(sound: PcmSound, toneHz: number): boolean {
  return toneAmplitudePeak(sound.samples, sound.sampleRateHz, toneHz) >= PRESENT_AMPLITUDE;
}

export function isToneAbsent(sound: PcmSound, toneHz: number): boolean {
  return toneAmplitudePeak(sound.samples, sound.sampleRateHz, toneHz) <= ABSENT_AMPLITUDE;
}

/** Resolves when the tone was heard for `seconds` in all since this was called. */
export async function hearTone(
  rtp: RtpSocket,
  toneHz: number,
  seconds: number,
  deadlineMs = 15_000,
): Promise<void> {
  const endsAtMs = performance.now() + deadlineMs;
  const already = tonePackets(rtp, toneHz);
  while (tonePackets(rtp, toneHz) - already < seconds * PACKETS_A_SECOND) {
    if (performance.now() > endsAtMs) {
      const heard = tonePackets(rtp, toneHz) - already;
      const all = rtp.received.length;
      throw new Error(`${toneHz} Hz: in ${heard} packets of ${all} received, within ${deadlineMs} ms`);
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/**
 * The part of the 100 ms windows, from the tone's first one to its last, that hold it at its full height: 1 is
 * a sound without a gap.
 */
export function toneContinuity(sound: PcmSound, toneHz: number): number {
  const window = Math.round(sound.sampleRateHz / 10);
  const amplitudes: number[] = [];
  for (let from = 0; from + window <= sound.samples.length; from += window) {
    amplitudes.push(toneAmplitude(sound.samples.subarray(from, from + window), sound.sampleRateHz, toneHz));
  }
  const first = amplitudes.findIndex((amplitude) => amplitude >= PRESENT_AMPLITUDE);
  const last = amplitudes.findLastIndex((amplitude) => amplitude >= PRESENT_AMPLITUDE);
  if (first < 0) return 0;
  const span = amplitudes.slice(first, last + 1);
  return span.filter((amplitude) => amplitude >= PRESENT_AMPLITUDE).length / span.length;
}

function tonePackets(rtp: RtpSocket, toneHz: number): number {
  const { samples, sampleRateHz } = rtp.heard();
  const window = sampleRateHz / PACKETS_A_SECOND;
  let count = 0;
  for (let from = 0; from + window <= samples.length; from += window) {
    const amplitude = toneAmplitude(samples.subarray(from, from + window), sampleRateHz, toneHz);
    if (amplitude >= PRESENT_AMPLITUDE) count += 1;
  }
  return count;
}
