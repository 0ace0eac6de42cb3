import { TestService } from '../support/service.ts';
import { type BenchRow, median } from './bench-row.ts';

const ROUNDS = 5;

/** From the command to the first answer over HTTP, each time in an empty folder: the certificate is made too. */
export async function benchStartUp(): Promise<BenchRow[]> {
  const figures: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const startedAtMs = performance.now();
    const service = await TestService.start();
    figures.push(performance.now() - startedAtMs);
    await service.stop();
  }
  return [
    {
      name: 'from the command to ready',
      value: median(figures),
      unit: 'ms',
      target: { kind: 'at-most', limit: 1_000 },
    },
  ];
}
