import { describe, expect, it } from 'vitest';
import { concealmentHistory, PacketLossConcealment } from '../../../media/codec/packet-loss-concealment.ts';
import { tonePower, toneSamples } from '../engine/rtp-caller.ts';

/** A tone, then `concealed` samples made up. */
function concealTone(frequencyHz: number, concealed: number): Int16Array {
  const samples = new Int16Array(concealmentHistory(8) + concealed);
  samples.set(toneSamples(frequencyHz, 0, concealmentHistory(8)));
  const concealment = new PacketLossConcealment(8);
  for (let at = concealmentHistory(8); at < samples.length; at += 160) {
    concealment.conceal(samples, at, Math.min(160, samples.length - at));
  }
  return samples.subarray(concealmentHistory(8));
}

describe('concealment', () => {
  it.each([100, 150, 440, 1000])('goes on with a tone of %i Hz for 10 ms', (frequencyHz) => {
    const made = concealTone(frequencyHz, 80);
    const expected = toneSamples(frequencyHz, concealmentHistory(8), 80);
    const error = made.reduce((sum, sample, index) => sum + Math.abs(sample - expected[index]!), 0) / 80;
    expect(error).toBeLessThan(1200);
  });

  it('fades by 20 % each 10 ms, and is silent after 60 ms', () => {
    const made = concealTone(400, 640);
    const sent = (8000 / 32_768) ** 2;
    expect(tonePower(made.subarray(0, 80), 400) / sent).toBeGreaterThan(0.9);
    const middle = tonePower(made.subarray(240, 320), 400) / sent;
    expect(middle).toBeGreaterThan(0.15);
    expect(middle).toBeLessThan(0.4);
    expect(made.subarray(480).every((sample) => sample === 0)).toBe(true);
  });

  it('blends into what comes next without a step', () => {
    const samples = new Int16Array(concealmentHistory(8) + 320);
    samples.set(toneSamples(440, 0, concealmentHistory(8)));
    const concealment = new PacketLossConcealment(8);
    concealment.conceal(samples, concealmentHistory(8), 160);
    const resumed = concealmentHistory(8) + 160;
    // The tone comes back in the opposite phase, the worst case.
    samples.set(
      toneSamples(440, resumed, 160).map((sample) => -sample),
      resumed,
    );
    const jump = Math.abs(samples[resumed]! - samples[resumed - 1]!);
    concealment.resume(samples, resumed, 160);
    const largest = Math.max(
      ...Array.from({ length: 60 }, (_, index) =>
        Math.abs(samples[resumed + index]! - samples[resumed + index - 1]!),
      ),
    );
    expect(largest).toBeLessThan(Math.max(jump, 3500));
    expect(samples[resumed + 40]).toBe(-toneSamples(440, resumed + 40, 1)[0]!);
  });

  it('leaves real samples alone where nothing was lost', () => {
    const samples = toneSamples(300, 0, 160);
    const before = [...samples];
    new PacketLossConcealment(8).resume(samples, 0, 160);
    expect([...samples]).toEqual(before);
  });
});
