import { runToEnd } from '../support/running-process.ts';
import { MEETING_ID, TestService } from '../support/service.ts';
import { type BenchRow, median } from './bench-row.ts';
import { CPU_COUNT } from './machine.ts';
import { cpuTimeUs } from './process-cpu.ts';
import { measureCallUs, placeBareCalls } from './sip.ts';
import { placeCalls } from './sip-load.ts';
import { startKamailio, startSippUas } from './sip-servers.ts';

const ROUNDS = 5;
const CALLS = 8_000;
/** Until the compiler has seen all of a call; an instance that was started just now does not matter to anybody. */
const WARM_UP_CALLS = 16_000;
/** More than the machine can do, so that the service is busy all the time. */
const CALLS_PER_SECOND = 3_000;
/** Enough for that, and few enough that a call is not up for long only because others come first: it would be sent sound. */
const CONCURRENT_CALLS = 50;

/** What a room call may cost, and a bare call of the peers cost, both on the machine that the budget was made for. */
const BUDGET_US = 250;
const PEERS_THERE_US = { sipp: 38, kamailio: 61 } as const;

/** The whole service: SDP answer, media leg, meeting, logs and metrics; all its threads. Beside bare calls of peers. */
export async function benchRoomCalls(): Promise<BenchRow[]> {
  const sipp = await startSippUas('udp');
  const kamailio = await startKamailio();
  const service = await TestService.start({ settings: { limits: { maxCallsPerSecond: 10_000 } } });
  const figures = { room: [] as number[], sipp: [] as number[], kamailio: [] as number[] };
  try {
    if (CPU_COUNT > 1) await runToEnd('taskset', ['-a', '-p', '-c', '0', String(service.pid)], 5_000);
    await callRoom(service, WARM_UP_CALLS);
    for (const peer of [sipp, kamailio]) await placeBareCalls(peer, 'u1', CALLS);
    for (let round = 0; round < ROUNDS; round += 1) {
      figures.room.push(await measureRoomCallUs(service));
      figures.sipp.push(await measureCallUs(sipp, 'u1'));
      figures.kamailio.push(await measureCallUs(kamailio, 'u1'));
    }
  } finally {
    await service.stop();
    for (const peer of [sipp, kamailio]) await peer.process.stop('SIGTERM');
  }
  const value = median(figures.room);
  const row = (name: string, peer: keyof typeof PEERS_THERE_US): BenchRow => ({
    name: 'room call with SDP, media leg and logs',
    value,
    unit: 'µs/call',
    peer: { name, value: median(figures[peer]) },
    target: { kind: 'ratio-at-most', limit: BUDGET_US / PEERS_THERE_US[peer] },
  });
  return [row(sipp.name, 'sipp'), row(kamailio.name, 'kamailio')];
}

async function measureRoomCallUs(service: TestService): Promise<number> {
  const beforeUs = cpuTimeUs(service.pid);
  const calls = await callRoom(service, CALLS);
  return (cpuTimeUs(service.pid) - beforeUs) / calls;
}

function callRoom(service: TestService, calls: number): Promise<number> {
  return placeCalls({
    kind: 'room',
    port: service.port('UDP'),
    transport: 'u1',
    user: MEETING_ID,
    calls,
    callsPerSecond: CALLS_PER_SECOND,
    concurrentCalls: CONCURRENT_CALLS,
  });
}
