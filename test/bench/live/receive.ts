/** Live reception with the kernel's own sockets: what a packet costs, beside the same in C, and whether jitter is right. */
import { fileURLToPath } from 'node:url';
import { buildYardstick } from '../../support/yardstick.ts';
import { type BenchRow, median } from '../bench-row.ts';
import { startPinned } from '../sip-load.ts';
import { sendPaced } from './paced-sender.ts';
import type { ReceiverFigures } from './receiver-child.ts';

const CHILD = fileURLToPath(new URL('./receiver-child.ts', import.meta.url));
const FIRST_PORT = 20_000;
const SOCKETS = 1000;
const PACKETS_PER_SECOND = 100_000;
const PACKETS = 400_000;
const ROUNDS = 5;
const START_DEADLINE_MS = 30_000;
const DEADLINE_MS = 120_000;
/** From here the paced sender sends. */
const SENDER_PORT = 19_998;
const LEG_COUNTS = [10, 100, 1000, 10_000] as const;
/** Of all legs together: what so many sockets hold, and what is due to each, must not differ by more. */
const LEGS_PACKETS_PER_SECOND = 50_000;
const SECONDS = 4;

export async function benchReceive(pacedSender: string, folder: string): Promise<BenchRow[]> {
  return [...(await benchBesideC(folder)), ...(await benchLegCounts(pacedSender))];
}

async function benchBesideC(folder: string): Promise<BenchRow[]> {
  const sender = await buildYardstick('rtptx', folder);
  const receiver = await buildYardstick('rtprx', folder);
  if (sender === null || receiver === null) {
    process.stderr.write('reception beside C is left out: gcc, liburing, rtprx.c or rtptx.c are not here\n');
    return [];
  }
  const ours: number[] = [];
  const limit: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    ours.push(1 / (await receive(() => sendBurst(sender))).packetUs);
    limit.push(1 / (await receiveInC(receiver, sender)));
  }
  return [
    {
      name: `packets received and counted, ${SOCKETS} sockets`,
      value: median(ours),
      unit: 'Mpkt/s',
      peer: { name: 'C, gathering alike', value: median(limit) },
      target: { kind: 'ratio-at-least', limit: 0.75 },
    },
  ];
}

async function sendBurst(program: string): Promise<void> {
  const parameters = ['send', FIRST_PORT, SOCKETS, PACKETS, PACKETS_PER_SECOND, 64].map(String);
  await startPinned('load', program, parameters).waitForExit(DEADLINE_MS);
}

/** Microseconds of CPU for each packet. */
async function receiveInC(program: string, sender: string): Promise<number> {
  const parameters = ['recv', FIRST_PORT, SOCKETS, PACKETS, 1].map(String);
  const receiver = startPinned('server', program, parameters);
  await receiver.waitForOutput(/ready/, START_DEADLINE_MS);
  await sendBurst(sender);
  const { stdout } = await receiver.waitForExit(DEADLINE_MS);
  return Number(/us\/pkt=([\d.]+)/.exec(stdout)?.[1]);
}

/** What a packet costs as legs grow in number, and how far the jitter reported is off. */
async function benchLegCounts(pacedSender: string): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const legs of LEG_COUNTS) {
    const ports = Array.from({ length: legs }, (_, leg) => FIRST_PORT + 2 * leg);
    const send = () => sendPaced(pacedSender, SENDER_PORT, ports, LEGS_PACKETS_PER_SECOND, SECONDS);
    const packets = LEGS_PACKETS_PER_SECOND * SECONDS;
    const { packetUs, jitterErrorUs } = await receive(send, legs, packets, ['times']);
    rows.push({ name: `a packet received and counted, ${legs} legs`, value: packetUs, unit: 'µs CPU' });
    if (legs !== SOCKETS) continue;
    rows.push({
      name: `jitter reported off the truth, greatest of ${legs} legs`,
      value: jitterErrorUs ?? Number.NaN,
      unit: 'µs',
      target: { kind: 'at-most', limit: 50 },
    });
  }
  return rows;
}

async function receive(
  send: () => Promise<unknown>,
  sockets = SOCKETS,
  packets = PACKETS,
  flags: readonly string[] = [],
): Promise<ReceiverFigures> {
  const parameters = [CHILD, ...[FIRST_PORT, sockets, packets].map(String), ...flags];
  const receiver = startPinned('server', process.execPath, parameters);
  await receiver.waitForOutput(/ready/, START_DEADLINE_MS);
  await send();
  const { stdout, stderr } = await receiver.waitForExit(DEADLINE_MS);
  const [line] = /^\{.*\}$/m.exec(stdout) ?? [];
  if (line === undefined) throw new Error(`the receiver failed: ${stderr}`);
  return JSON.parse(line) as ReceiverFigures;
}
