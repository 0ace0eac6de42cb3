import { describe, expect, it } from 'vitest';
import { decodeG711, PCMU } from '../../../media/codec/g711.ts';
import { G722Decoder } from '../../../media/codec/g722.ts';
import { G722_CODEC } from '../../../media/codec/g722-codec.ts';
import { Mixer, type MixParticipant } from '../../../media/mix/mixer.ts';
import { sineTone, toneAmplitude } from '../../support/tone.ts';

const FRAMES = 50;

/** Says a tone at its own rate, or nothing. */
class Talker implements MixParticipant {
  readonly samples: Int16Array;
  frameOffset = 0;
  isHeard = true;
  level = 0;
  isSpeaking = false;
  readonly sampleRateHz: 8000 | 16_000;
  readonly loudness: number;
  readonly heard: number[] = [];

  constructor(sampleRateHz: 8000 | 16_000, toneHz: number | null) {
    this.sampleRateHz = sampleRateHz;
    this.loudness = toneHz === null ? 0 : 5000;
    const samples = (FRAMES * sampleRateHz) / 50;
    this.samples = toneHz === null ? new Int16Array(samples) : sineTone(toneHz, sampleRateHz, samples);
  }

  amplitude(hz: number): number {
    const settled = Int16Array.from(this.heard.slice(this.heard.length / 5));
    return toneAmplitude(settled, this.sampleRateHz, hz);
  }
}

function run(...talkers: Talker[]): void {
  const mixer = new Mixer<Talker>();
  for (const talker of talkers) mixer.add(talker);
  for (let frame = 0; frame < FRAMES; frame++) {
    for (const talker of talkers) talker.frameOffset = (frame * talker.sampleRateHz) / 50;
    mixer.mix();
    for (const talker of talkers) {
      const sum = new Int32Array(talker.sampleRateHz / 50);
      mixer.hear(talker, sum);
      talker.heard.push(...sum);
    }
  }
}

describe('a mix of two rates', () => {
  it('is heard by everybody at the own rate, whatever the others have', () => {
    const [narrow, wide, listener] = [
      new Talker(8000, 500),
      new Talker(16_000, 700),
      new Talker(16_000, null),
    ];
    run(narrow, wide, listener);
    expect(narrow.amplitude(700)).toBeCloseTo(0.25, 2);
    expect(wide.amplitude(500)).toBeCloseTo(0.25, 2);
    expect(listener.amplitude(500)).toBeCloseTo(0.25, 2);
    expect(listener.amplitude(700)).toBeCloseTo(0.25, 2);
  });

  it('gives nobody himself, to the last bit', () => {
    const [narrow, wide] = [new Talker(8000, 500), new Talker(16_000, null)];
    run(narrow, wide);
    expect(new Set(narrow.heard)).toEqual(new Set([0]));
    const [other, wideTalker] = [new Talker(8000, null), new Talker(16_000, 500)];
    run(other, wideTalker);
    expect(new Set(wideTalker.heard)).toEqual(new Set([0]));
  });

  it('keeps what only wideband holds for who can hear it, and folds nothing down for the others', () => {
    const [narrow, wide, listener] = [
      new Talker(8000, null),
      new Talker(16_000, 6000),
      new Talker(16_000, null),
    ];
    run(narrow, wide, listener);
    expect(listener.amplitude(6000)).toBeCloseTo(0.25, 2);
    expect(narrow.amplitude(2000)).toBeLessThan(0.001);
  });

  it('is encoded once for all who listen by a codec', () => {
    const mixer = new Mixer<Talker>();
    const talkers = [new Talker(8000, 500), new Talker(16_000, null), new Talker(16_000, null)];
    for (const talker of talkers) mixer.add(talker);
    mixer.mix();
    const octets = mixer.encodeShared(G722_CODEC);
    expect(mixer.encodeShared(G722_CODEC)).toBe(octets);
    const samples = new Int16Array(320);
    new G722Decoder().decode(octets, 0, samples, 0, octets.length);
    expect(toneAmplitude(samples.subarray(160), 16_000, 500)).toBeGreaterThan(0.15);
    const narrow = new Int16Array(160);
    decodeG711(PCMU, mixer.encodeFor(talkers[1]!, PCMU), 0, narrow, 0, 160);
    expect(toneAmplitude(narrow, 8000, 500)).toBeCloseTo(0.25, 1);
  });
});
