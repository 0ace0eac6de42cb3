import { readdirSync, readFileSync } from 'node:fs';

/** Linux reports CPU time in ticks of this length whatever the kernel's own (USER_HZ). */
const TICK_US = 10_000;
const USER_TIME_FIELD = 11;
const SYSTEM_TIME_FIELD = 12;

/** User and system time of a process, all threads, and of the processes it started, in microseconds. */
export function cpuTimeUs(pid: number): number {
  return [pid, ...descendants(pid)].reduce((sum, each) => sum + ownCpuTimeUs(each), 0);
}

function ownCpuTimeUs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  // The name, in parentheses, may hold spaces; fields are counted from behind it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[USER_TIME_FIELD]) + Number(fields[SYSTEM_TIME_FIELD])) * TICK_US;
}

function descendants(pid: number): number[] {
  const children = readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
    readFileSync(`/proc/${pid}/task/${thread}/children`, 'latin1').split(' ').filter(Boolean).map(Number),
  );
  return children.flatMap((child) => [child, ...descendants(child)]);
}
