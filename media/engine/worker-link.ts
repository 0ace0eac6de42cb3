/**
 * The main thread's end of one media worker: collects commands into few messages, knows which legs are there,
 * and starts the worker anew when it dies.
 */

import { Worker } from 'node:worker_threads';
import type { LegReport } from '../quality/leg-report.ts';
import { createLedgerMemory, DescriptorLedger } from './descriptor-ledger.ts';
import { putCommand, takeEvents } from './flat-message.ts';
import type { FlatMessage } from './flat-values.ts';
import { GONE, LinkedLegs } from './linked-legs.ts';
import { MediaBackendUnavailable, type MediaLegListener, type OpenLegRequest } from './media-leg.ts';
import { RecordingLink } from './recording-link.ts';
import type { SeenRtcp } from './seen-rtcp.ts';
import type { SocketBackendName } from './socket-backend.ts';
import type {
  HandedOver,
  LentLeg,
  MediaWorkerOptions,
  WorkerCommand,
  WorkerEvent,
  WorkerStatistics,
} from './worker-message.ts';

export interface WorkerLinkOptions {
  readonly name: string;
  readonly entry: URL;
  readonly workerOptions: Omit<MediaWorkerOptions, 'ledgerMemory'>;
  /** The worker has other sockets than it could have had; told at each of its starts. */
  readonly onFallback: (taken: SocketBackendName, reason: string) => void;
  /** The worker died; its legs were told, and another one is being started. */
  readonly onLost: (detail: string, legs: number) => void;
  readonly onRtcp: (seen: SeenRtcp) => void;
}

const URGENT: ReadonlySet<WorkerCommand['type']> = new Set(['open', 'hand-over', 'stop']);

/** A worker that dies this soon would die again: it is started anew only after a while. */
const SHORT_LIFE_MS = 5000;
const RESTART_DELAY_MS = 1000;
const STOP_TIMEOUT_MS = 2000;

export class WorkerLink {
  readonly #options: WorkerLinkOptions;
  readonly recordings = new RecordingLink((command) => this.post(command));
  readonly #legs: LinkedLegs;
  readonly #ledgerMemory = createLedgerMemory();
  readonly #ledger = new DescriptorLedger(this.#ledgerMemory);
  #worker: Worker | null = null;
  #commands: FlatMessage = [];
  /** Whether the worker is to be woken up for one of them. */
  #isUrgent = false;
  #opening = 0;
  #failure: string | null = null;
  #startedAtMs = 0;
  #isStopping = false;
  #hasBeenReady = false;
  #restartTimer: NodeJS.Timeout | null = null;
  #statistics: WorkerStatistics | null = null;
  #backend: SocketBackendName = 'dgram';
  /** Resolves when the present worker is ready, or when there will be none. */
  #ready = Promise.withResolvers<void>();

  constructor(options: WorkerLinkOptions) {
    this.#options = options;
    this.#legs = new LinkedLegs(options.workerOptions.portRanges);
    this.#ready.promise.catch(() => undefined);
  }

  /** Those included that are about to be opened: who looks for the least loaded worker must see them. */
  get legs(): number {
    return this.#legs.size + this.#opening;
  }

  /** What the worker told last; null before that. */
  get statistics(): WorkerStatistics | null {
    return this.#statistics;
  }

  /** Of the present worker, or the one before it. */
  get backend(): SocketBackendName {
    return this.#backend;
  }

