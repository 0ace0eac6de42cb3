import { ChurnMap } from '../memory/churn-map.ts';
import type { CallFailure } from '../signaling/call-failure.ts';
import type { CallLeg } from '../signaling/call-leg.ts';
import type { InboundCallDesk } from './meeting/call-desk.ts';
import { InboundCall } from './meeting/inbound-call.ts';

/** Every call under way, so that a meeting, or the service, can be ended for all. */
export class InboundCalls {
  readonly #desk: InboundCallDesk;
  readonly #calls = new ChurnMap<string, InboundCall>();

  constructor(desk: InboundCallDesk) {
    this.#desk = desk;
  }

  /** A call came in; its story runs by itself from here. */
  take(leg: CallLeg): void {
    const inbound = new InboundCall(leg, this.#desk, () => this.#calls.delete(leg.id));
    this.#calls.add(leg.id, inbound);
    void inbound.take();
  }

  /** Why no further call would be taken now; null where one would. */
  fullness(): CallFailure | null {
    const { limits, calls } = this.#desk;
    return limits.fullness(calls.activeCount);
  }

  /** Resolves when nobody of a meeting that was ended is left, last words included. */
  async untilGone(meetingId: string): Promise<void> {
    const meant = [...this.#calls.values()].filter(({ call }) => call.meetingId === meetingId);
    await Promise.all(meant.map((inbound) => inbound.ended));
  }

  /** Hangs up all calls there are; resolves when everything is given back. */
  async endAll(): Promise<void> {
    const all = [...this.#calls.values()];
    await Promise.all(all.map((inbound) => inbound.hangUp('service-stopping', 'The service is stopping.')));
  }
}
