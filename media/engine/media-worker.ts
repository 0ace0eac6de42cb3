/**
 * One media worker: its legs, their sockets, its mixes, and the clock that drives them. Wiring only; what is
 * decided about packets is decided in `leg-media.ts`.
 */

import { isIPv6 } from 'node:net';
import { ChurnMap } from '../../memory/churn-map.ts';
import { isOpusAmong, loadOpus } from '../codec/opus.ts';
import { Mixer } from '../mix/mixer.ts';
import { ReceiveStreams } from '../receive/receive-stream.ts';
import { WorkerRecordings } from '../record/worker-recordings.ts';
import { DiscardTotals } from './discard-totals.ts';
import { controlMedia } from './leg-command.ts';
import { RtcpListener, RtpListener } from './leg-listener.ts';
import { LegMedia } from './leg-media.ts';
import { SocketOutput } from './leg-output.ts';
import { closeLegSockets, openLegSockets, openLegSocketsAt } from './leg-sockets.ts';
import { LegTicks, TICK_MS } from './leg-ticks.ts';
import { readClockMs } from './media-clock.ts';
import type { MediaSession, OpenLegRequest } from './media-leg.ts';
import type { OpenLeg } from './open-leg.ts';
import { DEFAULT_PORT_RANGE, PortAllocator } from './port-allocator.ts';
import type { SocketBackend } from './socket-backend.ts';
import { CATCH_UP_TICKS, TickSchedule } from './tick-schedule.ts';
import type { LentLeg, MediaWorkerOptions, WorkerCommand, WorkerEvent } from './worker-message.ts';

type SessionUpdate = Extract<WorkerCommand, { type: 'update' }>;

const STATISTICS_PERIOD_TICKS = 250;

export class MediaWorker {
  readonly #options: MediaWorkerOptions;
  readonly #backend: SocketBackend;
  readonly #post: (event: WorkerEvent) => void;
  readonly #ports: ReadonlyMap<string, PortAllocator>;
  readonly #legs = new ChurnMap<string, OpenLeg>();
  readonly #mixers = new ChurnMap<string, Mixer<LegMedia>>();
  readonly #streams = new ReceiveStreams(256);
  readonly #recordings: WorkerRecordings<LegMedia>;
  #schedule: TickSchedule | null = null;
  readonly #ticks: LegTicks;
  #ticksSinceStatistics = 0;
  readonly #discards = new DiscardTotals();

