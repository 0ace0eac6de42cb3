/**
 * Brings the programs that the end-to-end tests talk to. Where one is missing, its Debian package is
 * installed if we may; where we may not, the run stops and names the packages.
 */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { runToEnd } from './running-process.ts';

/** Program → Debian package that holds it. */
const TEST_PEERS: Readonly<Record<string, string>> = {
  sipp: 'sip-tester',
  baresip: 'baresip-core',
  linphonec: 'linphone-cli',
  sipsak: 'sipsak',
  tshark: 'tshark',
};

const BENCH_PEERS: Readonly<Record<string, string>> = { sipp: 'sip-tester', kamailio: 'kamailio' };

const INSTALL_DEADLINE_MS = 600_000;

export async function setup(): Promise<void> {
  await ensurePeers(TEST_PEERS);
}

export async function ensureBenchPeers(): Promise<void> {
  await ensurePeers(BENCH_PEERS);
}

async function ensurePeers(peers: Readonly<Record<string, string>>): Promise<void> {
  const missing = missingPackages(peers);
  if (missing.length === 0) return;
  if (process.getuid?.() !== 0 || !isOnPath('apt-get')) {
    throw new Error(`needed for this run: ${missing.join(', ')} (apt-get install ${missing.join(' ')})`);
  }
  console.log(`installing ${missing.join(', ')} with apt-get`);
  await aptGet(['update', '-qq']);
  await aptGet(['install', '-y', '-qq', '--no-install-recommends', ...missing]);
  const stillMissing = missingPackages(peers);
  if (stillMissing.length > 0) throw new Error(`apt-get did not bring ${stillMissing.join(', ')}`);
}

function missingPackages(peers: Readonly<Record<string, string>>): string[] {
  return Object.entries(peers)
    .filter(([program]) => !isOnPath(program))
    .map(([, packageName]) => packageName);
}

async function aptGet(parameters: readonly string[]): Promise<void> {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const finished = await runToEnd('apt-get', parameters, INSTALL_DEADLINE_MS, { env });
  if (finished.exitCode === 0) return;
  throw new Error(`apt-get ${parameters.join(' ')} failed:\n${finished.stderr || finished.stdout}`);
}

function isOnPath(program: string): boolean {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  return folders.some((folder) => isExecutable(join(folder, program)));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
