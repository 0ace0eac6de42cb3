import type { LegReport } from '../quality/leg-report.ts';
import { NO_IMPAIRMENT } from './leg-relay.ts';
import type { MediaLeg, MediaSession, RelayImpairment, TransportAddress } from './media-leg.ts';
import type { WorkerLink } from './worker-link.ts';

/** A leg's place in a mix: the worker that has the mix, and how the place is given back. */
export interface LegPlace {
  readonly link: WorkerLink;
  release(): void;
}

/** The main thread's end of one leg: what is asked of it becomes commands to the worker that has it. */
export class EngineLeg implements MediaLeg {
  readonly legId: string;
  readonly rtpPort: number;
  readonly rtcpPort: number;
  readonly #takePlace: (mixId: string, besides: WorkerLink) => LegPlace;
  #place: LegPlace;
  #closing: Promise<LegReport | null> | null = null;

  /** @param takePlace in a mix, with the worker it is to be on where the mix is on none yet */
  constructor(
    legId: string,
    rtpPort: number,
    place: LegPlace,
    takePlace: (mixId: string, besides: WorkerLink) => LegPlace,
  ) {
    this.legId = legId;
    this.rtpPort = rtpPort;
    this.rtcpPort = rtpPort + 1;
    this.#place = place;
    this.#takePlace = takePlace;
  }

  update(session: MediaSession): void {
    this.#link.post({ type: 'update', legId: this.legId, session });
  }

  join(): void {
    this.#link.post({ type: 'join', legId: this.legId });
  }

  leave(): void {
    this.#link.post({ type: 'leave', legId: this.legId });
  }

  async moveTo(mixId: string): Promise<void> {
    const place = this.#takePlace(mixId, this.#link);
    this.#link.post({ type: 'move', legId: this.legId, mixId });
    this.#place.release();
    this.#place = place;
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
    this.#closing ??= this.#link.close(this.legId).finally(() => this.#place.release());
    return this.#closing;
  }

  /** The worker lost it. */
  lose(): void {
    this.#place.release();
  }

  get #link(): WorkerLink {
    return this.#place.link;
  }
}
