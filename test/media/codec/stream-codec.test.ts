import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { findAudioCodec, isG711 } from '../../../media/codec/audio-codec.ts';
import { findOpusCodec, loadOpus } from '../../../media/codec/opus.ts';
import type { StreamCodec, StreamDecoder, StreamEncoder } from '../../../media/codec/stream-codec.ts';
import { sineTone, toneAmplitude } from '../../support/tone.ts';

const FRAME = 320;
const RATE_HZ = 16_000;

beforeAll(loadOpus);

function codecOf(name: string, parameters: string | null = null): StreamCodec {
  const codec = findAudioCodec(name, parameters);
  if (codec === null || isG711(codec)) throw new Error(`${name} is no codec with a memory`);
  return codec;
}

function pairOf(codec: StreamCodec): { encoder: StreamEncoder; decoder: StreamDecoder } {
  const [encoder, decoder] = [codec.createEncoder(), codec.createDecoder()];
  if (encoder === null || decoder === null) throw new Error('none to be had');
  return { encoder, decoder };
}

/** Frame by frame through a codec; what `lose` says is missing comes as it makes it up. */
function transmit(
  codec: StreamCodec,
  sound: Int16Array,
  lose: (frame: number, next: Uint8Array, decoder: StreamDecoder, into: Int16Array) => boolean = () => false,
): Int16Array {
  const { encoder, decoder } = pairOf(codec);
  const packets: Uint8Array[] = [];
  for (let at = 0; at < sound.length; at += FRAME) {
    const octets = new Uint8Array(1275);
    packets.push(octets.slice(0, encoder.encode(Int32Array.from(sound.subarray(at, at + FRAME)), octets)));
  }
  const heard = new Int16Array(sound.length);
  packets.forEach((packet, frame) => {
    const into = heard.subarray(frame * FRAME, (frame + 1) * FRAME);
    if (lose(frame, packets[frame + 1] ?? packet, decoder, into)) return;
    expect(decoder.durationOf(packet, 0, packet.length)).toBe(FRAME);
    expect(decoder.decode(packet, 0, packet.length, into)).toBe(FRAME);
  });
  encoder.close();
  decoder.close();
  return heard;
}

describe.each(['G722', 'opus'])('%s', (name) => {
  it.each([300, 1000, 3000, 6000])('carries %i Hz', (hz) => {
    const heard = transmit(codecOf(name), sineTone(hz, RATE_HZ, 50 * FRAME));
    const middle = heard.subarray(20 * FRAME, 40 * FRAME);
    expect(toneAmplitude(middle, RATE_HZ, hz)).toBeGreaterThan(0.2);
    expect(toneAmplitude(middle, RATE_HZ, hz)).toBeLessThan(0.3);
  });

  it('clips what is louder than 16 bits, and does not wrap', () => {
    const { encoder } = pairOf(codecOf(name));
    const octets = new Uint8Array(1275);
    expect(encoder.encode(new Int32Array(FRAME).fill(90_000), octets)).toBeGreaterThan(0);
  });

  it('takes any octets', () => {
    const { decoder } = pairOf(codecOf(name));
    const samples = new Int16Array(1920);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 1400 }), (payload) => {
        const duration = decoder.durationOf(payload, 0, payload.length);
        expect(duration).toBeGreaterThanOrEqual(0);
        expect(duration).toBeLessThanOrEqual(samples.length);
        if (duration > 0) expect(decoder.decode(payload, 0, payload.length, samples)).toBe(duration);
      }),
    );
  });
});

describe('an encoder of G.722 that goes on for another', () => {
  it('writes what that one would have written', () => {
    const [first, second] = [pairOf(codecOf('G722')).encoder, pairOf(codecOf('G722')).encoder];
    const frames = [0, 1].map((frame) => Int32Array.from(sineTone(700, RATE_HZ, FRAME, 0.25, frame * FRAME)));
    const [ours, theirs] = [new Uint8Array(160), new Uint8Array(160)];
    first.encode(frames[0]!, theirs);
    second.resume(first);
    first.encode(frames[1]!, theirs);
    second.encode(frames[1]!, ours);
    expect(ours).toEqual(theirs);
  });
});

describe('Opus', () => {
  it('is one codec for all who want the same, by their useinbandfec', () => {
    expect(findOpusCodec('useinbandfec=1; stereo=1')).toBe(findOpusCodec('stereo=0;useinbandfec=1'));
    expect(findOpusCodec('useinbandfec=1')).not.toBe(findOpusCodec(null));
    expect(findOpusCodec('maxplaybackrate=8000')).toBe(findOpusCodec(null));
  });

  /** A tone that leaps at each third frame: what is made up from before cannot know it. */
  const leaping = new Int16Array(60 * FRAME);
  for (let frame = 0; frame < 60; frame++) {
    const hz = 300 + 150 * (Math.floor(frame / 3) % 5);
    leaping.set(sineTone(hz, RATE_HZ, FRAME, 0.25, frame * FRAME), frame * FRAME);
  }

  function lossError(
    make: (decoder: StreamDecoder, next: Uint8Array, into: Int16Array) => void,
    parameters: string,
  ): number {
    const whole = transmit(codecOf('opus', parameters), leaping);
    const lossy = transmit(codecOf('opus', parameters), leaping, (frame, next, decoder, into) => {
      if (frame < 9 || frame % 3 !== 0) return false;
      make(decoder, next, into);
      return true;
    });
    return whole.reduce((sum, sample, index) => sum + (sample - lossy[index]!) ** 2, 0);
  }

  it('recovers a lost packet from the next one, where that has it, far better than by guessing', () => {
    const guess = (decoder: StreamDecoder, _next: Uint8Array, into: Int16Array): void =>
      decoder.concealment!.conceal(into, FRAME);
    const recover = (decoder: StreamDecoder, next: Uint8Array, into: Int16Array): void =>
      decoder.concealment!.recover(next, 0, next.length, into, FRAME);
    expect(lossError(recover, 'useinbandfec=1')).toBeLessThan(lossError(guess, 'useinbandfec=1') / 2);
  });
});
