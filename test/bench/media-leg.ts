/**
 * What a leg costs in the real engine, one worker, over loopback: opening and closing it, and each packet that
 * comes in, is mixed, and goes out again. The callers are on the main thread, whose CPU is left out there.
 */
import { createSocket, type Socket } from 'node:dgram';
import { createMediaEngine, type WorkerMediaEngine } from '../../media/engine/media-engine.ts';
import {
  MediaBackendUnavailable,
  type MediaLeg,
  type MediaLegListener,
  type MediaSession,
} from '../../media/engine/media-leg.ts';
import type { SocketBackendName } from '../../media/engine/socket-backend.ts';
import { writeRtpHeader } from '../../media/rtp/packet.ts';
import { type BenchRow, median } from './bench-row.ts';

const PORT_RANGE = [20_000, 29_999] as const;
const ROUNDS = 5;
const LEGS_PER_ROUND = 500;
/** As many calls as are set up in one turn of the event loop under load. */
const LEGS_TOGETHER = 5;
const RELAY_LEGS = [10, 200, 1000] as const;
const RELAY_MS = 4000;
const WARM_UP_MS = 1000;
const PACKET_TIME_MS = 20;
const PCMU = { payloadType: 0, encodingName: 'PCMU', clockRateHz: 8000, channels: 1, parameters: null };

/** Packets of all callers. */
interface Traffic {
  sent: number;
  received: number;
}

const DEAF: MediaLegListener = {
  onReport: () => {},
  onDigit: () => {},
  onPlayed: () => {},
  onSilence: () => {},
  onRefusedSource: () => {},
  onLost: () => {},
};

const BACKENDS =
  process.platform === 'linux' ? (['dgram', 'koffi', 'io_uring'] as const) : (['dgram'] as const);

export async function benchMediaLeg(): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const backend of BACKENDS) {
    try {
      rows.push(...(await benchBackend(backend)));
    } catch (error) {
      // Containers are often forbidden to use io_uring.
      if (!(error instanceof MediaBackendUnavailable)) throw error;
      process.stderr.write(`${backend} is left out: ${error.message}\n`);
    }
  }
  return rows;
}

async function benchBackend(backend: SocketBackendName): Promise<BenchRow[]> {
  const engine = createMediaEngine({ portRange: PORT_RANGE, workers: 1, backend });
  await engine.start();
  try {
    const openCloseUs = await measureOpenCloseUs(engine);
    const rows = [
      {
        name: `${backend}: open, answer, join and close a leg, both threads`,
        value: openCloseUs,
        unit: 'µs CPU',
      },
    ];
    for (const legs of RELAY_LEGS) {
      const { pairUs, answeredPercent } = await measureRelay(engine, legs);
      rows.push(
        { name: `${backend}: a packet in, mixed, and out, ${legs} legs`, value: pairUs, unit: 'µs CPU' },
        { name: `${backend}: packets out for packets in, ${legs} legs`, value: answeredPercent, unit: '%' },
      );
    }
    return rows;
  } finally {
    await engine.stop();
  }
}

async function measureOpenCloseUs(engine: WorkerMediaEngine): Promise<number> {
  const rounds: number[] = [];
  // The first round warms the compiler up.
  for (let round = 0; round <= ROUNDS; round++) {
    const before = process.cpuUsage();
    for (let leg = 0; leg < LEGS_PER_ROUND; leg += LEGS_TOGETHER) {
      await Promise.all(
        Array.from({ length: LEGS_TOGETHER }, async (_, index) => {
          const opened = await openLeg(engine, `${round}.${leg}.${index}`, session(9));
          await opened.close();
        }),
      );
    }
    rounds.push(cpuSinceUs(before) / LEGS_PER_ROUND);
  }
  return median(rounds.slice(1));
}

/** A machine that cannot keep up leaves frames out: what was sent and what came back count half a pair each. */
async function measureRelay(
  engine: WorkerMediaEngine,
  count: number,
): Promise<{ pairUs: number; answeredPercent: number }> {
  const traffic = { sent: 0, received: 0 };
  const callers = await Promise.all(Array.from({ length: count }, () => bindCaller(traffic)));
  const legs = await Promise.all(
    callers.map((caller, index) =>
      openLeg(engine, `relay.${count}.${index}`, session(caller.address().port)),
    ),
  );
  const portOf = (index: number): number => legs[index]?.rtpPort ?? 0;
  await sendForAWhile(callers, portOf, WARM_UP_MS, traffic);
  const trafficBefore = { ...traffic };
  const before = process.cpuUsage();
  const callersBefore = process.threadCpuUsage();
  await sendForAWhile(callers, portOf, RELAY_MS, traffic);
  const callersUs = process.threadCpuUsage(callersBefore);
  const spentUs = cpuSinceUs(before) - callersUs.user - callersUs.system;
  const sent = traffic.sent - trafficBefore.sent;
  const received = traffic.received - trafficBefore.received;
  await Promise.all(legs.map((leg) => leg.close()));
  for (const caller of callers) caller.close();
  return { pairUs: spentUs / ((sent + received) / 2), answeredPercent: (100 * received) / sent };
}

async function sendForAWhile(
  callers: readonly Socket[],
  portOf: (index: number) => number,
  durationMs: number,
  traffic: Traffic,
): Promise<void> {
  const packet = new Uint8Array(172).fill(0xd5);
  const view = new DataView(packet.buffer);
  const startMs = performance.now();
  let rounds = 0;
  while (performance.now() - startMs < durationMs) {
    for (let index = 0; index < callers.length; index++) {
      writeRtpHeader(view, 0, false, 0, rounds, rounds * 160, index + 1);
      callers[index]?.send(packet.slice(), portOf(index), '127.0.0.1');
    }
    rounds++;
    traffic.sent += callers.length;
    const dueMs = startMs + rounds * PACKET_TIME_MS;
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, dueMs - performance.now())));
  }
}

export async function openLeg(
  engine: WorkerMediaEngine,
  legId: string,
  media: MediaSession,
): Promise<MediaLeg> {
  const request = {
    legId,
    mixId: 'room',
    bindAddress: '127.0.0.1',
    canonicalName: legId,
    openedAtMs: Date.now(),
  };
  const leg = await engine.openLeg(request, DEAF);
  leg.update(media);
  leg.join();
  return leg;
}

export function session(port: number): MediaSession {
  return {
    format: PCMU,
    receiveFormats: [PCMU],
    telephoneEvent: null,
    comfortNoise: null,
    direction: 'sendrecv',
    remoteRtp: { address: '127.0.0.1', port },
    remoteRtcp: null,
    isRtcpMultiplexed: false,
    packetTimeMs: PACKET_TIME_MS,
    isAddressLearned: false,
  };
}

async function bindCaller(traffic: Traffic): Promise<Socket> {
  const socket = createSocket({ type: 'udp4', lookup: (address, _options, done) => done(null, address, 4) });
  socket.on('message', () => traffic.received++);
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  return socket;
}

function cpuSinceUs(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return user + system;
}
