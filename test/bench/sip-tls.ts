import { fileURLToPath } from 'node:url';
import { type BenchRow, median } from './bench-row.ts';
import { cpuTimeUs } from './process-cpu.ts';
import { startPinned } from './sip-load.ts';
import { type SipServer, startOurServer } from './sip-servers.ts';

const ROUNDS = 5;
const CONNECTIONS = 2_000;
const WARM_UP_CONNECTIONS = 1_000;
const LANES = 16;
const LOAD = fileURLToPath(new URL('./sip-tls-load.ts', import.meta.url));

/** What the machine took that the budget was made for, of ours and of Node's own TLS with nothing around it. */
const BUDGET_PER_SECOND = 1_500;
const NODE_THERE_PER_SECOND = 1_980;

/** New TLS connections that one core could take in a second, by what each costs the server. */
export async function benchTlsConnections(): Promise<BenchRow[]> {
  const ours = await startOurServer(new URL('./sip-user-agent-uas.ts', import.meta.url));
  const echo = await startOurServer(new URL('./sip-tls-echo.ts', import.meta.url));
  const figures = { ours: [] as number[], echo: [] as number[] };
  try {
    for (const server of [ours, echo]) await openConnections(server, WARM_UP_CONNECTIONS);
    for (let round = 0; round < ROUNDS; round += 1) {
      figures.ours.push(await measurePerSecond(ours));
      figures.echo.push(await measurePerSecond(echo));
    }
  } finally {
    for (const server of [ours, echo]) await server.process.stop('SIGTERM');
  }
  return [
    {
      name: 'new TLS connections a second a core',
      value: median(figures.ours),
      unit: '/s',
      peer: { name: 'node:tls alone', value: median(figures.echo) },
      target: { kind: 'ratio-at-least', limit: BUDGET_PER_SECOND / NODE_THERE_PER_SECOND },
    },
  ];
}

async function measurePerSecond(server: SipServer): Promise<number> {
  const beforeUs = cpuTimeUs(server.process.pid);
  await openConnections(server, CONNECTIONS);
  return (CONNECTIONS * 1e6) / (cpuTimeUs(server.process.pid) - beforeUs);
}

async function openConnections({ tlsPort }: SipServer, count: number): Promise<void> {
  const parameters = [LOAD, String(tlsPort), String(count), String(LANES)];
  const load = startPinned('load', process.execPath, parameters);
  const { exitCode, stderr } = await load.waitForExit(120_000);
  if (exitCode !== 0) throw new Error(`the TLS load failed: ${stderr}`);
}
