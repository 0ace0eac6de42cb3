import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BenchRow } from '../bench-row.ts';
import { buildPacedSender } from './paced-sender.ts';
import { benchReceive } from './receive.ts';
import { benchRelay } from './relay.ts';

/** Live media over loopback: the measured process has one CPU, who sends to it the other one. */
export async function benchLive(): Promise<BenchRow[]> {
  if (process.platform !== 'linux') return [];
  const folder = mkdtempSync(join(tmpdir(), 'carillon-bench-'));
  try {
    const pacedSender = await buildPacedSender(folder);
    if (pacedSender === null) {
      process.stderr.write('live media is left out: there is no C compiler here for its sender\n');
      return [];
    }
    return [...(await benchReceive(pacedSender, folder)), ...(await benchRelay(pacedSender))];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
