/** The media engine on the main thread: hands legs to workers and keeps a mix together on one of them. */

import { availableParallelism } from 'node:os';
import { extname } from 'node:path';
import { ChurnMap } from '../../memory/churn-map.ts';
import type { Clips } from '../prompt/clip.ts';
import { BY_RECOMMENDATION, type QualityModel } from '../quality/leg-quality.ts';
import type { PlayoutDelayBounds } from '../receive/playout-delay.ts';
import type { RecordingRequest } from '../record/recording-message.ts';
import { EngineLeg, type LegPlace } from './engine-leg.ts';
import type {
  ExtendedReportMode,
  MediaEngine,
  MediaEngineStatistics,
  MediaLeg,
  MediaLegListener,
  OpenLegRequest,
} from './media-leg.ts';
import {
  DEFAULT_PORT_RANGE,
  PortAllocator,
  type PortRange,
  type PortRanges,
  splitPortRanges,
} from './port-allocator.ts';
import type { MediaRecording, RecordingListener } from './recording-link.ts';
import type { SeenRtcp } from './seen-rtcp.ts';
import { SOCKET_BACKENDS, type SocketBackendChoice, type SocketBackendName } from './socket-backend.ts';
import { WorkerLink } from './worker-link.ts';
import type { WorkerStatistics } from './worker-message.ts';

export interface MediaEngineOptions {
  /** RTP takes the even ports, RTCP the odd ones; both ends included. */
  readonly portRange: PortRange;
  /** Ranges besides, for legs that ask for one by its name. */
  readonly namedPortRanges?: PortRanges;
  /** Threads; by default one less than there are cores, at least one. */
  readonly workers?: number;
  readonly reportPeriodMs?: number;
  /** Without RTP for this long a leg is silent. */
  readonly silenceTimeoutMs?: number;
  /** `learn` takes each leg's address from its packets, for callers behind NAT; `strict` only where asked to. */
  readonly nat?: 'strict' | 'learn';
  readonly jitterBuffer?: PlayoutDelayBounds;
  /** By default where the other side asks for them. */
  readonly extendedReports?: ExtendedReportMode;
  /** Which E-model rates the legs; by default that of each codec. */
  readonly qualityModel?: QualityModel;
  /** Of each socket, in bytes; the system's own by default, which holds some five seconds of G.711. */
  readonly receiveBufferBytes?: number;
  /** What legs can be played, by name. */
  readonly clips?: Clips;
  /** Sockets and waiting; by default the kernel's own where they can be had, with io_uring if possible, else node:dgram. */
  readonly backend?: SocketBackendChoice;
  /** What `auto` took, and why nothing better; told once for each reason. */
  readonly onBackendFallback?: (taken: SocketBackendName, reason: string) => void;
  /** A worker died: its legs were told, and another one takes its place. */
  readonly onWorkerLost?: (loss: WorkerLoss) => void;
  /** Every RTCP datagram of every leg, decrypted; without it nothing of that leaves the workers. */
  readonly onRtcp?: (seen: SeenRtcp) => void;
  /** Entry of the worker threads, where another one stands in for it. */
  readonly workerEntry?: URL;
}

interface WorkerLoss {
  readonly worker: number;
  readonly detail: string;
  readonly legs: number;
}

/** The contract's numbers, and each worker's own; null where it has told none yet. */
export interface DetailedMediaStatistics extends MediaEngineStatistics {
  readonly perWorker: readonly (WorkerStatistics | null)[];
}

/** TypeScript in a checkout, JavaScript in the package. */
const WORKER_ENTRY = new URL(`./worker${extname(import.meta.filename)}`, import.meta.url);
const DEFAULT_REPORT_PERIOD_MS = 60_000;
const DEFAULT_SILENCE_TIMEOUT_MS = 30_000;
const DEFAULT_JITTER_BUFFER: PlayoutDelayBounds = { minimumMs: 20, maximumMs: 200, initialMs: 40 };
const SOCKETS_PER_LEG = 2;

interface Mix {
  readonly link: WorkerLink;
  legs: number;
}

export function createMediaEngine(options: MediaEngineOptions): WorkerMediaEngine {
  return new WorkerMediaEngine(options);
}

export class WorkerMediaEngine implements MediaEngine {
  readonly #links: readonly WorkerLink[];
  readonly #mixes = new ChurnMap<string, Mix>();
  readonly #portRanges: PortRanges;
  readonly #pairs: number;

