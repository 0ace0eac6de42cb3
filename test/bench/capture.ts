/**
 * Captures, from the first byte to the last row with everything on: packets for a second of CPU, user and system,
 * in a fresh process each time. The yardstick in C and tshark read the same file in turn with ours.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runToEnd } from '../support/running-process.ts';
import { buildYardstick, generateCapture } from '../support/yardstick.ts';
import { type BenchRow, median } from './bench-row.ts';

const STREAMS = 2000;
const PACKETS = 8_000_000;
/** tshark takes half a minute for what the others do in a second. */
const TSHARK_PACKETS = 400_000;
const ROUNDS = 5;
const DEADLINE_MS = 300_000;
const CHILD = fileURLToPath(new URL('./capture-child.ts', import.meta.url));
const RTP_STREAMS = ['-d', 'udp.port==10000-49999,rtp', '-z', 'rtp,streams'];

interface ChildFigures {
  readonly packets: number;
  readonly cpuUs: number;
  readonly stateBytes: number;
  readonly streams: number;
}

export async function benchCapture(): Promise<BenchRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'carillon-bench-'));
  try {
    const rtpgen = await buildYardstick('rtpgen', folder);
    if (rtpgen === null) {
      process.stderr.write('captures are left out: there is no generator here (gcc, rtpgen.c)\n');
      return [];
    }
    return await benchFiles(rtpgen, folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function benchFiles(rtpgen: string, folder: string): Promise<BenchRow[]> {
  const [pcap, pcapng, short] = ['c.pcap', 'c.pcapng', 's.pcap'].map((name) => join(folder, name));
  await generateCapture(rtpgen, STREAMS, PACKETS, pcap!);
  await generateCapture(rtpgen, STREAMS, PACKETS, pcapng!);
  await generateCapture(rtpgen, STREAMS, TSHARK_PACKETS, short!);
  const rtpstat = await buildYardstick('rtpstat', folder);
  const rates: Record<'ours' | 'oursNg' | 'limit' | 'tshark', number[]> = {
    ours: [],
    oursNg: [],
    limit: [],
    tshark: [],
  };
  let stateBytes = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const figures = await runChild(pcap!);
    stateBytes = figures.stateBytes;
    rates.ours.push(figures.packets / figures.cpuUs);
    if (rtpstat !== null) rates.limit.push(PACKETS / (await cpuUsOf([rtpstat, pcap!])));
    const ng = await runChild(pcapng!);
    rates.oursNg.push(ng.packets / ng.cpuUs);
    rates.tshark.push(TSHARK_PACKETS / (await cpuUsOf(['tshark', '-n', '-q', '-r', short!, ...RTP_STREAMS])));
  }
  const [ours, oursNg, tshark] = [median(rates.ours), median(rates.oursNg), median(rates.tshark)];
  const row = { name: `capture of ${STREAMS} streams`, value: ours, unit: 'Mpkt/s' };
  const limit = { name: 'C', value: median(rates.limit) };
  return [
    ...(rtpstat === null ? [] : [{ ...row, peer: limit, target: atLeast(0.55) }]),
    { ...row, peer: { name: 'tshark', value: tshark }, target: atLeast(85) },
    {
      name: `the same as pcapng`,
      value: oursNg,
      unit: 'Mpkt/s',
      peer: { name: 'as pcap', value: ours },
      target: atLeast(0.9),
    },
    {
      name: 'state of a stream',
      value: stateBytes,
      unit: 'bytes',
      target: { kind: 'at-most', limit: 160 },
    },
  ];
}

function atLeast(limit: number): NonNullable<BenchRow['target']> {
  return { kind: 'ratio-at-least', limit };
}

async function runChild(path: string): Promise<ChildFigures> {
  const { stdout, stderr } = await runToEnd(process.execPath, [CHILD, path], DEADLINE_MS);
  const figures: ChildFigures = JSON.parse(stdout || '{}');
  if (figures.packets !== PACKETS || figures.streams !== STREAMS) throw new Error(`counted wrong: ${stderr}`);
  return figures;
}

/** User and system time of a whole process. */
async function cpuUsOf(command: readonly string[]): Promise<number> {
  const script = 'TIMEFORMAT="cpu %U %S"; time "$@" > /dev/null';
  const { stderr } = await runToEnd('bash', ['-c', script, 'bench', ...command], DEADLINE_MS);
  const [, user, system] = /^cpu ([\d.]+) ([\d.]+)$/m.exec(stderr) ?? [];
  return (Number(user) + Number(system)) * 1e6;
}
