import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { CallWire } from '../../signaling/h323/call-wire.ts';
import { proposeFastStart } from '../../signaling/h323/fast-start.ts';
import { createEndpointType } from '../../signaling/h323/h225.ts';
import { parseQ931 } from '../../signaling/h323/q931.ts';
import { serializeTpkt, TpktFramer } from '../../signaling/h323/tpkt.ts';
import { PCMU } from '../support/h323-caller.ts';
import { MEETING_ID, TestService } from '../support/service.ts';

const CALLS = Number(process.env['H323_CALLS'] ?? 5_000);
const CALLS_AT_ONCE = 20;
const WARM_UP = 1_000;
/**
 * From one collection to the next the heap differs by some megabytes, whatever was done between. An H.323 call that
 * is up holds more than six kilobytes, so 5,000 forgotten ones would be thirty megabytes.
 */
const HEAP_GROWTH_BYTES = 8_000_000;
const MEDIA = { rtp: { address: '127.0.0.1', port: 5_300 }, rtcp: { address: '127.0.0.1', port: 5_301 } };

let service: TestService;

beforeAll(async () => {
  service = await TestService.start({
    hasHeapProbe: true,
    settings: {
      h323: { enabled: true, port: 0, portRange: [61_600, 61_799] },
      limits: { maxCallsPerSecond: 10_000, maxEndedCalls: 10 },
    },
  });
});

afterAll(async () => {
  expect((await service.stop()).exitCode).toBe(0);
});

/** How calls are set up, in turn: the last one makes us wait for a connection that never comes. */
const WAYS = [
  { isTunnelling: true, hasFastStart: true },
  { isTunnelling: true, hasFastStart: false },
  { isTunnelling: false, hasFastStart: true },
] as const;

/** A Setup, a Connect, and how each call ends: by Release Complete, or by a connection that breaks. */
function call(index: number): Promise<void> {
  const { isTunnelling, hasFastStart } = WAYS[index % WAYS.length] ?? WAYS[0];
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port: service.h323Port });
    const wire = new CallWire(
      { send: (octets) => void socket.write(serializeTpkt(octets)) },
      {
        identity: {
          callReference: 1 + (index % 0x7fff),
          isFromDestination: false,
          callIdentifier: randomBytes(16),
          conferenceId: randomBytes(16),
          version: 7,
        },
        endpoint: createEndpointType('Many', '1'),
        displayName: 'Many',
        isTunnelling,
      },
    );
    const framer = new TpktFramer();
    socket.on('connect', () => {
      wire.setup({
        calledAlias: MEETING_ID,
        callingAlias: 'many',
        destination: { address: '127.0.0.1', port: service.h323Port },
        source: { address: '127.0.0.1', port: socket.localPort ?? 0 },
        h245Address: null,
        fastStart: hasFastStart ? proposeFastStart({ formats: [PCMU], packetTimeMs: 20 }, MEDIA) : [],
        parallelH245Control: [],
      });
    });
    socket.on('data', (chunk) => {
      const types = framer.push(chunk).payloads.map((payload) => parseQ931(payload).type);
      if (types.includes('releaseComplete')) reject(new Error(`call ${index} was refused`));
      if (!types.includes('connect')) return;
      if (index % 5 === 0) socket.destroy();
      else {
        wire.releaseComplete(16);
        socket.end();
      }
    });
    socket.on('error', reject);
    socket.on('close', () => resolve());
  });
}

async function placeCalls(count: number): Promise<void> {
  let next = 0;
  const keepCalling = async () => {
    while (next < count) await call(next++);
  };
  await Promise.all(Array.from({ length: CALLS_AT_ONCE }, keepCalling));
}

async function footprint() {
  const { media, limits } = await service.status();
  const { text } = await service.fetch('/metrics');
  return {
    legs: media.legs,
    openSockets: media.openSockets,
    portsFree: media.portsFree,
    connections: /^carillon_h323_connections (\d+)$/m.exec(text)?.[1],
    used: Object.fromEntries(limits.map(({ key, used }) => [key, used])),
    descriptors: service.openDescriptors(),
    resources: await service.heap.activeResources(),
  };
}

it(`${CALLS} calls leave nothing behind`, { timeout: 300_000 }, async () => {
  await placeCalls(WARM_UP);
  const isQuiet = ({ legs, connections }: Awaited<ReturnType<typeof footprint>>) =>
    legs === 0 && connections === '0';
  const before = await service.waitFor(footprint, isQuiet, 'the warm-up to be over', 20_000);
  const heapBefore = await service.heap.usedBytes();
  await placeCalls(CALLS);
  const after = await service.waitFor(
    footprint,
    (now) => isQuiet(now) && now.descriptors <= before.descriptors,
    `back to ${JSON.stringify(before)}`,
    20_000,
  );
  expect([after.portsFree, after.openSockets, after.used]).toEqual([
    before.portsFree,
    before.openSockets,
    before.used,
  ]);
  for (const [kind, count] of Object.entries(after.resources))
    expect(count, kind).toBeLessThanOrEqual(before.resources[kind] ?? 0);
  expect((await service.heap.usedBytes()) - heapBefore).toBeLessThan(HEAP_GROWTH_BYTES);
});
