import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CallDetail, CallSummary, MeetingDetail, StatusView } from '../../src/http/service-view.ts';
import { type LogLine, readJsonLines, readObjects } from './data-folder.ts';
import { HeapProbe } from './heap-probe.ts';
import { type HttpAnswer, requestJson } from './http-request.ts';
import { type FinishedProcess, RunningProcess } from './running-process.ts';
import type { WireTarget, WireTransport } from './sip-wire.ts';

const MAIN = fileURLToPath(new URL('../../src/carillon.js', import.meta.url));
const START_DEADLINE_MS = 20_000;
const POLL_MS = 25;

/** A range of its own for each service, so that runs side by side do not see each other's media. */
const MEDIA_RANGES = { first: 40_000, size: 1_000, count: 20 } as const;

export const MEETING_ID = '6064724824';

const LISTENER_KEYS = {
  UDP: 'sip.udpPort',
  TCP: 'sip.tcpPort',
  TLS: 'sip.tlsPort',
  WS: 'sip.webSocketPort',
  WSS: 'sip.webSocketPort',
} as const;

const WIRE_OF_URI = { udp: 'UDP', tcp: 'TCP', tls: 'TLS' } as const;

type MediaPorts = readonly [first: number, last: number];

type Settings = Readonly<Record<string, unknown>>;

export interface ServiceOptions {
  /** Laid over the settings of a test: loopback, ephemeral ports, one meeting. */
  readonly settings?: Settings;
  /** Lets the test look into the heap; costs some speed. */
  readonly hasHeapProbe?: boolean;
  readonly flags?: readonly string[];
  /** What an earlier service left behind. */
  readonly dataDirectory?: string;
}

/** The service as a user starts it, in a folder of its own. */
export class TestService {
  readonly dataDirectory: string;
  /** First and last UDP port of its media. */
  readonly mediaPorts: MediaPorts;
  readonly #process: RunningProcess;
  #heapProbe: HeapProbe | null = null;
  #httpPort = 0;
  #status: StatusView | null = null;

  private constructor(dataDirectory: string, mediaPorts: MediaPorts, process: RunningProcess) {
    this.dataDirectory = dataDirectory;
    this.mediaPorts = mediaPorts;
    this.#process = process;
  }

  static async start(options: ServiceOptions = {}): Promise<TestService> {
    const dataDirectory = options.dataDirectory ?? mkdtempSync(join(tmpdir(), 'carillon-service-'));
    const file = join(dataDirectory, 'config.yaml');
    const mediaPorts = chooseMediaPorts();
    const settings = mergeSettings(testSettings(dataDirectory, mediaPorts), options.settings ?? {});
    writeFileSync(file, JSON.stringify(settings, null, 2));
    const nodeFlags = options.hasHeapProbe === true ? ['--inspect=127.0.0.1:0'] : [];
    const parameters = [...nodeFlags, MAIN, 'serve', '--config', file, ...(options.flags ?? [])];
    const child = new RunningProcess(process.execPath, parameters, {
      cwd: dataDirectory,
      env: environmentWithoutOurs(),
    });
    const service = new TestService(dataDirectory, mediaPorts, child);
    try {
      await service.#becomeReady(options);
      return service;
    } catch (error) {
      await child.stop('SIGKILL');
      throw error;
    }
  }

  get pid(): number {
    return this.#process.pid;
  }

  get output(): string {
    return `${this.#process.stdout}${this.#process.stderr}`;
  }

