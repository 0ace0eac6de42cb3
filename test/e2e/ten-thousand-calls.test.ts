import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { StatusView } from '../../src/http/service-view.ts';
import { MEETING_ID, TestService } from '../support/service.ts';
import { runSipp, type SippTransport } from '../support/sipp.ts';

/**
 * From one collection to the next the heap differs by a megabyte, whatever was done between. One dialog or one
 * transaction forgotten in each of 10,000 calls would be ten megabytes and more.
 */
const HEAP_GROWTH_BYTES = 3_000_000;
/**
 * The threads of the media have heaps of their own, which only show here. They keep what their busiest moment
 * took, so the warm-up has as many calls at once as there may be later; a leg forgotten in each of 10,000 calls
 * would be several times this.
 */
const RESIDENT_GROWTH_BYTES = 150_000_000;
const CALLS_PER_SECOND = 400;
const CONCURRENT_CALLS = 200;

interface Footprint {
  readonly media: Pick<StatusView['media'], 'legs' | 'openSockets' | 'portsFree'>;
  /** By the key of the limit. */
  readonly used: Readonly<Record<string, number>>;
  readonly descriptors: number;
  readonly resources: Readonly<Record<string, number>>;
}

let service: TestService;

beforeAll(async () => {
  service = await TestService.start({
    hasHeapProbe: true,
    settings: {
      // Timers of 64·T1 end within 3 s, and the few ended calls kept are there after the warm-up.
      sip: { timers: { t1Ms: 50, t2Ms: 400, t4Ms: 500 } },
      limits: { maxCallsPerSecond: 10_000, maxEndedCalls: 10 },
    },
  });
});

afterAll(async () => {
  expect((await service.stop()).exitCode).toBe(0);
});

async function placeCalls(transport: SippTransport, calls: number, pauseMs = 0): Promise<void> {
  const result = await runSipp({
    scenario: 'join-and-leave',
    address: '127.0.0.1',
    port: service.port(transport.startsWith('u') ? 'UDP' : 'TCP'),
    transport,
    service: MEETING_ID,
    calls,
    callsPerSecond: CALLS_PER_SECOND,
    concurrentCalls: CONCURRENT_CALLS,
    pauseMs,
  });
  expect(result).toMatchObject({ exitCode: 0, successfulCalls: calls, failedCalls: 0 });
}

async function footprint(): Promise<Footprint> {
  const { media, limits } = await service.status();
  return {
    media: { legs: media.legs, openSockets: media.openSockets, portsFree: media.portsFree },
    used: Object.fromEntries(limits.map(({ key, used }) => [key, used])),
    descriptors: service.openDescriptors(),
    resources: await service.heap.activeResources(),
  };
}

/** A timer or a connection of the question itself may have been there before and be gone now. */
function isNoMore(now: Footprint, before: Footprint): boolean {
  const kinds = Object.keys(now.resources);
  return (
    isDeepStrictEqual([now.media, now.used], [before.media, before.used]) &&
    now.descriptors <= before.descriptors &&
    kinds.every((kind) => (now.resources[kind] ?? 0) <= (before.resources[kind] ?? 0))
  );
}

it('leaves memory, timers, sockets and ports where they began', async () => {
  await placeCalls('u1', 2 * CONCURRENT_CALLS, 1_000);
  await placeCalls('u1', 1_000);
  await placeCalls('t1', 1_500);
  const before = await service.waitFor(
    footprint,
    ({ media, used }) => media.legs === 0 && used['sip.maxTransactions'] === 0,
    'the warm-up and its transactions over',
    20_000,
  );
  const heapBefore = await service.heap.usedBytes();
  const residentBefore = service.residentBytes();

  await placeCalls('u1', 5_000);
  await placeCalls('t1', 5_000);
  await service.waitFor(
    footprint,
    (now) => isNoMore(now, before),
    `back to ${JSON.stringify(before)}`,
    20_000,
  );
  expect((await service.heap.usedBytes()) - heapBefore).toBeLessThan(HEAP_GROWTH_BYTES);
  expect(service.residentBytes() - residentBefore).toBeLessThan(RESIDENT_GROWTH_BYTES);
});
