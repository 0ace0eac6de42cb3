import type { LegReport } from '../quality/leg-report.ts';
import { NO_IMPAIRMENT } from './leg-relay.ts';
import { readClockMs } from './media-clock.ts';
import type {
  MediaLeg,
  MediaLegListener,
  MediaSession,
  OpenLegRequest,
  RelayImpairment,
  TransportAddress,
} from './media-leg.ts';
import { DEFAULT_PORT_RANGE } from './port-allocator.ts';
import type { WorkerLink } from './worker-link.ts';

/** A leg's place in a mix: the worker that has the mix, and how the place is given back. */
export interface LegPlace {
  readonly link: WorkerLink;
  release(): void;
}

/** A place in a mix; a mix that is on no worker yet goes to `besides`. */
export type TakePlace = (mixId: string, besides: WorkerLink) => LegPlace;

/** The main thread's end of one leg: what is asked of it becomes commands to the worker that has it. */
export class EngineLeg implements MediaLeg {
  readonly legId: string;
  readonly #request: OpenLegRequest;
  readonly #listener: MediaLegListener;
  readonly #takePlace: TakePlace;
  #place: LegPlace;
  #rtpPort = 0;
  #session: MediaSession | null = null;
  #isMuted = false;
  /** The worker whose ports the leg has, where it is with another one now. */
  #lender: WorkerLink | null = null;
  /** What was lost until it came to the present worker. */
  readonly #carried = { received: 0, sent: 0 };
  #moving: Promise<void> = Promise.resolve();
  #closing: Promise<LegReport | null> | null = null;

  private constructor(
    request: OpenLegRequest,
    listener: MediaLegListener,
    place: LegPlace,
    takePlace: TakePlace,
  ) {
    this.legId = request.legId;
    this.#request = request;
    this.#listener = {
      ...bindListener(listener),
      onReport: (report) => listener.onReport(this.#carry(report)),
      onLost: (detail) => {
        this.#release();
        listener.onLost(detail);
      },
    };
    this.#place = place;
    this.#takePlace = takePlace;
  }

  /** @throws what `WorkerLink.open` throws; the place is given back then */
  static async open(
    request: OpenLegRequest,
    listener: MediaLegListener,
    place: LegPlace,
    takePlace: TakePlace,
  ): Promise<EngineLeg> {
    const leg = new EngineLeg(request, listener, place, takePlace);
    try {
      leg.#rtpPort = await place.link.open(request, leg.#listener);
      return leg;
    } catch (error) {
      place.release();
      throw error;
    }
  }

  get rtpPort(): number {
    return this.#rtpPort;
  }

  get rtcpPort(): number {
    return this.#rtpPort + 1;
  }

  update(session: MediaSession): void {
    this.#session = session;
    this.#link.post({ type: 'update', legId: this.legId, session, agreedAtMs: readClockMs() });
  }

  join(): void {
    this.#link.post({ type: 'join', legId: this.legId });
  }

  leave(): void {
    this.#link.post({ type: 'leave', legId: this.legId });
  }

  async moveTo(mixId: string): Promise<void> {
    const before = this.#place;
    this.#place = this.#takePlace(mixId, before.link);
    if (this.#link === before.link) {
      this.#link.post({ type: 'move', legId: this.legId, mixId });
      before.release();
      return;
    }
    const moved = this.#changeWorker(before.link, mixId).finally(() => before.release());
    this.#moving = moved.catch(() => undefined);
    await moved;
  }

  echo(): void {
    this.#link.post({ type: 'echo', legId: this.legId });
  }

  relayTo(toLegId: string | null, impairment: RelayImpairment = NO_IMPAIRMENT): void {
    this.#link.post({ type: 'relay', legId: this.legId, toLegId, impairment });
  }

  carryDatagrams(remote: TransportAddress | null): void {
    this.#link.post({ type: 'carry-datagrams', legId: this.legId, remote });
  }

  setMuted(isMuted: boolean): void {
    this.#isMuted = isMuted;
    this.#link.post({ type: 'mute', legId: this.legId, isMuted });
  }

  play(clips: readonly string[], { ducks }: { readonly ducks: boolean }): void {
    this.#link.post({ type: 'play', legId: this.legId, clips, isDucking: ducks });
  }

  stopPlaying(): void {
    this.#link.post({ type: 'stop-playing', legId: this.legId });
  }

  press(digit: string, durationMs: number): void {
    this.#link.post({ type: 'press', legId: this.legId, digit, durationMs });
  }

  playBehind(clip: string | null): void {
    this.#link.post({ type: 'play-behind', legId: this.legId, clip });
  }

  close(): Promise<LegReport | null> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<LegReport | null> {
    await this.#moving;
    const report = await this.#link.close(this.legId);
    this.#release();
    return report === null ? null : this.#carry(report);
  }

  /**
   * The same ports, opened by another worker, which goes on with all that was learned of what the other side sends. What
   * comes in the moment between, in which nobody has them, is in no count.
   */
  async #changeWorker(from: WorkerLink, mixId: string): Promise<void> {
    const to = this.#link;
    const { report, continuation } = await from.handOver(this.legId);
    this.#lender ??= from;
    if (report !== null) {
      this.#listener.onReport({ ...report, isFinal: false });
      this.#carried.received += report.received.lostCumulative;
      this.#carried.sent += report.sent.lostCumulative ?? 0;
    }
    const lent = { rtpPort: this.#rtpPort, continuation };
    await to.open({ ...this.#request, mixId, openedAtMs: Date.now() }, this.#listener, lent);
    if (this.#session !== null) this.update(this.#session);
    if (this.#isMuted) this.setMuted(true);
  }

  #carry(report: LegReport): LegReport {
    const { received, sent } = this.#carried;
    if (received === 0 && sent === 0) return report;
    const { lostCumulative } = report.sent;
    return {
      ...report,
      received: { ...report.received, lostCumulative: report.received.lostCumulative + received },
      sent: { ...report.sent, lostCumulative: lostCumulative === null ? null : lostCumulative + sent },
    };
  }

  #release(): void {
    this.#place.release();
    const { portRangeName = DEFAULT_PORT_RANGE } = this.#request;
    this.#lender?.post({ type: 'give-back', portRangeName, rtpPort: this.#rtpPort });
    this.#lender = null;
  }

  get #link(): WorkerLink {
    return this.#place.link;
  }
}

/** Methods of a class keep their `this` when they are spread. */
function bindListener(listener: MediaLegListener): Omit<MediaLegListener, 'onLost' | 'onReport'> {
  return {
    onDigit: (digit) => listener.onDigit(digit),
    onSilence: (change) => listener.onSilence(change),
    onPlayed: () => listener.onPlayed(),
    onRefusedSource: (refused) => listener.onRefusedSource(refused),
    onProtectionFailures: (failures) => listener.onProtectionFailures?.(failures),
    onHandshakeFailure: (detail) => listener.onHandshakeFailure?.(detail),
  };
}
