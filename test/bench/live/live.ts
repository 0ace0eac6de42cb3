import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BenchRow } from '../bench-row.ts';
import { buildPacedSender } from './paced-sender.ts';
import { benchReceive } from './receive.ts';
import { benchRelay } from './relay.ts';

/** Live media over loopback: the measured process has one CPU, who sends to it the other one. */
export function benchLive(): Promise<BenchRow[]> {
  return withSender(async (sender, folder) => [
    ...(await benchReceive(sender, folder)),
    ...(await benchRelay(sender)),
  ]);
}

/** Of the same, what trunk calls are made of. */
export function benchLiveRelay(): Promise<BenchRow[]> {
  return withSender(benchRelay);
}

async function withSender(
  bench: (pacedSender: string, folder: string) => Promise<BenchRow[]>,
): Promise<BenchRow[]> {
  if (process.platform !== 'linux') return [];
  const folder = mkdtempSync(join(tmpdir(), 'carillon-bench-'));
  try {
    const pacedSender = await buildPacedSender(folder);
    if (pacedSender === null) {
      process.stderr.write('live media is left out: there is no C compiler here for its sender\n');
      return [];
    }
    return await bench(pacedSender, folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