  constructor(options: MediaEngineOptions) {
    const workers = options.workers ?? Math.max(1, availableParallelism() - 1);
    const workerOptions = {
      jitterBuffer: options.jitterBuffer ?? DEFAULT_JITTER_BUFFER,
      reportPeriodMs: options.reportPeriodMs ?? DEFAULT_REPORT_PERIOD_MS,
      silenceTimeoutMs: options.silenceTimeoutMs ?? DEFAULT_SILENCE_TIMEOUT_MS,
      isNatLearned: options.nat === 'learn',
      extendedReports: options.extendedReports ?? 'negotiated',
      qualityModel: options.qualityModel ?? BY_RECOMMENDATION,
      isRtcpTold: options.onRtcp !== undefined,
      clips: options.clips ?? {},
      receiveBufferBytes: options.receiveBufferBytes ?? null,
      backend: options.backend ?? 'auto',
    };
    const reasons = new Set<string>();
    const onFallback = (taken: SocketBackendName, reason: string): void => {
      if (!reasons.has(reason)) options.onBackendFallback?.(taken, reason);
      reasons.add(reason);
    };
    this.#portRanges = { ...options.namedPortRanges, [DEFAULT_PORT_RANGE]: options.portRange };
    this.#pairs = Object.values(this.#portRanges).reduce(
      (total, range) => total + new PortAllocator(...range).free,
      0,
    );
    this.#links = splitPortRanges(this.#portRanges, workers).map(
      (portRanges, worker) =>
        new WorkerLink({
          name: `media-${worker}`,
          entry: options.workerEntry ?? WORKER_ENTRY,
          workerOptions: { ...workerOptions, portRanges },
          onFallback,
          onLost: (detail, legs) => options.onWorkerLost?.({ worker, detail, legs }),
          onRtcp: (seen) => options.onRtcp?.(seen),
        }),
    );
  }

  async start(): Promise<void> {
    await Promise.all(this.#links.map((link) => link.start()));
  }

  async openLeg(request: OpenLegRequest, listener: MediaLegListener): Promise<MediaLeg> {
    const { legId, mixId, portRangeName = DEFAULT_PORT_RANGE } = request;
    if (!Object.hasOwn(this.#portRanges, portRangeName))
      throw new RangeError(`no port range is named ${portRangeName}`);
    if (this.#links.some((link) => link.has(legId))) throw new RangeError(`leg ${legId} is open already`);
    return EngineLeg.open(request, listener, this.#takePlace(mixId), this.#takePlace.bind(this));
  }

  async record(request: RecordingRequest, listener: RecordingListener): Promise<MediaRecording> {
    const { source } = request;
    const link =
      source.kind === 'mix'
        ? this.#mixes.get(source.mixId)?.link
        : this.#links.find((candidate) => candidate.has(source.legId));
    if (link === undefined) throw new RangeError('there is nothing to record: no leg is open there');
    return link.recordings.start(request, listener);
  }

  statistics(): DetailedMediaStatistics {
    const legs = this.#links.reduce((total, link) => total + link.legs, 0);
    return {
      workers: this.#links.length,
      backend: SOCKET_BACKENDS.find((name) => this.#links.some(({ backend }) => backend === name)) ?? 'dgram',
      legs,
      openSockets: legs * SOCKETS_PER_LEG,
      portsFree: this.#pairs - legs,
      perWorker: this.#links.map((link) => link.statistics),
    };
  }

  async stop(): Promise<void> {
    await Promise.all(this.#links.map((link) => link.stop()));
    this.#mixes.clear();
  }

  /** A place in a mix; a new mix goes to the worker that is given, else to where there are fewest legs. */
  #takePlace(mixId: string, besides: WorkerLink = this.#leastLoaded()): LegPlace {
    const mix = this.#mixes.get(mixId) ?? { link: besides, legs: 0 };
    this.#mixes.set(mixId, mix);
    mix.legs++;
    let isReleased = false;
    const release = (): void => {
      if (isReleased) return;
      isReleased = true;
      mix.legs--;
      if (mix.legs === 0 && this.#mixes.get(mixId) === mix) this.#mixes.delete(mixId);
    };
    return { link: mix.link, release };
  }

  #leastLoaded(): WorkerLink {
    const [first, ...others] = this.#links;
    if (first === undefined) throw new RangeError('a media engine needs at least one worker');
    return others.reduce((least, link) => (link.legs < least.legs ? link : least), first);
  }
}
