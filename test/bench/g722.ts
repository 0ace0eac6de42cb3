/** What G.722 costs: CPU microseconds for each frame of 20 ms. */
import { G722Decoder, G722Encoder } from '../../media/codec/g722.ts';
import { type BenchRow, median } from './bench-row.ts';

const FRAME_OCTETS = 160;
const FRAMES = 2000;
const ROUNDS = 7;

function measureUs(run: (frame: number) => void): number {
  const rounds = Array.from({ length: ROUNDS }, () => {
    const before = process.cpuUsage();
    for (let frame = 0; frame < FRAMES; frame++) run(frame);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / FRAMES;
  });
  return median(rounds);
}

export async function benchG722(): Promise<BenchRow[]> {
  const samples = Int16Array.from({ length: FRAMES * FRAME_OCTETS * 2 }, (_, index) =>
    Math.round(6000 * Math.sin(index * 0.07) + 3000 * Math.sin(index * index * 1e-6)),
  );
  const octets = new Uint8Array(FRAMES * FRAME_OCTETS);
  const encoder = new G722Encoder();
  const decoder = new G722Decoder();
  const encodeUs = measureUs((frame) => {
    encoder.encode(samples, frame * FRAME_OCTETS * 2, octets, frame * FRAME_OCTETS, FRAME_OCTETS);
  });
  const decodeUs = measureUs((frame) => {
    decoder.decode(octets, frame * FRAME_OCTETS, samples, frame * FRAME_OCTETS * 2, FRAME_OCTETS);
  });
  return [
    { name: 'G.722 encode, a frame of 20 ms', value: encodeUs, unit: 'µs' },
    { name: 'G.722 decode, a frame of 20 ms', value: decodeUs, unit: 'µs' },
  ];
}
