/**
 * Captures, from the first byte to the last row with everything on: packets for a second of CPU, user and system,
 * in a fresh process each time. The yardstick in C and tshark read the same file in turn with ours.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { link } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runToEnd } from '../support/running-process.ts';
import { buildYardstick, generateCapture } from '../support/yardstick.ts';
import { type BenchRow, median } from './bench-row.ts';
import { CPU_COUNT } from './machine.ts';

const STREAMS = 2000;
const MANY_STREAMS = 100_000;
/** As many as were counted where the targets come from. */
const PACKETS = 10_000_000;
/** tshark takes half a minute for what the others do in a second. */
const TSHARK_PACKETS = 400_000;
const ROUNDS = 5;
const DEADLINE_MS = 300_000;
const CHILD = fileURLToPath(new URL('./capture-child.ts', import.meta.url));
const MAIN = fileURLToPath(new URL('../../src/carillon.js', import.meta.url));
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
  const names = ['c.pcap', 'c.pcapng', 's.pcap', 'many.pcap', 'd.pcap'];
  const [pcap = '', pcapng = '', short = '', many = '', other = ''] = names.map((name) => join(folder, name));
  await generateCapture(rtpgen, STREAMS, PACKETS, pcap);
  await generateCapture(rtpgen, STREAMS, PACKETS, pcapng);
  await generateCapture(rtpgen, STREAMS, TSHARK_PACKETS, short);
  await generateCapture(rtpgen, MANY_STREAMS, PACKETS, many);
  await link(pcap, other);
  const rtpstat = await buildYardstick('rtpstat', folder);
  const measures: Record<string, () => Promise<number>> = {
    typescript: () => rateOf(pcap, 'typescript'),
    core: () => rateOf(pcap),
    ng: () => rateOf(pcapng),
    many: () => rateOf(many),
    tshark: async () => TSHARK_PACKETS / (await cpuUsOf(['tshark', '-n', '-q', '-r', short, ...RTP_STREAMS])),
    inTurn: () => elapsedMs([MAIN, 'analyze', '--json', pcap], 2),
    atOnce: () => elapsedMs([MAIN, 'analyze', '--json', pcap, other], 1),
    start: () => elapsedMs([MAIN, 'analyze', '--help'], 1),
    ...(rtpstat === null
      ? {}
      : {
          limit: async () => PACKETS / (await cpuUsOf([rtpstat, pcap])),
          manyLimit: async () => PACKETS / (await cpuUsOf([rtpstat, many])),
        }),
  };
  const figures = Object.fromEntries(Object.keys(measures).map((name): [string, number[]] => [name, []]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, measure] of Object.entries(measures)) figures[name]?.push(await measure());
  }
  const { stateBytes } = await runChild(pcap);
  return formatRows((name) => median(figures[name] ?? []), rtpstat !== null, stateBytes);
}

function formatRows(figure: (name: string) => number, hasLimit: boolean, stateBytes: number): BenchRow[] {
  const ours = (name: string, value: number) => ({ name, value, unit: 'Mpkt/s' });
  const against = (row: BenchRow, name: string, value: number, limit: number): BenchRow => ({
    ...row,
    peer: { name, value },
    target: { kind: 'ratio-at-least', limit },
  });
  const typescript = ours(`capture of ${STREAMS} streams, TypeScript`, figure('typescript'));
  const core = ours(`capture of ${STREAMS} streams, AssemblyScript`, figure('core'));
  const many = ours(`capture of ${MANY_STREAMS} streams`, figure('many'));
  const inTurn = { name: 'in turn', value: 1 / figure('inTurn') };
  return [
    ...(hasLimit ? [against(typescript, 'C', figure('limit'), 0.55)] : []),
    against(typescript, 'tshark', figure('tshark'), 85),
    ...(hasLimit ? [against(core, 'C', figure('limit'), 0.85)] : []),
    against(core, 'tshark', figure('tshark'), 130),
    against(ours('the same as pcapng', figure('ng')), 'as pcap', figure('core'), 0.9),
    hasLimit ? against(many, 'C', figure('manyLimit'), 0.8) : many,
    { name: 'state of a stream', value: stateBytes, unit: 'bytes', target: { kind: 'at-most', limit: 160 } },
    ...(CPU_COUNT < 2
      ? []
      : [
          against(
            { name: 'two captures at once', value: 1 / figure('atOnce'), unit: '1/ms' },
            inTurn.name,
            inTurn.value,
            1.8,
          ),
        ]),
    { name: 'start of analyze', value: figure('start'), unit: 'ms', target: { kind: 'at-most', limit: 150 } },
  ];
}

async function rateOf(path: string, language = ''): Promise<number> {
  const { packets, cpuUs } = await runChild(path, language);
  return packets / cpuUs;
}

/** Of Node with these parameters, so many times one after the other. */
async function elapsedMs(parameters: readonly string[], times: number): Promise<number> {
  const began = performance.now();
  for (let time = 0; time < times; time++) await runToEnd(process.execPath, parameters, DEADLINE_MS);
  return performance.now() - began;
}

async function runChild(path: string, language = ''): Promise<ChildFigures> {
  // As the command has it: taking the types off would go on in the background while the packets are counted.
  const env = { ...process.env, NODE_COMPILE_CACHE: join(dirname(path), 'compiled') };
  const { stdout, stderr } = await runToEnd(process.execPath, [CHILD, path, language], DEADLINE_MS, { env });
  const figures: ChildFigures = JSON.parse(stdout || '{}');
  const streams = path.endsWith('many.pcap') ? MANY_STREAMS : STREAMS;
  if (figures.packets !== PACKETS || figures.streams !== streams) throw new Error(`counted wrong: ${stderr}`);
  return figures;
}

/** User and system time of a whole process. */
async function cpuUsOf(command: readonly string[]): Promise<number> {
  const script = 'TIMEFORMAT="cpu %U %S"; time "$@" > /dev/null';
  const { stderr } = await runToEnd('bash', ['-c', script, 'bench', ...command], DEADLINE_MS);
  const [, user, system] = /^cpu ([\d.]+) ([\d.]+)$/m.exec(stderr) ?? [];
  return (Number(user) + Number(system)) * 1e6;
}
