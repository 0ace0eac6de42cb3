import { median } from './bench-row.ts';

const ROUNDS = 5;

/** Median over rounds of the CPU microseconds that each of `frames` takes. */
export function measureFrameUs(frames: number, run: (frame: number) => void): number {
  const rounds = Array.from({ length: ROUNDS }, () => {
    const before = process.cpuUsage();
    for (let frame = 0; frame < frames; frame++) run(frame);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / frames;
  });
  return median(rounds);
}
