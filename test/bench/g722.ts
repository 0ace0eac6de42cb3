/** What G.722 costs: CPU microseconds for each frame of 20 ms. */
import { G722Decoder, G722Encoder } from '../../media/codec/g722.ts';
import type { BenchRow } from './bench-row.ts';
import { measureFrameUs } from './frame-cost.ts';

const FRAME_OCTETS = 160;
const FRAMES = 2000;

export async function benchG722(): Promise<BenchRow[]> {
  const samples = Int16Array.from({ length: FRAMES * FRAME_OCTETS * 2 }, (_, index) =>
    Math.round(6000 * Math.sin(index * 0.07) + 3000 * Math.sin(index * index * 1e-6)),
  );
  const octets = new Uint8Array(FRAMES * FRAME_OCTETS);
  const encoder = new G722Encoder();
  const decoder = new G722Decoder();
  const encodeUs = measureFrameUs(FRAMES, (frame) => {
    encoder.encode(samples, frame * FRAME_OCTETS * 2, octets, frame * FRAME_OCTETS, FRAME_OCTETS);
  });
  const decodeUs = measureFrameUs(FRAMES, (frame) => {
    decoder.decode(octets, frame * FRAME_OCTETS, samples, frame * FRAME_OCTETS * 2, FRAME_OCTETS);
  });
  return [
    { name: 'G.722 encode, a frame of 20 ms', value: encodeUs, unit: 'µs' },
    { name: 'G.722 decode, a frame of 20 ms', value: decodeUs, unit: 'µs' },
  ];
}
