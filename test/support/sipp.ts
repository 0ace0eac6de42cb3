import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { RunningProcess } from './running-process.ts';

/** SIPp's `-t`: UDP or TCP, one socket for all calls, or (`n`) one a call. */
export type SippTransport = 'u1' | 'un' | 't1' | 'tn';

export interface SippOptions {
  /** A file of test/fixtures/sipp, without extension. */
  readonly scenario: string;
  readonly address: string;
  readonly port: number;
  readonly transport: SippTransport;
  /** User part of the Request-URI. */
  readonly service: string;
  /** Calls in all; default 1. */
  readonly calls?: number;
  /** New calls a second; default 10. */
  readonly callsPerSecond?: number;
  /** Calls at the same time; default: no limit. */
  readonly concurrentCalls?: number;
  /** What `<pause/>` without a length means; default 1000. */
  readonly pauseMs?: number;
  /** First of its RTP ports; SIPp's own `[auto_media_port]` steps by four from there. */
  readonly mediaPort?: number;
  /** What the scenario plays as `[pcap]`, a file of SIPp's own; default {@link SIPP_G711_CAPTURE}. */
  readonly capture?: string;
  readonly deadlineMs?: number;
  readonly extra?: readonly string[];
}

export interface SippResult {
  readonly exitCode: number | null;
  readonly successfulCalls: number;
  readonly failedCalls: number;
  readonly retransmissions: number;
  readonly unexpectedMessages: number;
  /** Highest number of calls at the same time. */
  readonly concurrentPeak: number;
  /** What SIPp wrote to its error log: the unexpected message, in full. */
  readonly errors: string;
}

const SCENARIOS = fileURLToPath(new URL('../fixtures/sipp/', import.meta.url));
export const SIPP_PCAP_FOLDER = '/usr/share/sip-tester';

/** The capture of seven seconds of A-law that Debian's package carries. */
const SIPP_G711_CAPTURE = 'g711a.pcap';

/** Places calls with SIPp, and resolves when the last is over. */
export async function runSipp(options: SippOptions): Promise<SippResult> {
  const folder = mkdtempSync(join(tmpdir(), 'carillon-sipp-'));
  const sipp = new RunningProcess('sipp', sippParameters(options, folder), { cwd: folder });
  try {
    const finished = await sipp.waitForExit(options.deadlineMs ?? 60_000);
    if (!readdirSync(folder).includes('statistics.csv')) {
      throw new Error(`sipp placed no call:\n${finished.stderr.slice(-1_000)}`);
    }
    return readResult(folder, finished.exitCode);
  } finally {
    if (sipp.finished === null) await sipp.stop('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
}

function sippParameters(options: SippOptions, folder: string): string[] {
  const calls = options.calls ?? 1;
  const flags: Record<string, string | number> = {
    '-sf': join(SCENARIOS, `${options.scenario}.xml`),
    '-i': options.address,
    '-mi': options.address,
    '-s': options.service,
    '-t': options.transport,
    '-m': calls,
    '-l': options.concurrentCalls ?? calls,
    '-r': options.callsPerSecond ?? 10,
    '-d': options.pauseMs ?? 1_000,
    '-stf': join(folder, 'statistics.csv'),
    '-fd': 1,
    // One socket a call: SIPp's own limit of 50,000 is more than many a system allows to be open.
    '-max_socket': 1_000,
    '-error_file': join(folder, 'errors.log'),
    '-key pcap': join(SIPP_PCAP_FOLDER, options.capture ?? SIPP_G711_CAPTURE),
    '-mp': options.mediaPort ?? 31_000,
    '-timeout': `${Math.ceil((options.deadlineMs ?? 60_000) / 1_000)}s`,
  };
  const list = Object.entries(flags).flatMap(([flag, value]) => [...flag.split(' '), String(value)]);
  return [
    ...list,
    '-trace_stat',
    '-trace_err',
    '-nostdin',
    ...(options.extra ?? []),
    `${options.address}:${options.port}`,
  ];
}

function readResult(folder: string, exitCode: number | null): SippResult {
  const [header = '', ...rows] = readFileSync(join(folder, 'statistics.csv'), 'utf8').trim().split('\n');
  const names = header.split(';');
  const column = (row: string | undefined, name: string) =>
    Number(row?.split(';')[names.indexOf(name)] ?? Number.NaN);
  const last = rows.at(-1);
  return {
    exitCode,
    successfulCalls: column(last, 'SuccessfulCall(C)'),
    failedCalls: column(last, 'FailedCall(C)'),
    retransmissions: column(last, 'Retransmissions(C)'),
    unexpectedMessages: column(last, 'FailedUnexpectedMessage(C)'),
    concurrentPeak: Math.max(0, ...rows.map((row) => column(row, 'CurrentCall'))),
    errors: readErrors(folder),
  };
}

/** Without what it says about a machine too busy for its clock, which is no error of anybody's. */
function readErrors(folder: string): string {
  const file = readdirSync(folder).find((name) => name === 'errors.log');
  if (file === undefined) return '';
  const lines = readFileSync(join(folder, file), 'utf8').split('\n');
  const errors = lines.filter((line) => line !== '' && !/Overload warning|^The following events/.test(line));
  return errors.length === 0 ? '' : lines.join('\n');
}

/** SIPp as the called side: answers every call until it is stopped. */
export class SippServer {
  readonly #process: RunningProcess;
  readonly #folder: string;

  private constructor(process: RunningProcess, folder: string) {
    this.#process = process;
    this.#folder = folder;
  }

  /** Resolves when its port is open; `isEchoing` sends back the RTP that comes in. */
  static async start(options: {
    readonly scenario: string;
    readonly address: string;
    readonly port: number;
    readonly transport: SippTransport;
    readonly mediaPort: number;
    readonly isEchoing?: boolean;
  }): Promise<SippServer> {
    const folder = mkdtempSync(join(tmpdir(), 'carillon-sipp-'));
    const statistics = join(folder, 'statistics.csv');
    const { scenario, address, port, transport, mediaPort } = options;
    const parameters = [
      ...['-sf', join(SCENARIOS, `${scenario}.xml`), '-i', address, '-mi', address, '-p', `${port}`],
      ...['-t', transport, '-mp', `${mediaPort}`, '-nostdin', '-trace_err', '-max_socket', '1000'],
      ...['-error_file', join(folder, 'errors.log'), '-trace_stat', '-fd', '1', '-stf', statistics],
      ...(options.isEchoing === true ? ['-rtp_echo'] : []),
    ];
    const server = new SippServer(new RunningProcess('sipp', parameters, { cwd: folder }), folder);
    while (!existsSync(statistics)) {
      if (server.#process.finished !== null) throw new Error('sipp ended at once: is its port free?');
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    return server;
  }

  /** What it wrote to its error log; empty if nothing went wrong. */
  get errors(): string {
    return readErrors(this.#folder);
  }

  async stop(): Promise<void> {
    await this.#process.stop('SIGKILL');
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
