import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ProcessOptions, RunningProcess } from '../support/running-process.ts';
import { CPU_COUNT } from './machine.ts';

const LOAD_CPU = '1';
const SERVER_CPU = '0';
/** A busy machine loses a datagram now and then; more than that is another measurement. */
const LEAST_SUCCESS = 0.98;
const JOIN_AND_LEAVE = fileURLToPath(new URL('../fixtures/sipp/join-and-leave.xml', import.meta.url));

export interface SipLoad {
  readonly port: number;
  readonly transport: 'u1' | 't1';
  readonly calls: number;
  readonly callsPerSecond: number;
  readonly concurrentCalls?: number;
  /** How long each call stays up. */
  readonly holdMs?: number;
  /** `uac` is SIPp's own scenario; `room` dials a meeting ID and follows our Contact. */
  readonly kind: 'uac' | 'room';
  readonly user?: string;
}

/** A command on the CPU of the side it belongs to; on a machine with one CPU, anywhere. */
export function startPinned(
  side: 'server' | 'load',
  command: string,
  parameters: readonly string[],
  options: ProcessOptions = {},
): RunningProcess {
  if (CPU_COUNT < 2) return new RunningProcess(command, parameters, options);
  const cpu = side === 'server' ? SERVER_CPU : LOAD_CPU;
  return new RunningProcess('taskset', ['-c', cpu, command, ...parameters], options);
}

/** Starts SIPp; its statistics go to `statistics`. */
function startSipLoad(load: SipLoad, statistics: string): RunningProcess {
  const scenario = load.kind === 'uac' ? ['-sn', 'uac'] : ['-sf', JOIN_AND_LEAVE, '-mi', '127.0.0.1'];
  return startPinned('load', 'sipp', [
    ...scenario,
    ...['-i', '127.0.0.1', '-t', load.transport, '-nostdin', '-s', load.user ?? 'bench'],
    ...['-m', String(load.calls), '-r', String(load.callsPerSecond), '-d', String(load.holdMs ?? 0)],
    ...['-l', String(load.concurrentCalls ?? 1_000)],
    ...['-trace_stat', '-stf', statistics, '-fd', '1'],
    `127.0.0.1:${load.port}`,
  ]);
}

/** Places the calls, and gives how many went well; throws where that are too few for a figure per call. */
export async function placeCalls(load: SipLoad): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'carillon-bench-'));
  const statistics = join(folder, 'statistics.csv');
  const deadlineMs = 30_000 + (load.calls / load.callsPerSecond) * 4_000;
  const sipp = startSipLoad(load, statistics);
  try {
    await sipp.waitForExit(deadlineMs);
    const successful = readStatistic(statistics, 'SuccessfulCall(C)');
    if (successful < load.calls * LEAST_SUCCESS) {
      throw new Error(`SIPp: only ${successful} of ${load.calls} calls went well (${load.transport})`);
    }
    return successful;
  } finally {
    if (sipp.finished === null) await sipp.stop('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Sets up calls that stay, and leaves them without a word: SIPp is gone, the server's dialogs remain. */
export async function abandonCalls(load: SipLoad): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'carillon-bench-'));
  const statistics = join(folder, 'statistics.csv');
  const held = { ...load, concurrentCalls: load.calls, holdMs: 3_600_000 };
  const sipp = startSipLoad(held, statistics);
  const endsAtMs = performance.now() + 30_000 + (load.calls / load.callsPerSecond) * 4_000;
  try {
    const isUp = () =>
      readStatistic(statistics, 'CurrentCall') + readStatistic(statistics, 'FailedCall(C)') >= load.calls;
    while (!isUp()) {
      if (performance.now() > endsAtMs) throw new Error(`SIPp did not get ${load.calls} calls up`);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    if (readStatistic(statistics, 'CurrentCall') < load.calls * LEAST_SUCCESS) {
      throw new Error(`SIPp got fewer than ${LEAST_SUCCESS} of ${load.calls} calls up`);
    }
    // SIPp counts a call from its INVITE on; the last of them get their answer meanwhile.
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  } finally {
    await sipp.stop('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The last value of a column; 0 before SIPp has written any. */
function readStatistic(statistics: string, column: string): number {
  if (!existsSync(statistics)) return 0;
  const [header = '', ...rows] = readFileSync(statistics, 'utf8').trim().split('\n');
  return Number(rows.at(-1)?.split(';')[header.split(';').indexOf(column)] ?? 0);
}