  /** @throws where the worker dies before it is ready, MediaBackendUnavailable for want of the sockets chosen */
  async start(): Promise<void> {
    this.#startedAtMs = performance.now();
    const worker = new Worker(this.#options.entry, {
      name: this.#options.name,
      workerData: { ...this.#options.workerOptions, ledgerMemory: this.#ledgerMemory },
      execArgv: [],
    });
    this.#worker = worker;
    worker.on('message', (message: FlatMessage) => {
      for (const event of takeEvents(message)) this.#receive(event);
    });
    worker.on('error', (error) => {
      this.#failure = error instanceof Error ? error.message : String(error);
    });
    worker.on('exit', (code) => this.#onExit(worker, code));
    await this.#ready.promise;
  }

  /**
   * @param lent by another worker, where the leg comes from there
   * @returns the RTP port
   */
  async open(
    request: OpenLegRequest,
    listener: MediaLegListener,
    lent: LentLeg | null = null,
  ): Promise<number> {
    this.#opening++;
    await this.#ready.promise.finally(() => this.#opening--);
    if (this.#worker === null) throw new Error('the media engine is stopped');
    const opened = this.#legs.add(request, listener);
    this.post({ type: 'open', request, lent });
    return opened;
  }

  /**
   * Commands of one turn of the event loop go in one message, for each message wakes the worker: what several
   * datagrams ask for is asked together. A leg that is gone is not spoken to.
   */
  post(command: WorkerCommand): void {
    if (this.#worker === null) return;
    if (this.#commands.length === 0) setImmediate(() => this.#flush());
    putCommand(this.#commands, command);
    this.#isUrgent ||= URGENT.has(command.type);
  }

  has(legId: string): boolean {
    return this.#legs.has(legId);
  }

  async close(legId: string): Promise<LegReport | null> {
    return (await this.#end('close', legId)).report;
  }

  /** Closes it, and keeps its ports for another worker. */
  handOver(legId: string): Promise<HandedOver> {
    return this.#end('hand-over', legId);
  }

  #end(type: 'close' | 'hand-over', legId: string): Promise<HandedOver> {
    const ended = this.#legs.awaitEnd(legId);
    if (ended === null) return Promise.resolve(GONE);
    this.post({ type, legId });
    return ended;
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    if (this.#restartTimer !== null) clearTimeout(this.#restartTimer);
    const worker = this.#worker;
    if (worker === null) return;
    const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
    this.post({ type: 'stop' });
    const timer = setTimeout(() => void worker.terminate(), STOP_TIMEOUT_MS);
    await exited;
    clearTimeout(timer);
  }

  #flush(): void {
    if (this.#worker === null) return;
    const isUrgent = this.#isUrgent;
    this.#worker.postMessage(this.#commands);
    this.#clearCommands();
    // A caller waits for its ports. All else is about legs that are there, and with legs the worker looks after
    // its messages every 20 ms by itself: waking it each time cost 7 % of a call.
    if (isUrgent) this.#ledger.wake();
  }

  #receive(event: WorkerEvent): void {
    switch (event.type) {
      case 'ready':
        this.#hasBeenReady = true;
        this.#backend = event.backend;
        if (event.fallbackReason !== null) this.#options.onFallback(event.backend, event.fallbackReason);
        this.#ready.resolve();
        break;
      case 'backend-unavailable':
        this.#ready.reject(new MediaBackendUnavailable(event.detail));
        break;
      case 'rtcp':
        this.#options.onRtcp(event.seen);
        break;
      case 'statistics':
        this.#statistics = event.statistics;
        break;
      default: {
        if ('recordingId' in event) this.recordings.receive(event);
        else this.#legs.receive(event, this.#isStopping);
      }
    }
  }

  #clearCommands(): void {
    this.#commands = [];
    this.#isUrgent = false;
  }

  #onExit(worker: Worker, code: number): void {
    if (this.#worker !== worker) return;
    this.#worker = null;
    this.#clearCommands();
    this.#ledger.closeAll();
    const detail = this.#failure ?? `media worker ended with code ${code}`;
    this.#failure = null;
    this.#ready.reject(new Error(detail));
    if (this.#hasBeenReady && !this.#isStopping) this.#restart(detail, this.#legs.size);
    this.#legs.loseAll(detail, this.#isStopping);
    this.recordings.lose(detail);
  }

  #restart(detail: string, legs: number): void {
    this.#ready = Promise.withResolvers<void>();
    this.#ready.promise.catch(() => undefined);
    const isShortLived = performance.now() - this.#startedAtMs < SHORT_LIFE_MS;
    // What start() throws is told by onLost when that worker exits in its turn.
    const start = (): void => void this.start().catch(() => undefined);
    this.#restartTimer = setTimeout(start, isShortLived ? RESTART_DELAY_MS : 0);
    this.#options.onLost(detail, legs);
  }
}
