import { runToEnd } from '../support/running-process.ts';
import { MEETING_ID, TestService } from '../support/service.ts';
import { type BenchRow, median } from './bench-row.ts';
import { CPU_COUNT } from './machine.ts';
import { cpuTimeUs } from './process-cpu.ts';
import { placeCalls } from './sip-load.ts';

const ROUNDS = 3;
const CALLS = 8_000;
/** More than the machine can do: calls wait for one another, and the figure is that of a busy service. */
const CALLS_PER_SECOND = 3_000;
const CONCURRENT_CALLS = 200;

/** The whole service: SDP answer, media leg, meeting, logs and metrics; all its threads. */
export async function benchRoomCalls(): Promise<BenchRow[]> {
  const service = await TestService.start({ settings: { limits: { maxCallsPerSecond: 10_000 } } });
  try {
    if (CPU_COUNT > 1) await runToEnd('taskset', ['-a', '-p', '-c', '0', String(service.pid)], 5_000);
    await callRoom(service);
    const figures: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const beforeUs = cpuTimeUs(service.pid);
      const calls = await callRoom(service);
      figures.push((cpuTimeUs(service.pid) - beforeUs) / calls);
    }
    return [
      {
        name: 'room call with SDP, media leg and logs',
        value: median(figures),
        unit: 'µs/call',
        target: { kind: 'at-most', limit: 250 },
      },
    ];
  } finally {
    await service.stop();
  }
}

function callRoom(service: TestService): Promise<number> {
  return placeCalls({
    kind: 'room',
    port: service.port('UDP'),
    transport: 'u1',
    user: MEETING_ID,
    calls: CALLS,
    callsPerSecond: CALLS_PER_SECOND,
    concurrentCalls: CONCURRENT_CALLS,
  });
}