  constructor(options: MediaWorkerOptions, backend: SocketBackend, post: (event: WorkerEvent) => void) {
    this.#options = options;
    this.#backend = backend;
    this.#post = post;
    const mixer = (mixId: string) => this.#mixers.get(mixId);
    const participant = (legId: string) => this.#legs.get(legId)?.media;
    this.#recordings = new WorkerRecordings({ mixer, participant }, post);
    this.#ticks = new LegTicks(this.#legs, this.#mixers, this.#recordings);
    this.#ports = new Map(
      Object.entries(options.portRanges).map(([name, range]) => [name, new PortAllocator(...range)]),
    );
  }

  receive(command: WorkerCommand): void {
    this.#ticks.change();
    if (command.type === 'open') this.#open(command.request, command.lent);
    else if (command.type === 'give-back') this.#ports.get(command.portRangeName)?.giveBack(command.rtpPort);
    else if (command.type === 'stop') this.stop();
    else if (command.type === 'start-recording' || command.type === 'stop-recording') {
      this.#recordings.receive(command);
    } else {
      const leg = this.#legs.get(command.legId);
      // A leg whose socket failed may still be spoken to.
      if (leg !== undefined) this.#control(leg, command);
      else if (command.type === 'close') this.#post({ type: 'closed', legId: command.legId, report: null });
    }
  }

  stop(): void {
    this.#recordings.stop();
    for (const leg of [...this.#legs.values()]) this.#remove(leg);
  }

  #control(leg: OpenLeg, command: Extract<WorkerCommand, { legId: string }>): void {
    switch (command.type) {
      case 'update':
        this.#update(leg, command);
        break;
      case 'join':
        this.#join(leg);
        break;
      case 'leave':
        this.#leave(leg);
        break;
      case 'move':
        this.#leave(leg);
        leg.mixId = command.mixId;
        break;
      case 'relay':
        leg.media.relay.to(this.#legs.get(command.toLegId ?? '')?.media.relay ?? null, command.impairment);
        break;
      case 'hand-over': {
        // What came until now was learned from here.
        leg.sockets.rtp.drain();
        const continuation = leg.media.takeContinuation();
        const report = leg.media.close(readClockMs());
        this.#remove(leg, true);
        this.#post({ type: 'handed-over', legId: command.legId, report, continuation });
        break;
      }
      case 'close': {
        // What came before the end of the call belongs to it, also where the worker has not got to it yet.
        leg.sockets.rtp.drain();
        const report = leg.media.close(readClockMs());
        this.#remove(leg);
        this.#post({ type: 'closed', legId: command.legId, report });
        break;
      }
      default:
        controlMedia(leg.media, command);
    }
  }

  #open(request: OpenLegRequest, lent: LentLeg | null): void {
    const { legId } = request;
    try {
      const leg = this.#createLeg(request, lent);
      if (leg === null) {
        this.#post({ type: 'ports-exhausted', legId });
        return;
      }
      this.#legs.set(legId, leg);
      this.#backend.drive(this.#advance);
      this.#post({ type: 'opened', legId, rtpPort: leg.sockets.rtpPort });
    } catch (error) {
      this.#post({
        type: 'open-failed',
        legId,
        detail: error instanceof Error ? error.message : String(error),
      });
    }
  }

  #createLeg(request: OpenLegRequest, lent: LentLeg | null): OpenLeg | null {
    const { legId, bindAddress, mixId, portRangeName = DEFAULT_PORT_RANGE } = request;
    const ports = this.#ports.get(portRangeName);
    if (ports === undefined) return null;
    const onFailure = (detail: string): void => this.#lose(legId, detail);
    const [rtpListener, rtcpListener] = [new RtpListener(onFailure), new RtcpListener(onFailure)];
    const options = { bindAddress, rtpListener, rtcpListener };
    const sockets =
      lent === null
        ? openLegSockets(this.#backend, options, ports)
        : openLegSocketsAt(this.#backend, options, lent.rtpPort);
    if (sockets === null) return null;
    const output = new SocketOutput(legId, sockets, this.#options.isRtcpTold, this.#post);
    const media = new LegMedia(
      {
        ...this.#options,
        request,
        continuation: lent?.continuation ?? null,
        isIpv6Socket: isIPv6(bindAddress),
        streams: this.#streams,
        random: Math.random,
      },
      output,
    );
    rtpListener.media = media;
    rtcpListener.media = media;
    return { media, mixId, sockets, ports: lent === null ? ports : null, mixer: null, awaitedSession: null };
  }

  /** What needs Opus waits until an encoder and a decoder are made; what comes meanwhile is kept as early packets are. */
  #update(leg: OpenLeg, { session, agreedAtMs }: SessionUpdate): void {
    const { legId } = leg.media;
    leg.awaitedSession = session;
    if (!isOpusAmong([session.format, ...session.receiveFormats])) {
      this.#apply(leg, session, agreedAtMs);
      return;
    }
    loadOpus().then(
      () => {
        const isCurrent = this.#legs.get(legId) === leg && leg.awaitedSession === session;
        if (isCurrent) this.#apply(leg, session, agreedAtMs);
      },
      (error) => this.#lose(legId, `Opus cannot be loaded: ${String(error)}`),
    );
  }

  #apply(leg: OpenLeg, session: MediaSession, agreedAtMs: number): void {
    leg.awaitedSession = null;
    this.#ticks.change();
    leg.media.update(session, readClockMs(), agreedAtMs);
    if (this.#schedule === null) this.#startClock();
  }

  #join(leg: OpenLeg): void {
    const mixer = this.#mixers.get(leg.mixId) ?? new Mixer<LegMedia>();
    this.#mixers.set(leg.mixId, mixer);
    leg.mixer = mixer;
    mixer.add(leg.media);
  }

  #leave(leg: OpenLeg): void {
    leg.mixer?.remove(leg.media);
    if (leg.mixer?.participants.length === 0) {
      leg.mixer.close();
      this.#mixers.delete(leg.mixId);
    }
    leg.mixer = null;
  }

  #lose(legId: string, detail: string): void {
    const leg = this.#legs.get(legId);
    if (leg === undefined) return;
    leg.media.close(readClockMs());
    this.#remove(leg);
    this.#post({ type: 'lost', legId, detail });
  }

  #remove(leg: OpenLeg, isLending = false): void {
    this.#discards.add(leg.media.discards);
    this.#leave(leg);
    this.#legs.delete(leg.media.legId);
    this.#ticks.change();
    closeLegSockets(leg.sockets);
    if (!isLending) leg.ports?.giveBack(leg.sockets.rtpPort);
    if (this.#legs.size === 0) this.#stopClock();
  }

  #startClock(): void {
    this.#schedule = new TickSchedule(readClockMs(), TICK_MS);
    this.#ticksSinceStatistics = 0;
    this.#backend.drive(this.#advance);
  }

  #stopClock(): void {
    this.#schedule = null;
    this.#ticks.clear();
  }

  /**
   * Does what is due; when the next is, null without legs. Commands do not end a wait, but for those that open a leg:
   * a first leg's session must not come later than any other's.
   */
  readonly #advance = (): number | null => {
    const schedule = this.#schedule;
    if (schedule === null) return this.#legs.size === 0 ? null : readClockMs() + TICK_MS;
    if (readClockMs() >= this.#ticks.halfTickMs) this.#ticks.halfTick();
    this.#runTicks(schedule);
    return Math.min(schedule.nextMs, this.#ticks.halfTickMs);
  };

  #runTicks(schedule: TickSchedule): void {
    const skipped = schedule.takeSkipped(readClockMs());
    if (skipped > 0) {
      for (const { media } of this.#legs.values()) media.skip(skipped);
      this.#recordings.skip(skipped);
    }
    // Bounded, so that a worker with too much to do still reads its sockets in between.
    for (let tick = 0; tick < CATCH_UP_TICKS; tick++) {
      const dueMs = schedule.takeDue(readClockMs());
      if (dueMs === null) break;
      this.#ticksSinceStatistics++;
      this.#ticks.tick(dueMs);
    }
    if (this.#ticksSinceStatistics >= STATISTICS_PERIOD_TICKS) this.#postStatistics(schedule);
  }

  #postStatistics(schedule: TickSchedule): void {
    this.#ticksSinceStatistics = 0;
    const lateness = schedule.takeLateness();
    const { unsentPackets } = this.#backend;
    const statistics = { lateness, unsentPackets, ...this.#discards.with(this.#legs.values()) };
    this.#post({ type: 'statistics', statistics });
  }
}
