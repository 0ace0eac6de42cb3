/**
 * The main thread's end of one media worker: collects commands into few messages, knows which legs are there,
 * and starts the worker anew when it dies.
 */

import { Worker } from 'node:worker_threads';
import { ChurnMap } from '../../memory/churn-map.ts';
import type { LegReport } from '../quality/leg-report.ts';
import { createLedgerMemory, DescriptorLedger } from './descriptor-ledger.ts';
import {
  MediaBackendUnavailable,
  type MediaLegListener,
  MediaPortsExhausted,
  type OpenLegRequest,
} from './media-leg.ts';
import { DEFAULT_PORT_RANGE } from './port-allocator.ts';
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

interface LinkedLeg {
  readonly portRangeName: string;
  readonly listener: MediaLegListener;
  readonly onOpened: (rtpPort: number) => void;
  readonly onRefused: (error: Error) => void;
  isOpen: boolean;
  /** Null until somebody waits for the leg to close. */
  onClosed: ((last: HandedOver) => void) | null;
}

const GONE: HandedOver = { report: null, continuation: null };
const URGENT: ReadonlySet<WorkerCommand['type']> = new Set(['open', 'hand-over', 'stop']);

type LegEvent = Extract<WorkerEvent, { legId: string }>;

/** A worker that dies this soon would die again: it is started anew only after a while. */
const SHORT_LIFE_MS = 5000;
const RESTART_DELAY_MS = 1000;
const STOP_TIMEOUT_MS = 2000;

export class WorkerLink {
  readonly #options: WorkerLinkOptions;
  readonly recordings = new RecordingLink((command) => this.post(command));
  readonly #legs = new ChurnMap<string, LinkedLeg>();
  readonly #ledgerMemory = createLedgerMemory();
  readonly #ledger = new DescriptorLedger(this.#ledgerMemory);
  #worker: Worker | null = null;
  #commands: WorkerCommand[] = [];
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
    worker.on('message', (events: readonly WorkerEvent[]) => {
      for (const event of events) this.#receive(event);
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
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    const { legId, portRangeName = DEFAULT_PORT_RANGE } = request;
    const leg = { portRangeName, listener, onOpened: resolve, onRefused: reject };
    this.#legs.set(legId, { ...leg, isOpen: false, onClosed: null });
    this.post({ type: 'open', request, lent });
    return promise;
  }

  /**
   * Commands of one turn of the event loop go in one message, for each message wakes the worker: what several
   * datagrams ask for is asked together. A leg that is gone is not spoken to.
   */
  post(command: WorkerCommand): void {
    if (this.#worker === null) return;
    if (this.#commands.length === 0) setImmediate(() => this.#flush());
    this.#commands.push(command);
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
    const leg = this.#legs.get(legId);
    if (leg === undefined) return Promise.resolve(GONE);
    const { promise, resolve } = Promise.withResolvers<HandedOver>();
    leg.onClosed = resolve;
    this.post({ type, legId });
    return promise;
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
    const isUrgent = this.#commands.some(({ type }) => URGENT.has(type));
    this.#worker.postMessage(this.#commands);
    this.#commands = [];
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
        if ('recordingId' in event) {
          this.recordings.receive(event);
          break;
        }
        const leg = this.#legs.get(event.legId);
        if (leg !== undefined) this.#tellLeg(leg, event);
      }
    }
  }

  #tellLeg(leg: LinkedLeg, event: LegEvent): void {
    const { listener } = leg;
    switch (event.type) {
      case 'opened':
        leg.isOpen = true;
        leg.onOpened(event.rtpPort);
        break;
      case 'ports-exhausted':
        this.#refuse(event.legId, leg, new MediaPortsExhausted(this.#describeExhaustion(leg)));
        break;
      case 'open-failed':
        this.#refuse(event.legId, leg, new Error(event.detail));
        break;
      case 'closed':
        this.#legs.delete(event.legId);
        leg.onClosed?.({ report: event.report, continuation: null });
        break;
      case 'handed-over':
        this.#legs.delete(event.legId);
        leg.onClosed?.(event);
        break;
      case 'lost':
        this.#lose(event.legId, leg, event.detail);
        break;
      case 'report':
        listener.onReport(event.report);
        break;
      case 'digit':
        listener.onDigit(event.digit);
        break;
      case 'silence':
        listener.onSilence(event.change);
        break;
      case 'played':
        listener.onPlayed();
        break;
      case 'protection-failures':
        listener.onProtectionFailures?.(event.failures);
        break;
      case 'handshake-failure':
        listener.onHandshakeFailure?.(event.detail);
        break;
      case 'refused-source':
        listener.onRefusedSource(event.refused);
    }
  }

  #refuse(legId: string, leg: LinkedLeg, error: Error): void {
    this.#legs.delete(legId);
    leg.onRefused(error);
  }

  #describeExhaustion({ portRangeName }: LinkedLeg): string {
    const range = this.#options.workerOptions.portRanges[portRangeName] ?? [];
    const there = [...this.#legs.values()].filter((leg) => leg.isOpen && leg.portRangeName === portRangeName);
    return `no RTP port pair is free among ${range.join('–')} (${there.length} legs there)`;
  }

  /** The leg is gone: whoever waits for it learns so by what it waits for, everybody else by `onLost`. */
  #lose(legId: string, { listener, onRefused, onClosed, isOpen }: LinkedLeg, detail: string): void {
    this.#legs.delete(legId);
    if (!isOpen) onRefused(new Error(detail));
    else if (onClosed !== null) onClosed(GONE);
    else if (!this.#isStopping) listener.onLost(detail);
  }

  #onExit(worker: Worker, code: number): void {
    if (this.#worker !== worker) return;
    this.#worker = null;
    this.#commands = [];
    this.#ledger.closeAll();
    const detail = this.#failure ?? `media worker ended with code ${code}`;
    this.#failure = null;
    const lost = [...this.#legs];
    this.#ready.reject(new Error(detail));
    if (this.#hasBeenReady && !this.#isStopping) this.#restart(detail, lost.length);
    for (const [legId, leg] of lost) this.#lose(legId, leg, detail);
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
