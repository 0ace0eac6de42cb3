import { HeapProbe } from '../support/heap-probe.ts';
import { type BenchRow, median } from './bench-row.ts';
import { measureCallUs, placeBareCalls } from './sip.ts';
import { abandonCalls } from './sip-load.ts';
import { type SipServer, startOurServer } from './sip-servers.ts';

const SERVER = new URL('./sip-user-agent-uas.ts', import.meta.url);
const ROUNDS = 3;
const WARM_UP_CALLS = 4_000;
const CALLS_PER_SECOND = 1_000;
const HELD_DIALOGS = 10_000;
const COMPLETED_CALLS = 5_000;
/** An INVITE and a BYE. */
const TRANSACTIONS_PER_CALL = 2;
/** Transactions are gone after 64·T1 = 3.2 s, so that only dialogs are left to be weighed. */
const SHORT_T1_MS = 50;
/** They stay for 64·T1 = 25.6 s, longer than it takes to place the calls and weigh them. */
const LONG_T1_MS = 400;

/** Does a call cost more when many others are up? */
export async function benchCallsAmongDialogs(): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  const server = await startOurServer(SERVER, { t1Ms: SHORT_T1_MS });
  try {
    await placeBareCalls(server, 'u1', WARM_UP_CALLS);
    const aloneUs = await measureMedianUs(server);
    rows.push({ name: 'call with 1 dialog open', value: aloneUs, unit: 'µs/call' });
    let open = 0;
    for (const dialogs of [1_000, 10_000]) {
      await holdCalls(server, dialogs - open);
      open = dialogs;
      rows.push({
        name: `call with ${dialogs.toLocaleString('en-US')} dialogs open`,
        value: await measureMedianUs(server),
        unit: 'µs/call',
        peer: { name: 'with 1', value: aloneUs },
        // The same, within what this measurement repeats to.
        target: { kind: 'ratio-at-most', limit: 1.2 },
      });
    }
  } finally {
    await server.process.stop('SIGTERM');
  }
  return rows;
}

/** What an idle dialog and a completed transaction weigh. */
export async function benchSipMemory(): Promise<BenchRow[]> {
  return [
    {
      name: 'memory of an idle confirmed dialog',
      value: await weigh(SHORT_T1_MS, HELD_DIALOGS, async (server) => {
        await holdCalls(server, HELD_DIALOGS);
        await transactionsGone(SHORT_T1_MS);
      }),
      unit: 'bytes',
      target: { kind: 'at-most', limit: 4_096 },
    },
    {
      name: 'memory of a completed transaction',
      value: await weigh(LONG_T1_MS, COMPLETED_CALLS * TRANSACTIONS_PER_CALL, async (server) => {
        await placeBareCalls(server, 'u1', COMPLETED_CALLS);
      }),
      unit: 'bytes',
      target: { kind: 'at-most', limit: 1_536 },
    },
  ];
}

/** Bytes each, by which memory in use grew from before to after, garbage collected. */
async function weigh(
  t1Ms: number,
  count: number,
  fill: (server: SipServer) => Promise<void>,
): Promise<number> {
  const server = await startOurServer(SERVER, { t1Ms, hasHeapProbe: true });
  try {
    const [, url = ''] = await server.process.waitForOutput(/listening on (ws:\S+)/, 10_000);
    const probe = await HeapProbe.connect(url);
    await placeBareCalls(server, 'u1', WARM_UP_CALLS);
    await transactionsGone(t1Ms);
    const before = await probe.usedBytes();
    await fill(server);
    const after = await probe.usedBytes();
    probe.close();
    return (after - before) / count;
  } finally {
    await server.process.stop('SIGTERM');
  }
}

/** Every timer of 64·T1 has run out, with a second to spare. */
function transactionsGone(t1Ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 64 * t1Ms + 1_000));
}

async function holdCalls(server: SipServer, calls: number): Promise<void> {
  if (server.udpPort === null) throw new Error('the server has no UDP port');
  const load = { kind: 'uac', port: server.udpPort, transport: 'u1' } as const;
  await abandonCalls({ ...load, calls, callsPerSecond: CALLS_PER_SECOND });
}

async function measureMedianUs(server: SipServer): Promise<number> {
  const figures: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) figures.push(await measureCallUs(server, 'u1'));
  return median(figures);
}
