/**
 * Trunk calls whose packets are relayed, ours in the real engine with one worker, beside rtpengine in userspace with
 * one thread, each on the same CPU: what a packet in and out costs, and how many calls such a CPU holds.
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { RunningProcess } from '../../support/running-process.ts';
import { type BenchRow, median } from '../bench-row.ts';
import { cpuTimeUs } from '../process-cpu.ts';
import { startPinned } from '../sip-load.ts';
import { type SenderFigures, sendPaced } from './paced-sender.ts';
import { RtpEngine } from './rtpengine.ts';

const CHILD = fileURLToPath(new URL('./relay-child.ts', import.meta.url));
const RTPENGINE = '/usr/bin/rtpengine';
const CONTROL_PORT = 12_223;
const REMOTE_PORT = 19_998;
const START_DEADLINE_MS = 60_000;
const PACKETS_PER_SECOND_OF_A_SIDE = 50;
const ROUNDS = 5;
const WARM_UP_SECONDS = 3;
const SECONDS = 4;
/** Two-way: 100,000 packets a second. */
const COMPARED_CALLS = 1000;
const CALLS_TRIED = [100, 250, 500, 750, 1000, 1250, 1500, 1750, 2000, 2500, 3000] as const;
const DELAY_MAXIMUM_US = 5000;

/** A relay with calls up. */
interface Relay {
  readonly process: RunningProcess;
  /** Where both sides of all calls are to send to. */
  readonly ports: readonly number[];
  stop(): Promise<void>;
}

export async function benchRelay(pacedSender: string): Promise<BenchRow[]> {
  return [await benchCost(pacedSender), ...(await benchCallsHeld(pacedSender))];
}

async function benchCost(pacedSender: string): Promise<BenchRow> {
  const hasPeer = existsSync(RTPENGINE);
  if (!hasPeer) process.stderr.write('rtpengine is left out: it is not here (apt-get install rtpengine)\n');
  const ours: number[] = [];
  const peers: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    ours.push(await measureRate(await startOurs(COMPARED_CALLS), pacedSender));
    if (hasPeer) peers.push(await measureRate(await startRtpEngine(COMPARED_CALLS), pacedSender));
  }
  return {
    name: `packets relayed and counted, ${COMPARED_CALLS} two-way calls`,
    value: median(ours),
    unit: 'kpkt/s of a CPU',
    ...(hasPeer
      ? {
          peer: { name: 'rtpengine', value: median(peers) },
          target: { kind: 'ratio-at-least', limit: 1.4 } as const,
        }
      : {}),
  };
}

/** Thousands of packets passed on for each second of CPU; those that were lost count for nothing. */
async function measureRate(relay: Relay, pacedSender: string): Promise<number> {
  try {
    await send(relay, pacedSender, WARM_UP_SECONDS);
    const beforeUs = cpuTimeUs(relay.process.pid);
    const { received } = await send(relay, pacedSender, SECONDS);
    return (1000 * received) / (cpuTimeUs(relay.process.pid) - beforeUs);
  } finally {
    await relay.stop();
  }
}

async function benchCallsHeld(pacedSender: string): Promise<BenchRow[]> {
  let held = { calls: 0, medianUs: 0, p99Us: 0 };
  for (const calls of CALLS_TRIED) {
    const relay = await startOurs(calls);
    try {
      await send(relay, pacedSender, WARM_UP_SECONDS);
      const { sent, received, medianUs, p99Us } = await send(relay, pacedSender, SECONDS);
      if (received < sent || p99Us > DELAY_MAXIMUM_US) break;
      held = { calls, medianUs, p99Us };
    } finally {
      await relay.stop();
    }
  }
  return [
    { name: 'two-way calls relayed on a CPU, none lost, p99 under 5 ms', value: held.calls, unit: 'calls' },
    { name: 'delay added then, p50', value: held.medianUs, unit: 'µs' },
    { name: 'delay added then, p99', value: held.p99Us, unit: 'µs' },
  ];
}

function send({ ports }: Relay, pacedSender: string, seconds: number): Promise<SenderFigures> {
  return sendPaced(pacedSender, REMOTE_PORT, ports, ports.length * PACKETS_PER_SECOND_OF_A_SIDE, seconds);
}

async function startOurs(calls: number): Promise<Relay> {
  const parameters = [CHILD, String(calls), String(REMOTE_PORT)];
  const relay = startPinned('server', process.execPath, parameters, { keepInputOpen: true });
  const [line] = await relay.waitForOutput(/^\[.*\]$/m, START_DEADLINE_MS);
  return { process: relay, ports: JSON.parse(line) as number[], stop: async () => void (await relay.stop()) };
}

async function startRtpEngine(calls: number): Promise<Relay> {
  const engine = await RtpEngine.start(CONTROL_PORT);
  const ports: number[] = [];
  for (let call = 0; call < calls; call++) {
    const { caller, callee } = await engine.openCall(`bench-${call}`, REMOTE_PORT);
    ports.push(caller, callee);
  }
  return { process: engine.process, ports, stop: () => engine.stop() };
}
