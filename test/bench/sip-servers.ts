import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { freePort } from '../support/free-port.ts';
import type { RunningProcess } from '../support/running-process.ts';
import { startPinned } from './sip-load.ts';

/** A server under load: all its processes count. */
export interface SipServer {
  readonly name: string;
  readonly process: RunningProcess;
  /** SIPp serves UDP or TCP, not both, so it is started twice. */
  readonly udpPort: number | null;
  readonly tcpPort: number | null;
  readonly tlsPort?: number | null;
}

export interface OurServerOptions {
  readonly hasHeapProbe?: boolean;
  /** Only for the server that takes it: transactions end after 64·T1. */
  readonly t1Ms?: number;
  /** Only for the bridge: where it sends calls on to. */
  readonly farEndPort?: number;
}

const START_DEADLINE_MS = 15_000;
const KAMAILIO_CONFIGURATION = fileURLToPath(new URL('./kamailio.cfg', import.meta.url));
const KAMAILIO_MODULES = '/usr/lib/x86_64-linux-gnu/kamailio/modules';

/** One of our benchmark servers: it prints its listeners as a line of JSON. */
export async function startOurServer(file: URL, options: OurServerOptions = {}): Promise<SipServer> {
  const path = fileURLToPath(file);
  const nodeFlags = options.hasHeapProbe === true ? ['--inspect=127.0.0.1:0'] : [];
  const argument = options.t1Ms ?? options.farEndPort;
  const parameters = argument === undefined ? [] : [String(argument)];
  const server = startPinned('server', process.execPath, [...nodeFlags, path, ...parameters]);
  const [line] = await server.waitForOutput(/^\[.*\]$/m, START_DEADLINE_MS);
  const listeners = JSON.parse(line) as readonly { transport: string; port: number }[];
  const portOf = (transport: string) =>
    listeners.find((listener) => listener.transport === transport)?.port ?? null;
  return {
    name: 'ours',
    process: server,
    udpPort: portOf('UDP'),
    tcpPort: portOf('TCP'),
    tlsPort: portOf('TLS'),
  };
}

export async function startSippUas(transport: 'udp' | 'tcp'): Promise<SipServer> {
  const port = await freePort();
  const mode = transport === 'udp' ? 'u1' : 't1';
  const parameters = ['-sn', 'uas', '-i', '127.0.0.1', '-p', String(port), '-t', mode, '-nostdin'];
  const server = startPinned('server', 'sipp', parameters);
  await untilBound(transport, port);
  return {
    name: 'SIPp -sn uas',
    process: server,
    udpPort: transport === 'udp' ? port : null,
    tcpPort: transport === 'tcp' ? port : null,
  };
}

export async function startKamailio(): Promise<SipServer> {
  const port = await freePort();
  const server = startPinned('server', 'kamailio', [
    ...['-DD', '-E', '-f', KAMAILIO_CONFIGURATION, '-L', KAMAILIO_MODULES, '-m', '512', '-M', '64'],
    ...['-l', `udp:127.0.0.1:${port}`, '-l', `tcp:127.0.0.1:${port}`, '-w', '/tmp'],
  ]);
  await server.waitForOutput(/Aliases:/, START_DEADLINE_MS);
  return { name: 'kamailio tm', process: server, udpPort: port, tcpPort: port };
}

/** SIPp says nothing when it is ready, and the kernel's table (proc(5)) does. */
async function untilBound(transport: 'udp' | 'tcp', port: number): Promise<void> {
  const wanted = `:${port.toString(16).toUpperCase().padStart(4, '0')} `;
  const endsAtMs = performance.now() + START_DEADLINE_MS;
  while (!readFileSync(`/proc/net/${transport}`, 'latin1').includes(wanted)) {
    if (performance.now() > endsAtMs) throw new Error(`nobody took ${transport} port ${port}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
