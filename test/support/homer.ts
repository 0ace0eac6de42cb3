import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { RunningProcess } from './running-process.ts';

const CONFIGURATION = fileURLToPath(new URL('./homer.cfg', import.meta.url));
const MODULES = '/usr/lib/x86_64-linux-gnu/kamailio/modules';
const START_DEADLINE_MS = 15_000;
const LINE = /HEP (version=.*) payload=([0-9a-f]*)/g;

/** A HEP packet as Kamailio's sipcapture module read it; what was not in it is empty. */
export interface CapturedPacket {
  readonly fields: Readonly<Record<string, string>>;
  readonly payload: string;
}

/** Kamailio as the HEP collector it is in Homer 5. */
export class HomerCollector {
  readonly port: number;
  readonly #process: RunningProcess;

  private constructor(port: number, process: RunningProcess) {
    this.port = port;
    this.#process = process;
  }

  /** At `port`, or any free one. */
  static async start(port?: number): Promise<HomerCollector> {
    const chosen = port ?? (await freePort());
    const process = new RunningProcess('kamailio', [
      ...['-DD', '-E', '-f', CONFIGURATION, '-L', MODULES, '-m', '64', '-M', '16'],
      ...['-l', `udp:127.0.0.1:${chosen}`, '-w', '/tmp'],
    ]);
    await process.waitForOutput(/Aliases:/, START_DEADLINE_MS);
    return new HomerCollector(chosen, process);
  }

  get packets(): CapturedPacket[] {
    const { stdout, stderr } = this.#process;
    return [...`${stdout}${stderr}`.matchAll(LINE)].map(([, text = '', hexadecimal = '']) => ({
      fields: Object.fromEntries(
        text.split(' ').map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
      ),
      payload: Buffer.from(hexadecimal, 'hex').toString(),
    }));
  }

  async stop(): Promise<void> {
    await this.#process.stop();
  }
}

export async function freePort(): Promise<number> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  return port;
}
