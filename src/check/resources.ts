import { accessSync, constants, mkdirSync, readFileSync, statSync } from 'node:fs';
import type { Config } from '../../config/schema.ts';
import { type Finding, fail, ok, warn } from './finding.ts';

/** RTP and RTCP. */
const SOCKETS_PER_LEG = 2;
/** Logs, listeners, libraries. */
const OTHER_DESCRIPTORS = 100;
/** What the UDP listener asks of the kernel, enough for a burst of thousands of requests. */
const WANTED_RECEIVE_BUFFER_BYTES = 4_194_304;
const SUFFICIENT_RECEIVE_BUFFER_BYTES = 1_048_576;
const OLDEST_NODE_VERSION = 24;

export function checkNodeVersion(version: string): Finding {
  const major = Number(/^v?(\d+)/.exec(version)?.[1]);
  if (major >= OLDEST_NODE_VERSION) return ok('Node.js', version);
  return fail('Node.js', version, `Use version ${OLDEST_NODE_VERSION} or later.`);
}

/** @param openFilesLimit null where the system does not tell. */
export function checkFileDescriptors(
  { limits, sip }: Pick<Config, 'limits' | 'sip'>,
  openFilesLimit: number | null,
): Finding {
  const subject = 'File descriptors';
  const forCalls = limits.maxCalls * SOCKETS_PER_LEG + OTHER_DESCRIPTORS;
  const forAll = forCalls + sip.maxConnections;
  if (openFilesLimit === null) {
    return warn(
      subject,
      'the limit cannot be read here',
      `Make sure that it is above ${forAll} (ulimit -n).`,
    );
  }
  if (openFilesLimit >= forAll) return ok(subject, `${openFilesLimit}; ${forAll} are needed at most`);
  const hint = `Raise it with ulimit -n ${forAll}, or lower limits.maxCalls or sip.maxConnections.`;
  if (openFilesLimit >= forCalls) {
    return warn(subject, `${openFilesLimit}; with every connection of sip.maxConnections, ${forAll}`, hint);
  }
  return fail(subject, `${openFilesLimit}; limits.maxCalls of ${limits.maxCalls} takes ${forCalls}`, hint);
}

/** The soft limit of this process, from /proc/self/limits (proc(5)); null elsewhere than on Linux. */
export function readOpenFilesLimit(limits: string | null): number | null {
  const soft = /^Max open files\s+(\S+)/m.exec(limits ?? '')?.[1];
  if (soft === undefined) return null;
  return soft === 'unlimited' ? Number.POSITIVE_INFINITY : Number(soft);
}

export function checkMediaPorts({ media, limits, sip }: Pick<Config, 'media' | 'limits' | 'sip'>): Finding {
  const subject = 'Media ports';
  const [first, last] = media.portRange;
  const legs = Math.floor((last - first + 1) / SOCKETS_PER_LEG);
  const detail = `UDP ${first}–${last} is room for ${legs} calls`;
  if (legs < limits.maxCalls) {
    const hint = `Widen media.portRange to ${limits.maxCalls * SOCKETS_PER_LEG} ports, or lower limits.maxCalls to ${legs}.`;
    return warn(subject, `${detail}; limits.maxCalls is ${limits.maxCalls}`, hint);
  }
  const { udpPort } = sip;
  if (udpPort !== null && udpPort >= first && udpPort <= last) {
    return warn(
      subject,
      `${detail}, and sip.udpPort ${udpPort} lies inside`,
      'Move sip.udpPort or media.portRange.',
    );
  }
  return ok(subject, `${detail}; limits.maxCalls is ${limits.maxCalls}`);
}

/** @param maximumBytes net.core.rmem_max; null elsewhere than on Linux. */
export function checkReceiveBuffer(maximumBytes: number | null): Finding[] {
  if (maximumBytes === null) return [];
  const subject = 'Receive buffer';
  const detail = `the kernel allows ${maximumBytes} bytes`;
  if (maximumBytes >= SUFFICIENT_RECEIVE_BUFFER_BYTES) return [ok(subject, detail)];
  const hint = `Bursts may be lost: sysctl -w net.core.rmem_max=${WANTED_RECEIVE_BUFFER_BYTES}`;
  return [warn(subject, detail, hint)];
}

/** A clock that is behind our own files is wrong; certificates, logs and metrics would be, too. */
export function checkClock(nowMs: number, installedAtMs: number): Finding {
  const shown = new Date(nowMs).toISOString();
  if (nowMs >= installedAtMs) return ok('Clock', shown);
  const hint = 'Set the clock; certificates, logs and metrics depend on it.';
  return fail('Clock', `${shown} is before the installation, ${new Date(installedAtMs).toISOString()}`, hint);
}

export function checkDataDirectory(directory: string): Finding {
  try {
    mkdirSync(directory, { recursive: true });
    accessSync(directory, constants.W_OK | constants.X_OK);
    return ok('Data folder', directory);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const hint = 'Name a folder that may be written with --data or dataDirectory.';
    return fail('Data folder', `${directory} cannot be written (${code})`, hint);
  }
}

export function readFileOrNull(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

export function modifiedAtMs(file: string): number {
  return statSync(file).mtimeMs;
}
