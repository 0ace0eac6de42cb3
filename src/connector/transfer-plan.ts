import { CallFailure } from '../../signaling/call-failure.ts';
import type { CallParty } from '../../signaling/call-leg.ts';
import { takeRate } from './admission.ts';
import { type Attempt, planInbound, planOutbound } from './call-plan.ts';
import type { ConnectorDesk } from './connector-desk.ts';
import type { CallSide } from './connector-observer.ts';
import { normalizeNumber } from './e164.ts';
import type { Placement } from './placement.ts';
import { admitNumber } from './termination.ts';
import type { TrunkCall } from './trunk-call.ts';

/** Where the target of a transfer is tried, and as what. */
export interface TransferPlan {
  readonly placement: Placement;
  readonly attempts: readonly Attempt[];
}

/**
 * What a transfer comes to that `side` asks for: a number of ours is rung at its telephone system, as the party that
 * stays; any other is called out under the rules of termination, as the number of ours in the call, and only where the
 * customer asks.
 * @throws CallFailure
 */
export function planTransfer(
  call: TrunkCall,
  side: CallSide,
  { user }: CallParty,
  desk: ConnectorDesk,
): TransferPlan {
  const { directory } = desk;
  const maxForwards = call.maxForwards - 1;
  const number = directory.numbers.get(normalizeNumber(user) ?? '');
  if (number !== undefined) {
    const fromNumber = side === call.callerSide ? call.toNumber : call.fromNumber;
    const toNumber = number.number;
    return {
      placement: { direction: 'Inbound', fromNumber, toNumber, side, maxForwards },
      attempts: planInbound(directory.connectorsOf(number), desk.random),
    };
  }
  const connector = directory.connectors.get(call.voiceConnectorId);
  if (side === 'remote' || connector === undefined) {
    throw new CallFailure('not-allowed', 'The far end may transfer to numbers of ours only.');
  }
  const { termination } = connector.definition;
  if (termination.disabled) throw new CallFailure('connector-disabled', 'Termination is disabled.');
  const toNumber = admitNumber(user, termination.callingRegions);
  const fromNumber = call.direction === 'Outbound' ? call.fromNumber : call.toNumber;
  takeRate(call, connector, desk);
  return {
    placement: { direction: 'Outbound', fromNumber, toNumber, side, maxForwards },
    attempts: planOutbound(connector, desk.random, desk.dialer.network !== null),
  };
}
