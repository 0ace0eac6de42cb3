import type { CallDirection } from '../../metrics/aggregator.ts';
import type { CallSide } from './connector-observer.ts';
import type { TrunkCall } from './trunk-call.ts';

/** How a call is placed at routes: as whom, to whom, and with which media of ours. */
export interface Placement {
  readonly direction: CallDirection;
  readonly fromNumber: string;
  readonly toNumber: string;
  /** Whose media leg the callee talks to. */
  readonly side: CallSide;
  /** Hops that it may make. */
  readonly maxForwards: number;
}

/** The call itself, to its callee. */
export function placementOf(call: TrunkCall): Placement {
  const { direction, fromNumber, toNumber, calleeSide: side, maxForwards } = call;
  return { direction, fromNumber, toNumber, side, maxForwards: maxForwards - 1 };
}
