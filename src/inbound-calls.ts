import { ChurnMap } from '../memory/churn-map.ts';
import type { CallFailure, FailureReason } from '../signaling/call-failure.ts';
import type { CallLeg } from '../signaling/call-leg.ts';
import { InboundCall, type InboundCallDesk } from './meeting/inbound-call.ts';

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
    this.#calls.set(leg.id, inbound);
    void inbound.take();
  }

  /** Why no further call would be taken now; null where one would. */
  fullness(): CallFailure | null {
    const { limits, calls } = this.#desk;
    return limits.fullness(calls.activeCount);
  }

  /** Resolves when everybody in the meeting is gone and has given everything back. */
  async endMeeting(meetingId: string): Promise<void> {
    await this.#hangUp('normal-clearing', `Meeting ${meetingId} was ended for all.`, (inbound) => {
      return inbound.call.meetingId === meetingId;
    });
  }

  /** The same for all calls there are. */
  async endAll(): Promise<void> {
    await this.#hangUp('service-stopping', 'The service is stopping.', () => true);
  }

  async #hangUp(
    reason: 'normal-clearing' | FailureReason,
    detail: string,
    isMeant: (inbound: InboundCall) => boolean,
  ): Promise<void> {
    const meant = [...this.#calls.values()].filter(isMeant);
    await Promise.all(meant.map((inbound) => inbound.hangUp(reason, detail)));
  }
}
