import { fileURLToPath } from 'node:url';
import { type BenchRow, median } from './bench-row.ts';
import { cpuTimeUs } from './process-cpu.ts';
import { startPinned } from './sip-load.ts';
import { startOurServer } from './sip-servers.ts';

const ROUNDS = 3;
const CONNECTIONS = 2_000;
const WARM_UP_CONNECTIONS = 1_000;
const LANES = 16;
const LOAD = fileURLToPath(new URL('./sip-tls-load.ts', import.meta.url));

/** New TLS connections that one core could take in a second, by what each costs the server. */
export async function benchTlsConnections(): Promise<BenchRow[]> {
  const server = await startOurServer(new URL('./sip-user-agent-uas.ts', import.meta.url));
  try {
    const port = server.tlsPort ?? 0;
    await openConnections(port, WARM_UP_CONNECTIONS);
    const figures: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const beforeUs = cpuTimeUs(server.process.pid);
      await openConnections(port, CONNECTIONS);
      figures.push((cpuTimeUs(server.process.pid) - beforeUs) / CONNECTIONS);
    }
    return [
      {
        name: 'new TLS connections a second a core',
        value: 1e6 / median(figures),
        unit: '/s',
        target: { kind: 'at-least', limit: 1_500 },
      },
    ];
  } finally {
    await server.process.stop('SIGTERM');
  }
}

async function openConnections(port: number, count: number): Promise<void> {
  const parameters = [LOAD, String(port), String(count), String(LANES)];
  const load = startPinned('load', process.execPath, parameters);
  const { exitCode, stderr } = await load.waitForExit(120_000);
  if (exitCode !== 0) throw new Error(`the TLS load failed: ${stderr}`);
}
