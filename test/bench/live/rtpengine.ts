/** Debian's rtpengine in userspace, set up over its ng protocol (bencoded dictionaries over UDP). */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { RunningProcess } from '../../support/running-process.ts';
import { startPinned } from '../sip-load.ts';

type Bencoded = string | { readonly [key: string]: Bencoded };

const START_DEADLINE_MS = 10_000;
const ANSWER_DEADLINE_MS = 2000;

export class RtpEngine {
  readonly process: RunningProcess;
  readonly #socket: Socket;
  readonly #port: number;
  #cookie = 0;

  private constructor(process: RunningProcess, socket: Socket, port: number) {
    this.process = process;
    this.#socket = socket;
    this.#port = port;
  }

  static async start(controlPort: number): Promise<RtpEngine> {
    const process = startPinned('server', 'rtpengine', [
      // No kernel table, in the foreground, logging to standard error.
      ...['-t', '-1', '-f', '-E', '-L', '4', '--num-threads=1'],
      ...['--interface=127.0.0.1', `--listen-ng=127.0.0.1:${controlPort}`],
      ...['--port-min=20000', '--port-max=49999'],
    ]);
    const socket = createSocket('udp4');
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    const engine = new RtpEngine(process, socket, controlPort);
    await engine.#becomeReady();
    return engine;
  }

  /** @returns the ports that the caller and the callee are to send to; both talk from, and hear at, `remotePort` */
  async openCall(callId: string, remotePort: number): Promise<{ caller: number; callee: number }> {
    const call = { 'call-id': callId, 'from-tag': 'a', ICE: 'remove', sdp: descriptionOf(remotePort) };
    const callee = portOf(await this.#ask({ ...call, command: 'offer' }));
    const caller = portOf(await this.#ask({ ...call, command: 'answer', 'to-tag': 'b' }));
    return { caller, callee };
  }

  async stop(): Promise<void> {
    this.#socket.close();
    await this.process.stop();
  }

  async #becomeReady(): Promise<void> {
    const endsAtMs = performance.now() + START_DEADLINE_MS;
    for (;;) {
      const answer = await this.#ask({ command: 'ping' }).catch(() => '');
      if (answer.includes('pong')) return;
      if (performance.now() > endsAtMs) throw new Error(`rtpengine does not answer: ${this.process.stderr}`);
    }
  }

  async #ask(request: Bencoded): Promise<string> {
    const cookie = `bench${this.#cookie++}`;
    const answered = once(this.#socket, 'message', { signal: AbortSignal.timeout(ANSWER_DEADLINE_MS) });
    this.#socket.send(`${cookie} ${bencode(request)}`, this.#port, '127.0.0.1');
    const [bytes] = await answered;
    return String(bytes);
  }
}

function bencode(value: Bencoded): string {
  if (typeof value === 'string') return `${Buffer.byteLength(value)}:${value}`;
  // In the order of the keys.
  const entries = Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return `d${entries.map(([key, each]) => bencode(key) + bencode(each)).join('')}e`;
}

function descriptionOf(port: number): string {
  const lines = [
    'v=0',
    'o=- 1 1 IN IP4 127.0.0.1',
    's=-',
    'c=IN IP4 127.0.0.1',
    't=0 0',
    `m=audio ${port} RTP/AVP 0`,
  ];
  return lines.map((line) => `${line}\r\n`).join('');
}

function portOf(answer: string): number {
  const port = /m=audio (\d+) /.exec(answer)?.[1];
  if (port === undefined) throw new Error(`rtpengine answered ${answer.slice(0, 200)}`);
  return Number(port);
}
