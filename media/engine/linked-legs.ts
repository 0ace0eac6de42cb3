/** The legs of one worker as the main thread knows them: who waits for what, and who is told of what happens to them. */
import { ChurnMap } from '../../memory/churn-map.ts';
import { type MediaLegListener, MediaPortsExhausted, type OpenLegRequest } from './media-leg.ts';
import { DEFAULT_PORT_RANGE, type PortRanges } from './port-allocator.ts';
import type { HandedOver, WorkerEvent } from './worker-message.ts';

type LegEvent = Extract<WorkerEvent, { legId: string }>;

interface LinkedLeg {
  readonly portRangeName: string;
  readonly listener: MediaLegListener;
  readonly onOpened: (rtpPort: number) => void;
  readonly onRefused: (error: Error) => void;
  isOpen: boolean;
  /** Null until somebody waits for the leg to close. */
  onClosed: ((last: HandedOver) => void) | null;
}

/** What is left of a leg that nobody knows any more. */
export const GONE: HandedOver = { report: null, continuation: null };

export class LinkedLegs {
  readonly #portRanges: PortRanges;
  readonly #legs = new ChurnMap<string, LinkedLeg>();

  constructor(portRanges: PortRanges) {
    this.#portRanges = portRanges;
  }

  get size(): number {
    return this.#legs.size;
  }

  has(legId: string): boolean {
    return this.#legs.has(legId);
  }

  /** The worker is about to be asked for it. @returns the RTP port, once it told it */
  add(
    { legId, portRangeName = DEFAULT_PORT_RANGE }: OpenLegRequest,
    listener: MediaLegListener,
  ): Promise<number> {
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    const leg = { portRangeName, listener, onOpened: resolve, onRefused: reject };
    this.#legs.add(legId, { ...leg, isOpen: false, onClosed: null });
    return promise;
  }

  /** The worker is about to be asked to close it; null where there is no such leg. @returns what it told last */
  awaitEnd(legId: string): Promise<HandedOver> | null {
    const leg = this.#legs.get(legId);
    if (leg === undefined) return null;
    const { promise, resolve } = Promise.withResolvers<HandedOver>();
    leg.onClosed = resolve;
    return promise;
  }

  /** @param isStopping legs that go now are not missed */
  receive(event: LegEvent, isStopping: boolean): void {
    const leg = this.#legs.get(event.legId);
    if (leg !== undefined) this.#tell(leg, event, isStopping);
  }

  /** The worker is gone: whoever waits for a leg learns so by what it waits for, everybody else by `onLost`. */
  loseAll(detail: string, isStopping: boolean): void {
    for (const [legId, leg] of [...this.#legs]) this.#lose(legId, leg, detail, isStopping);
  }

  #tell(leg: LinkedLeg, event: LegEvent, isStopping: boolean): void {
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
        this.#lose(event.legId, leg, event.detail, isStopping);
        break;
      default:
        tellListener(listener, event);
    }
  }

  #refuse(legId: string, leg: LinkedLeg, error: Error): void {
    this.#legs.delete(legId);
    leg.onRefused(error);
  }

  #describeExhaustion({ portRangeName }: LinkedLeg): string {
    const range = this.#portRanges[portRangeName] ?? [];
    const there = [...this.#legs.values()].filter((leg) => leg.isOpen && leg.portRangeName === portRangeName);
    return `no RTP port pair is free among ${range.join('–')} (${there.length} legs there)`;
  }

  #lose(
    legId: string,
    { listener, onRefused, onClosed, isOpen }: LinkedLeg,
    detail: string,
    isStopping: boolean,
  ): void {
    this.#legs.delete(legId);
    if (!isOpen) onRefused(new Error(detail));
    else if (onClosed !== null) onClosed(GONE);
    else if (!isStopping) listener.onLost(detail);
  }
}

/** What a leg that is open tells. */
function tellListener(
  listener: MediaLegListener,
  event: Exclude<
    LegEvent,
    { type: 'opened' | 'ports-exhausted' | 'open-failed' | 'closed' | 'handed-over' | 'lost' }
  >,
): void {
  switch (event.type) {
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
