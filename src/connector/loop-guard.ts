import { CallFailure } from '../../signaling/call-failure.ts';
import type { IncomingCall } from '../../signaling/sip/incoming-call.ts';
import type { TrunkCall } from './trunk-call.ts';

/** Finds calls of ours that come back to where they were, through a route that leads to ourselves. */
export class LoopGuard {
  readonly #placed = new Map<string, TrunkCall>();

  /** The call was tried at a route, under that Call-ID. */
  placed(sipCallId: string, call: TrunkCall): void {
    this.#placed.set(sipCallId, call);
    call.placedCallIds.push(sipCallId);
  }

  forget({ placedCallIds }: TrunkCall): void {
    for (const sipCallId of placedCallIds) this.#placed.delete(sipCallId);
  }

  /**
   * RFC 7332 §4: Max-Forwards is checked, and passed on one lower, as a proxy does (RFC 3261 §16.3 step 3). A call
   * that comes back to the same number is a loop at once; one that went out and comes in to a number of ours is none.
   * @throws CallFailure
   */
  check(
    { maxForwards, remoteCallId }: Pick<IncomingCall, 'maxForwards' | 'remoteCallId'>,
    call: TrunkCall,
  ): void {
    if (maxForwards === 0)
      throw new CallFailure('too-many-hops', 'Max-Forwards is 0: the call went in a circle.');
    const earlier = this.#placed.get(remoteCallId);
    if (earlier?.direction === call.direction && earlier.toNumber === call.toNumber) {
      throw new CallFailure(
        'loop-detected',
        `A route leads back to ourselves: this is the call ${earlier.id}.`,
      );
    }
  }
}
