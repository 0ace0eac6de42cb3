import { Application, createEncoder } from 'libopus-wasm';
import { beforeAll, describe, expect, it } from 'vitest';
import { findAudioCodec, isG711 } from '../../../media/codec/audio-codec.ts';
import { loadOpus } from '../../../media/codec/opus.ts';
import type { StreamCodec } from '../../../media/codec/stream-codec.ts';
import type { PayloadFormat } from '../../../media/engine/media-leg.ts';
import { createRtpHeader, readRtpHeader } from '../../../media/rtp/packet.ts';
import { sineTone, toneAmplitude } from '../../support/tone.ts';
import { join, keySound, silence } from '../dtmf/dtmf-sound.ts';
import { FakeLeg } from './fake-leg.ts';

const FRAME = 320;
const G722: PayloadFormat = {
  payloadType: 9,
  encodingName: 'G722',
  clockRateHz: 8000,
  channels: 1,
  parameters: null,
};
const OPUS: PayloadFormat = {
  payloadType: 111,
  encodingName: 'opus',
  clockRateHz: 48_000,
  channels: 2,
  parameters: 'useinbandfec=1',
};
const PCMU: PayloadFormat = { ...G722, payloadType: 0, encodingName: 'PCMU' };
const FORMATS = [G722, OPUS];

beforeAll(loadOpus);

function codecOf({ encodingName, parameters }: PayloadFormat): StreamCodec {
  const codec = findAudioCodec(encodingName, parameters);
  if (codec === null || isG711(codec)) throw new Error('no codec with a memory');
  return codec;
}

/** Sends sound of 16 kHz to a leg, frame by frame, and gives what the leg would be heard with. */
function play(
  leg: FakeLeg,
  format: PayloadFormat,
  sound: Int16Array,
  isLost = (_: number) => false,
): Int16Array {
  const encoder = codecOf(format).createEncoder()!;
  const octets = new Uint8Array(1275);
  const heard: number[] = [];
  leg.run((sound.length / FRAME) * 20, (tick) => {
    if (leg.media.sampleRateHz === 16_000) {
      heard.push(...leg.media.samples.subarray(leg.media.frameOffset, leg.media.frameOffset + FRAME));
    }
    const length = encoder.encode(Int32Array.from(sound.subarray(tick * FRAME, (tick + 1) * FRAME)), octets);
    const timestamp = tick * (format.clockRateHz / 50);
    const payload = octets.slice(0, length);
    if (!isLost(tick)) {
      leg.receive({ sequenceNumber: tick, timestamp, payload, payloadType: format.payloadType });
    }
  });
  encoder.close();
  return Int16Array.from(heard);
}

