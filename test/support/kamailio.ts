import { fileURLToPath } from 'node:url';
import { freePort } from './free-port.ts';
import { RunningProcess } from './running-process.ts';

const MODULES = '/usr/lib/x86_64-linux-gnu/kamailio/modules';
const START_DEADLINE_MS = 15_000;

/** Kamailio with a configuration that writes what it takes, as `name=value` pairs and a payload in hexadecimal. */
export class KamailioPeer {
  readonly port: number;
  readonly #process: RunningProcess;

  private constructor(port: number, process: RunningProcess) {
    this.port = port;
    this.#process = process;
  }

  /** At UDP `port`, or any free one. */
  static async start(configuration: URL, port?: number): Promise<KamailioPeer> {
    const chosen = port ?? (await freePort());
    const process = new RunningProcess('kamailio', [
      ...['-DD', '-E', '-f', fileURLToPath(configuration), '-L', MODULES, '-m', '64', '-M', '16'],
      ...['-l', `udp:127.0.0.1:${chosen}`, '-w', '/tmp'],
    ]);
    await process.waitForOutput(/Aliases:/, START_DEADLINE_MS);
    return new KamailioPeer(chosen, process);
  }

  /** `pattern`, which is global, matches the pairs and the payload. */
  lines(pattern: RegExp): { fields: Record<string, string>; payload: string }[] {
    const { stdout, stderr } = this.#process;
    return [...`${stdout}${stderr}`.matchAll(pattern)].map(([, text = '', hexadecimal = '']) => ({
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
