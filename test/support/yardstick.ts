/**
 * The small C programs that make captures and set the practical limit, built where gcc and their source are.
 * They are no part of the project: whoever uses them says so when they are not there.
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { runToEnd } from './running-process.ts';

const SOURCES = fileURLToPath(new URL('../../../shared/bench/', import.meta.url));
const FLAGS = {
  rtpgen: ['-O2'],
  rtpstat: ['-O3', '-march=native'],
  rtptx: ['-O2'],
  // It lets packets gather as long as our backend does before it looks for them.
  rtprx: ['-O3', '-march=native', '-Wl,--wrap=epoll_wait'],
} as const;
const MORE_SOURCES: Partial<Record<keyof typeof FLAGS, readonly string[]>> = {
  rtprx: [fileURLToPath(new URL('../bench/live/coalesce.c', import.meta.url)), '-luring'],
};
const BUILD_DEADLINE_MS = 60_000;

/** Builds one of them into `folder`; null where it cannot be had here. */
export async function buildYardstick(name: keyof typeof FLAGS, folder: string): Promise<string | null> {
  const source = `${SOURCES}${name}.c`;
  if (!existsSync(source)) return null;
  const program = `${folder}/${name}`;
  const parameters = [...FLAGS[name], source, ...(MORE_SOURCES[name] ?? []), '-o', program, '-lm'];
  const built = await runToEnd('gcc', parameters, BUILD_DEADLINE_MS).catch(() => null);
  return built?.exitCode === 0 ? program : null;
}

/** Writes a capture of `packets` RTP packets in `streams` streams, always the same one. */
export async function generateCapture(
  rtpgen: string,
  streams: number,
  packets: number,
  path: string,
): Promise<void> {
  const format = path.endsWith('ng') ? ['ng'] : [];
  const finished = await runToEnd(rtpgen, [String(streams), String(packets), path, ...format], 120_000);
  if (finished.exitCode !== 0) throw new Error(`rtpgen failed: ${finished.stderr}`);
}