  get heap(): HeapProbe {
    if (this.#heapProbe === null) throw new Error('the service was started without hasHeapProbe');
    return this.#heapProbe;
  }

  /** Where a caller sends SIP. */
  target(transport: WireTransport, address = '127.0.0.1'): WireTarget {
    return { transport, address, port: this.port(transport) };
  }

  port(transport: WireTransport): number {
    return this.#portOf(LISTENER_KEYS[transport]);
  }

  get h323Port(): number {
    return this.#portOf('h323.port');
  }

  /** What a person would dial. */
  uri(transport: 'udp' | 'tcp' | 'tls', user = MEETING_ID): string {
    const port = this.port(WIRE_OF_URI[transport]);
    return `sip:${user}@127.0.0.1:${port};transport=${transport}`;
  }

  /** All lines of the CloudWatch metrics, in embedded metric format. */
  metricLog(): readonly LogLine[] {
    return this.#readLines('metrics');
  }

  async get<Body>(path: string): Promise<Body> {
    const answer = await requestJson(this.#httpPort, 'GET', path);
    if (answer.statusCode !== 200) throw new Error(`GET ${path}: ${answer.statusCode} ${answer.text}`);
    return JSON.parse(answer.text) as Body;
  }

  fetch(path: string): Promise<HttpAnswer> {
    return requestJson(this.#httpPort, 'GET', path);
  }

  put(path: string, body: unknown): Promise<HttpAnswer> {
    return requestJson(this.#httpPort, 'PUT', path, JSON.stringify(body));
  }

  post(path: string, body: unknown): Promise<HttpAnswer> {
    return requestJson(this.#httpPort, 'POST', path, JSON.stringify(body));
  }

  get httpUrl(): string {
    return `http://127.0.0.1:${this.#httpPort}`;
  }

  get eventsUrl(): string {
    return `ws://127.0.0.1:${this.#httpPort}/events`;
  }

  status(): Promise<StatusView> {
    return this.get('/status');
  }

  async calls(): Promise<readonly CallSummary[]> {
    const { calls } = await this.get<{ calls: readonly CallSummary[] }>('/calls');
    return calls;
  }

  meeting(id = MEETING_ID): Promise<MeetingDetail> {
    return this.get(`/meetings/${id}`);
  }

  /** The call that has this Call-ID on the wire. */
  async callOf(remoteCallId: string): Promise<CallDetail> {
    for (const { id } of await this.calls()) {
      const call = await this.get<CallDetail>(`/calls/${id}`);
      if (call.remoteCallId === remoteCallId) return call;
    }
    throw new Error(`/calls knows no call with Call-ID ${remoteCallId}`);
  }

  /** Asks again and again until the answer fits; the answer. */
  async waitFor<Answer>(
    ask: () => Promise<Answer>,
    isReached: (answer: Answer) => boolean,
    what: string,
    deadlineMs = 10_000,
  ): Promise<Answer> {
    const endsAtMs = performance.now() + deadlineMs;
    for (;;) {
      const answer = await ask();
      if (isReached(answer)) return answer;
      if (performance.now() > endsAtMs) {
        throw new Error(
          `${what}: not within ${deadlineMs} ms; last ${JSON.stringify(answer).slice(0, 1_500)}`,
        );
      }
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  /** All lines of the media-quality log, of every connector, in the order written. */
  mediaQualityLog(): readonly LogLine[] {
    return this.#readLines('logs/aws/ChimeVoiceConnectorLogs');
  }

  /** EventBridge events. */
  eventLog(): readonly LogLine[] {
    return this.#readLines('events');
  }

  sipMessageLog(): readonly LogLine[] {
    return this.#readLines('logs/aws/ChimeVoiceConnectorSipMessages');
  }

  /** Open file descriptors of the process (Linux). */
  openDescriptors(): number {
    return readdirSync(`/proc/${this.pid}/fd`).length;
  }

  /** Memory of the whole process, all threads (Linux). */
  residentBytes(): number {
    const status = readFileSync(`/proc/${this.pid}/status`, 'latin1');
    return Number(status.match(/^VmRSS:\s+(\d+) kB/m)?.[1]) * 1_024;
  }

  /** Ends it as an operator would; what its exit said. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<FinishedProcess> {
    this.#heapProbe?.close();
    const finished = await this.#process.stop(signal, 15_000);
    rmSync(this.dataDirectory, { recursive: true, force: true });
    return finished;
  }

  /** Ends it as the kernel would; its data stay. */
  async kill(): Promise<void> {
    this.#heapProbe?.close();
    await this.#process.stop('SIGKILL');
  }

  /** The objects of a bucket by key. */
  objects(bucket = 'carillon-records'): ReadonlyMap<string, string> {
    return readObjects(join(this.dataDirectory, 's3', bucket));
  }

  async #becomeReady(options: ServiceOptions): Promise<void> {
    const [, port] = await this.#process.waitForOutput(/http:\/\/127\.0\.0\.1:(\d+)\//, START_DEADLINE_MS);
    this.#httpPort = Number(port);
    this.#status = await this.status();
    if (options.hasHeapProbe !== true) return;
    const [, url = ''] = await this.#process.waitForOutput(/listening on (ws:\S+)/, START_DEADLINE_MS);
    this.#heapProbe = await HeapProbe.connect(url);
  }

  #portOf(key: string): number {
    const bound = this.#status?.listeners.find((listener) => listener.key === key);
    if (bound === undefined) throw new Error(`${key} is not open`);
    return bound.port;
  }

  #readLines(folder: string): LogLine[] {
    return readJsonLines(join(this.dataDirectory, folder));
  }
}

/** What the developer has set for a service of their own must not reach that of a test. */
function environmentWithoutOurs(): NodeJS.ProcessEnv {
  const others = Object.entries(process.env).filter(([name]) => !name.startsWith('CARILLON_'));
  return Object.fromEntries(others);
}

function chooseMediaPorts(): MediaPorts {
  const first = MEDIA_RANGES.first + Math.floor(Math.random() * MEDIA_RANGES.count) * MEDIA_RANGES.size;
  return [first, first + MEDIA_RANGES.size - 1];
}

function testSettings(dataDirectory: string, mediaPorts: MediaPorts): Settings {
  return {
    dataDirectory,
    sip: { address: '127.0.0.1', udpPort: 0, tcpPort: 0, tlsPort: 0, webSocketPort: 0 },
    h323: { enabled: false },
    media: { portRange: mediaPorts, workers: 1 },
    meetings: [{ id: MEETING_ID, title: 'Stand-up' }],
    http: { address: '127.0.0.1', port: 0 },
  };
}

/** Lays one tree of settings over another; lists and values are replaced whole. */
function mergeSettings(base: Settings, over: Settings): Settings {
  const merged: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const below = merged[key];
    merged[key] = isGroup(below) && isGroup(value) ? mergeSettings(below, value) : value;
  }
  return merged;
}

function isGroup(value: unknown): value is Settings {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
