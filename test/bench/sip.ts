import { type BenchRow, median } from './bench-row.ts';
import { cpuTimeUs } from './process-cpu.ts';
import { placeCalls } from './sip-load.ts';
import { type SipServer, startKamailio, startOurServer, startSippUas } from './sip-servers.ts';

const ROUNDS = 5;
const CALLS_PER_SECOND = 2_000;
const CALLS = 8_000;
/** Enough for the optimizing compiler to be done. */
const WARM_UP_CALLS = 6_000;

/** Bare answer-and-bye: INVITE, 180, 200, ACK, BYE, 200. Server CPU per call, the median of the rounds. */
export async function benchBareCalls(): Promise<BenchRow[]> {
  const ours = await startOurServer(new URL('./sip-bare-uas.ts', import.meta.url));
  const sippUdp = await startSippUas('udp');
  const sippTcp = await startSippUas('tcp');
  const kamailio = await startKamailio();
  const all = [ours, sippUdp, sippTcp, kamailio];
  try {
    const udp = await measureAlternating([ours, sippUdp, kamailio], 'u1');
    const tcp = await measureAlternating([ours, sippTcp, kamailio], 't1');
    return [
      compare('bare call over UDP', udp, sippUdp, 2.0),
      compare('bare call over UDP', udp, kamailio, 1.5),
      compare('bare call over TCP', tcp, sippTcp, 1.3),
      compare('bare call over TCP', tcp, kamailio, null),
    ];
  } finally {
    for (const server of all) await server.process.stop('SIGTERM');
  }
}

type Figures = ReadonlyMap<SipServer, number>;

/** Round by round, one server after the other, so that what disturbs the machine disturbs all of them. */
async function measureAlternating(servers: readonly SipServer[], transport: 'u1' | 't1'): Promise<Figures> {
  const rounds = new Map(servers.map((server) => [server, [] as number[]]));
  for (const server of servers) await placeBareCalls(server, transport, WARM_UP_CALLS);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const server of servers) rounds.get(server)?.push(await measureCallUs(server, transport));
  }
  return new Map([...rounds].map(([server, figures]) => [server, median(figures)]));
}

export async function measureCallUs(server: SipServer, transport: 'u1' | 't1'): Promise<number> {
  const beforeUs = cpuTimeUs(server.process.pid);
  const calls = await placeBareCalls(server, transport, CALLS);
  return (cpuTimeUs(server.process.pid) - beforeUs) / calls;
}

export async function placeBareCalls(
  server: SipServer,
  transport: 'u1' | 't1',
  calls: number,
): Promise<number> {
  const port = transport === 'u1' ? server.udpPort : server.tcpPort;
  if (port === null) throw new Error(`${server.name} has no port for ${transport}`);
  return placeCalls({ kind: 'uac', port, transport, calls, callsPerSecond: CALLS_PER_SECOND });
}

function compare(name: string, figures: Figures, peer: SipServer, limit: number | null): BenchRow {
  const figureOf = (wanted: (server: SipServer) => boolean) =>
    [...figures].find(([server]) => wanted(server))?.[1] ?? Number.NaN;
  return {
    name,
    value: figureOf((server) => server.name === 'ours'),
    unit: 'µs/call',
    peer: { name: peer.name, value: figureOf((server) => server === peer) },
    ...(limit === null ? {} : { target: { kind: 'ratio-at-most', limit } }),
  };
}
