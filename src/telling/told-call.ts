import type { CallDirection } from '../../metrics/aggregator.ts';
import type { Call } from '../call/call.ts';

/**
 * A call as it is told of. Without a connector it is a call into a meeting, told under the connector of the
 * rooms; from there it looks inbound, since it comes in and ends here.
 */
export type ToldCall = Call & {
  readonly voiceConnectorId?: string;
  readonly direction?: CallDirection;
  /** E.164 numbers of a trunk call, once its rules have named them. */
  readonly fromNumber?: string;
  readonly toNumber?: string;
};
