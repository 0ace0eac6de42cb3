/**
 * Brings the programs that the tests talk to, before the first test of a project starts. Where one is missing, its
 * Debian package is installed if we may; where we may not, the run stops and names the packages.
 */
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import { runToEnd } from './running-process.ts';

/** Program, or file by its path → Debian package that holds it. */
type Peers = Readonly<Record<string, string>>;

/** Other codecs and other voices, which the unit tests hold ours against. */
const UNIT_PEERS: Peers = {
  ffmpeg: 'ffmpeg',
  flac: 'flac',
  'espeak-ng': 'espeak-ng',
  mkvinfo: 'mkvtoolnix',
};

const CALLING_PEERS: Peers = {
  sipp: 'sip-tester',
  baresip: 'baresip-core',
  linphonec: 'linphone-cli',
  sipsak: 'sipsak',
  tshark: 'tshark',
  chromium: 'chromium',
  'fail2ban-regex': 'fail2ban',
  flac: 'flac',
  kamailio: 'kamailio',
};

/** By suite. */
const BENCH_PEERS: Readonly<Record<string, Peers>> = {
  sip: { sipp: 'sip-tester', kamailio: 'kamailio' },
  media: {
    cc: 'gcc',
    '/usr/include/stdio.h': 'libc6-dev',
    '/usr/include/srtp2/srtp.h': 'libsrtp2-dev',
  },
};

const INSTALL_DEADLINE_MS = 600_000;

/** Called once for each project that has tests to run. */
export async function setup(project: { readonly name: string }): Promise<void> {
  await ensurePeers(project.name === 'unit' ? UNIT_PEERS : CALLING_PEERS);
}

export async function ensureBenchPeers(suites: readonly string[]): Promise<void> {
  await ensurePeers(Object.assign({}, ...suites.map((suite) => BENCH_PEERS[suite])) as Peers);
}

async function ensurePeers(peers: Peers): Promise<void> {
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

function missingPackages(peers: Peers): string[] {
  return Object.entries(peers)
    .filter(([program]) => (isAbsolute(program) ? !existsSync(program) : !isOnPath(program)))
    .map(([, packageName]) => packageName);
}

async function aptGet(parameters: readonly string[]): Promise<void> {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  // Another run may be installing the same at this moment.
  const patient = ['-o', `DPkg::Lock::Timeout=${INSTALL_DEADLINE_MS / 1000}`, ...parameters];
  const finished = await runToEnd('apt-get', patient, INSTALL_DEADLINE_MS, { env });
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
