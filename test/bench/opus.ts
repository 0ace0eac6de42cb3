/**
 * What Opus costs: CPU microseconds for each frame of 20 ms, beside the same libopus as a native library, called with
 * the same settings. Without that library (Debian's libopus0), or koffi, our figures stand alone.
 */
import { findOpusCodec, loadOpus } from '../../media/codec/opus.ts';
import type { BenchRow } from './bench-row.ts';
import { measureFrameUs } from './frame-cost.ts';

const FRAME_SAMPLES = 320;
const FRAMES = 500;
const SAMPLE_RATE_HZ = 16_000;
/** Of `opus_defines.h`; the settings are those of media/codec/opus.ts. */
const APPLICATION_VOIP = 2048;
const SET_BITRATE = 4002;
const SET_COMPLEXITY = 4010;
const BITRATE = 24_000;
const COMPLEXITY = 5;

interface Codec {
  encode(frame: Int16Array): Uint8Array;
  decode(packet: Uint8Array): void;
}

interface Costs {
  readonly encodeUs: number;
  readonly decodeUs: number;
}

async function openOurs(): Promise<Codec> {
  await loadOpus();
  const codec = findOpusCodec(null);
  const [encoder, decoder] = [codec?.createEncoder(), codec?.createDecoder()];
  if (!encoder || !decoder) throw new Error('Opus cannot be had');
  const sum = new Int32Array(FRAME_SAMPLES);
  const octets = new Uint8Array(1275);
  const samples = new Int16Array(FRAME_SAMPLES);
  return {
    encode: (frame) => {
      sum.set(frame);
      return octets.slice(0, encoder.encode(sum, octets));
    },
    decode: (packet) => void decoder.decode(packet, 0, packet.length, samples),
  };
}

async function openNative(): Promise<Codec | null> {
  try {
    const { default: koffi } = await import('koffi');
    const library = koffi.load('libopus.so.0');
    const createEncoder = library.func('void *opus_encoder_create(int32_t, int, int, int *)');
    const createDecoder = library.func('void *opus_decoder_create(int32_t, int, int *)');
    const control = library.func('int opus_encoder_ctl(void *, int, ...)');
    const encode = library.func('int32_t opus_encode(void *, const void *, int, void *, int32_t)');
    const decode = library.func('int opus_decode(void *, const void *, int32_t, void *, int, int)');
    const encoder = createEncoder(SAMPLE_RATE_HZ, 1, APPLICATION_VOIP, null);
    control(encoder, SET_BITRATE, 'int', BITRATE);
    control(encoder, SET_COMPLEXITY, 'int', COMPLEXITY);
    const decoder = createDecoder(SAMPLE_RATE_HZ, 1, null);
    const octets = new Uint8Array(1275);
    const samples = new Int16Array(FRAME_SAMPLES);
    return {
      encode: (frame) => octets.slice(0, encode(encoder, frame, FRAME_SAMPLES, octets, octets.length)),
      decode: (packet) => decode(decoder, packet, packet.length, samples, FRAME_SAMPLES, 0),
    };
  } catch {
    return null;
  }
}

/** Something between a voice and noise: harmonics that move, under an envelope of syllables. */
function createFrames(): Int16Array[] {
  return Array.from({ length: FRAMES }, (_, frame) =>
    Int16Array.from({ length: FRAME_SAMPLES }, (_, index) => {
      const second = (frame * FRAME_SAMPLES + index) / SAMPLE_RATE_HZ;
      const pitch = 2 * Math.PI * 120 * (second + 0.01 * Math.sin(3 * second));
      const envelope = 0.5 + 0.5 * Math.sin(2 * Math.PI * 4 * second);
      const voice = Math.sin(pitch) + 0.6 * Math.sin(5 * pitch) + 0.3 * Math.sin(21 * pitch);
      return Math.round(5000 * envelope * voice);
    }),
  );
}

function measure(codec: Codec, frames: readonly Int16Array[]): Costs {
  const packets = frames.map((frame) => codec.encode(frame));
  return {
    encodeUs: measureFrameUs(FRAMES, (frame) => codec.encode(frames[frame] as Int16Array)),
    decodeUs: measureFrameUs(FRAMES, (frame) => codec.decode(packets[frame] as Uint8Array)),
  };
}

export async function benchOpus(): Promise<BenchRow[]> {
  const frames = createFrames();
  const ours = measure(await openOurs(), frames);
  const native = await openNative();
  const theirs = native === null ? null : measure(native, frames);
  const row = (name: string, pick: (costs: Costs) => number): BenchRow => ({
    name,
    value: pick(ours),
    unit: 'µs',
    ...(theirs === null ? {} : { peer: { name: 'native libopus', value: pick(theirs) } }),
  });
  return [
    row('Opus encode, a frame of 20 ms', ({ encodeUs }) => encodeUs),
    row('Opus decode, a frame of 20 ms', ({ decodeUs }) => decodeUs),
  ];
}
