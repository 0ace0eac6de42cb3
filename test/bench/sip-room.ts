import { runToEnd } from '../support/running-process.ts';
import { MEETING_ID, TestService } from '../support/service.ts';
import { type BenchRow, median } from './bench-row.ts';
import { CPU_COUNT } from './machine.ts';
import { cpuTimeUs } from './process-cpu.ts';
import { placeCalls } from './sip-load.ts';

const ROUNDS = 3;
const CALLS = 8_000;
/** Until the compiler has seen all of a call; an instance that was started just now does not matter to anybody. */
const WARM_UP_CALLS = 16_000;
/** More than the machine can do, so that the service is busy all the time. */
const CALLS_PER_SECOND = 3_000;
/** Enough for that, and few enough that a call is not up for long only because others come first: it would be sent sound. */
const CONCURRENT_CALLS = 50;

/** The whole service: SDP answer, media leg, meeting, logs and metrics; all its threads. */
export async function benchRoomCalls(): Promise<BenchRow[]> {
  const service = await TestService.start({ settings: { limits: { maxCallsPerSecond: 10_000 } } });
  try {
    if (CPU_COUNT > 1) await runToEnd('taskset', ['-a', '-p', '-c', '0', String(service.pid)], 5_000);
    await callRoom(service, WARM_UP_CALLS);
    const figures: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const beforeUs = cpuTimeUs(service.pid);
      const calls = await callRoom(service, CALLS);
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
