import { cpus, release, totalmem, type } from 'node:os';

/** Number of CPUs; with two or more, the server has CPU 0 for itself and the load CPU 1. */
export const CPU_COUNT = cpus().length;

/** What a figure of this session was measured on. */
export function describeMachine(): string {
  const memoryGib = Math.round(totalmem() / 2 ** 30);
  const model = cpus()[0]?.model.trim() ?? 'unknown CPU';
  return `${CPU_COUNT} × ${model}, ${memoryGib} GiB, ${type()} ${release()}, Node ${process.version}`;
}
