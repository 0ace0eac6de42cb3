import { describe, expect, it } from 'vitest';
import { PCMA, PCMU } from '../../../media/codec/g711.ts';
import { MIX_FRAME_SAMPLES, Mixer, type MixParticipant, silentFrame } from '../../../media/mix/mixer.ts';

function participant(level: number): MixParticipant {
  const samples = new Int16Array(2 * MIX_FRAME_SAMPLES).fill(12_345);
  samples.fill(level, 100, 100 + MIX_FRAME_SAMPLES);
  return {
    sampleRateHz: 8000,
    samples,
    frameOffset: 100,
    loudness: Math.abs(level),
    isHeard: true,
    level: 0,
    isSpeaking: false,
  };
}

function mixerOf(...levels: number[]): Mixer<MixParticipant> {
  const mixer = new Mixer<MixParticipant>();
  for (const level of levels) mixer.add(participant(level));
  mixer.mix();
  return mixer;
}

/** What each participant hears, decoded; constant over the frame. */
function heard(mixer: Mixer<MixParticipant>, codec = PCMU): number[] {
  return mixer.participants.map((each) => {
    const octets = mixer.encodeFor(each, codec);
    expect(new Set(octets).size).toBe(1);
    return codec.decodeTable[octets[0]!]!;
  });
}

describe('a mixer', () => {
  it('gives speakers the others, and listeners all', () => {
    expect(heard(mixerOf(1000, 2000, 4000, 0))).toEqual(
      [6000, 5000, 3000, 7000].map((sample) => PCMU.decodeTable[PCMU.encodeTable[sample + 131_072]!]),
    );
  });

  it('leaves out all but the three loudest', () => {
    const [quiet] = heard(mixerOf(50, 2000, 4000, 8000));
    expect(quiet).toBe(PCMU.decodeTable[PCMU.encodeTable[14_000 + 131_072]!]);
  });

  it('gives who is alone silence', () => {
    const mixer = mixerOf(5000);
    expect(mixer.encodeFor(mixer.participants[0]!, PCMA)).toEqual(silentFrame(PCMA));
    expect(silentFrame(PCMU)).toEqual(new Uint8Array(160).fill(0xff));
  });

  it('saturates instead of wrapping', () => {
    expect(heard(mixerOf(30_000, 30_000, 30_000, 0))[3]).toBe(32_124);
    expect(heard(mixerOf(-30_000, -30_000, -30_000, 0))[3]).toBe(-32_124);
  });

  it('encodes once for all listeners of a codec, and anew for each mix', () => {
    const mixer = mixerOf(1000, 0, 0, 0);
    const [speaker, first, second] = mixer.participants;
    expect(mixer.encodeFor(first!, PCMU)).toBe(mixer.encodeFor(second!, PCMU));
    expect(mixer.encodeFor(first!, PCMA)).not.toBe(mixer.encodeFor(first!, PCMU));
    mixer.remove(speaker!);
    mixer.mix();
    expect(mixer.encodeFor(first!, PCMU)).toEqual(silentFrame(PCMU));
    expect(speaker).toMatchObject({ isSpeaking: false, level: 0 });
  });

  it('has each participant once', () => {
    const mixer = new Mixer<MixParticipant>();
    const one = participant(1000);
    mixer.add(one);
    mixer.add(one);
    expect(mixer.participants).toHaveLength(1);
  });
});
