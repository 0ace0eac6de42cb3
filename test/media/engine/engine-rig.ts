import { afterEach } from 'vitest';
import { createLedgerMemory, DescriptorLedger } from '../../../media/engine/descriptor-ledger.ts';
import {
  createMediaEngine,
  type MediaEngineOptions,
  type WorkerMediaEngine,
} from '../../../media/engine/media-engine.ts';
import type { MediaLeg, MediaSession, OpenLegRequest } from '../../../media/engine/media-leg.ts';
import { openBackend } from '../../../media/engine/open-backend.ts';
import type { SocketBackendName } from '../../../media/engine/socket-backend.ts';
import { LegRecorder } from './leg-recorder.ts';
import { mediaSession, RtpCaller } from './rtp-caller.ts';

const isKernelKnown = process.platform === 'linux' && ['x64', 'arm64'].includes(process.arch);

/** What an engine can be built on here; one contract for all of them. */
export const BACKENDS: readonly SocketBackendName[] = [
  'dgram',
  ...(isKernelKnown ? (['koffi'] as const) : []),
  ...((await isRingToBeHad()) ? (['io_uring'] as const) : []),
];

/** Containers are often forbidden to use it. */
async function isRingToBeHad(): Promise<boolean> {
  const ledgerMemory = createLedgerMemory();
  const options = { receiveBufferBytes: null, ledgerMemory, beforeWait: () => {} };
  const reason = await openBackend({ choice: 'io_uring', ...options }).then(
    () => null,
    (error: Error) => error.message,
  );
  new DescriptorLedger(ledgerMemory).closeAll();
  if (reason !== null) process.stderr.write(`io_uring is left out: ${reason}\n`);
  return reason === null;
}

const PORTS_AN_ENGINE = 100;

/** Engines on ports of their own, and what is opened beside them; all of it closed after each test. */
export class EngineRig {
  readonly #backend: SocketBackendName;
  readonly #opened: { close: () => unknown }[] = [];
  readonly #engines: WorkerMediaEngine[] = [];
  #nextPort: number;

  /** @param firstPort below the ports that systems give out by themselves, and nobody else's */
  constructor(backend: SocketBackendName, firstPort: number) {
    this.#backend = backend;
    this.#nextPort = firstPort;
    afterEach(() => this.#close());
  }

  /** The first port of the engine that is started next. */
  get nextPort(): number {
    return this.#nextPort;
  }

  async start(options: Partial<MediaEngineOptions> = {}): Promise<WorkerMediaEngine> {
    const portRange = [this.#nextPort, this.#nextPort + PORTS_AN_ENGINE - 1] as const;
    this.#nextPort += PORTS_AN_ENGINE;
    const engine = createMediaEngine({ portRange, workers: 1, backend: this.#backend, ...options });
    this.#engines.push(engine);
    await engine.start();
    return engine;
  }

  /** Closes it after the test. */
  keep<Closable extends { close: () => unknown }>(closable: Closable): Closable {
    this.#opened.push(closable);
    return closable;
  }

  async join(engine: WorkerMediaEngine, legId: string, overrides: Partial<MediaSession> = {}, mixId = 'mix') {
    const caller = this.keep(await RtpCaller.open());
    const recorder = new LegRecorder();
    const leg = await openLeg(engine, legId, recorder, mixId);
    leg.update(mediaSession(caller.port, overrides));
    leg.join();
    return { caller, leg, recorder };
  }

  async #close(): Promise<void> {
    for (const one of this.#opened.splice(0)) one.close();
    await Promise.all(this.#engines.splice(0).map((engine) => engine.stop()));
  }
}

export function openLeg(
  engine: WorkerMediaEngine,
  legId: string,
  listener = new LegRecorder(),
  mixId = 'mix',
): Promise<MediaLeg> {
  return engine.openLeg(legRequest(legId, mixId), listener);
}

export function legRequest(legId: string, mixId: string): OpenLegRequest {
  return {
    legId,
    mixId,
    bindAddress: '127.0.0.1',
    canonicalName: `${legId}@test`,
    openedAtMs: Date.now(),
  };
}