describe.each(FORMATS)('a leg of $encodingName', (format) => {
  const update = (leg: FakeLeg, telephoneEvent: PayloadFormat | null = null): void =>
    leg.update({ format, receiveFormats: [format], telephoneEvent, comfortNoise: null });

  it('is heard, with its clock in the report', () => {
    const leg = new FakeLeg();
    update(leg);
    const heard = play(leg, format, sineTone(1000, 16_000, 100 * FRAME));
    expect(toneAmplitude(heard.subarray(20 * FRAME, 90 * FRAME), 16_000, 1000)).toBeGreaterThan(0.2);
    const { received, clockRateHz, codec } = leg.close()!;
    expect({ clockRateHz, codec }).toEqual({
      clockRateHz: format.clockRateHz,
      codec: format.encodingName,
    });
    expect(received).toMatchObject({ packets: 100, lost: 0, late: 0, jitterUs: 0 });
  });

  it('goes on over lost packets', () => {
    const leg = new FakeLeg();
    update(leg);
    const heard = play(leg, format, sineTone(500, 16_000, 100 * FRAME), (tick) => tick % 10 === 5);
    for (let at = 20 * FRAME; at < 90 * FRAME; at += FRAME) {
      // The tone has a mean magnitude of 5215; a frame made up in its stead is softer, and no silence.
      const loudness =
        heard.subarray(at, at + FRAME).reduce((sum, sample) => sum + Math.abs(sample), 0) / FRAME;
      expect(loudness, `frame ${at / FRAME}`).toBeGreaterThan(300);
      expect(loudness, `frame ${at / FRAME}`).toBeLessThan(8000);
    }
    expect(leg.close()!.received).toMatchObject({ packets: 90, lost: 10 });
  });

  it('sends packets by that clock, that the codec can read', () => {
    const leg = new FakeLeg();
    update(leg);
    play(leg, format, new Int16Array(10 * FRAME));
    const headers = leg.sentRtp.map(({ bytes }) => {
      const header = createRtpHeader();
      readRtpHeader(new DataView(bytes.buffer), 0, bytes.length, header);
      return header;
    });
    const steps = headers.slice(1).map(({ timestamp }, index) => timestamp - headers[index]!.timestamp);
    expect(new Set(steps)).toEqual(new Set([format.clockRateHz / 50]));
    const decoder = codecOf(format).createDecoder()!;
    for (const { bytes } of leg.sentRtp) {
      expect(decoder.durationOf(bytes, 12, bytes.length - 12)).toBe(FRAME);
    }
  });

  it('is heard pressing keys where it has no events', () => {
    const leg = new FakeLeg();
    update(leg);
    play(
      leg,
      format,
      join(silence(200, 16_000), keySound({ digit: '5', sampleRateHz: 16_000 }), silence(300, 16_000)),
    );
    expect(leg.recorder.digits).toMatchObject([{ digit: '5', source: 'in-band' }]);
  });

  it('may change to G.711 and back in the call', () => {
    const leg = new FakeLeg();
    update(leg);
    play(leg, format, sineTone(500, 16_000, 20 * FRAME));
    leg.update({ format: PCMU, receiveFormats: [PCMU] });
    expect(leg.media.sampleRateHz).toBe(8000);
    leg.runWithTone(200, 20);
    update(leg);
    expect(leg.media.sampleRateHz).toBe(16_000);
    expect(leg.close()!.received).toMatchObject({ lost: 0 });
  });
});

describe('a leg of Opus whose sender pauses (RFC 7587 §3.1.3)', () => {
  const SECOND = 50;

  /** Tone, silence, tone, a second each; what the encoder says need not be sent is not. */
  async function pausing() {
    const encoder = await createEncoder({
      channels: 1,
      sampleRate: 16_000,
      application: Application.Voip,
      bitrate: 24_000,
      frameSize: FRAME,
      dtx: true,
    });
    const packets: (Uint8Array | null)[] = [];
    for (let frame = 0; frame < 3 * SECOND; frame++) {
      const isSilent = Math.floor(frame / SECOND) === 1;
      const samples = isSilent ? new Int16Array(FRAME) : sineTone(1000, 16_000, FRAME, 0.25, frame * FRAME);
      const packet = encoder.encode(samples);
      packets.push(packet.length <= 2 ? null : packet.slice());
    }
    encoder.free();
    return packets;
  }

  it('is heard before and after, is silent meanwhile, and has lost nothing', async () => {
    const packets = await pausing();
    const sent = packets.filter((packet) => packet !== null).length;
    expect(sent).toBeLessThan(2.5 * SECOND);
    const leg = new FakeLeg();
    leg.update({ format: OPUS, receiveFormats: [OPUS], telephoneEvent: null, comfortNoise: null });
    const heard: number[] = [];
    let sequenceNumber = 0;
    leg.run(packets.length * 20, (tick) => {
      const { samples, frameOffset } = leg.media;
      if (leg.media.sampleRateHz === 16_000)
        heard.push(...samples.subarray(frameOffset, frameOffset + FRAME));
      const payload = packets[tick] ?? null;
      if (payload === null) return;
      leg.receive({ sequenceNumber: sequenceNumber++, timestamp: tick * 960, payload, payloadType: 111 });
    });
    const amplitudeAt = (seconds: number): number =>
      toneAmplitude(Int16Array.from(heard.slice(seconds * 16_000, (seconds + 0.4) * 16_000)), 16_000, 1000);
    expect(amplitudeAt(0.4)).toBeGreaterThan(0.2);
    expect(amplitudeAt(1.5)).toBeLessThan(0.01);
    expect(amplitudeAt(2.4)).toBeGreaterThan(0.2);
    expect(leg.close()!.received).toMatchObject({ packets: sent, lost: 0, late: 0 });
  });
});
