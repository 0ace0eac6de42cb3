import type { ReleaseCompleteReason } from './h225-types.ts';

/** Cause values of ITU-T Q.850 that signaling itself gives; those of failed calls stand in `CALL_FAILURES`. */
export const Q850_CAUSE = {
  normalClearing: 16,
  responseToStatusInquiry: 30,
  resourceUnavailable: 47,
  invalidCallReference: 81,
  mandatoryElementMissing: 96,
  messageTypeNonExistent: 97,
  invalidElementContents: 100,
  messageNotCompatibleWithState: 101,
} as const;

/** Names of the causes that room systems and gatekeepers give, as Q.850 table 1 has them. */
const CAUSE_NAMES: Readonly<Record<number, string>> = {
  1: 'unallocated number',
  2: 'no route to transit network',
  3: 'no route to destination',
  16: 'normal call clearing',
  17: 'user busy',
  18: 'no user responding',
  19: 'no answer from user',
  20: 'subscriber absent',
  21: 'call rejected',
  22: 'number changed',
  27: 'destination out of order',
  28: 'invalid number format',
  29: 'facility rejected',
  31: 'normal, unspecified',
  34: 'no circuit available',
  38: 'network out of order',
  41: 'temporary failure',
  42: 'switching equipment congestion',
  44: 'requested circuit not available',
  47: 'resource unavailable',
  50: 'requested facility not subscribed',
  57: 'bearer capability not authorized',
  58: 'bearer capability not available',
  63: 'service or option not available',
  65: 'bearer capability not implemented',
  69: 'requested facility not implemented',
  79: 'service or option not implemented',
  81: 'invalid call reference',
  88: 'incompatible destination',
  95: 'invalid message',
  96: 'mandatory information element missing',
  97: 'message type non-existent',
  98: 'message not compatible with call state',
  99: 'information element non-existent',
  100: 'invalid information element contents',
  101: 'message not compatible with call state',
  102: 'recovery on timer expiry',
  111: 'protocol error',
  127: 'interworking, unspecified',
};

/** `17 (user busy)`, as a person reads it. */
export function describeCause(q850Cause: number): string {
  const name = CAUSE_NAMES[q850Cause];
  return name === undefined ? `${q850Cause}` : `${q850Cause} (${name})`;
}

/** H.225.0 table 5: what a Release Complete without a cause element means by its reason. */
const CAUSES_OF_REASONS: Readonly<Partial<Record<ReleaseCompleteReason['choice'], number>>> = {
  noBandwidth: 34,
  gatekeeperResources: 47,
  unreachableDestination: 3,
  destinationRejection: 16,
  invalidRevision: 88,
  noPermission: 127,
  unreachableGatekeeper: 38,
  gatewayResources: 42,
  badFormatAddress: 28,
  adaptiveBusy: 41,
  inConf: 17,
  calledPartyNotRegistered: 20,
  newConnectionNeeded: 47,
};

export function causeOfReason({ choice }: ReleaseCompleteReason): number {
  return CAUSES_OF_REASONS[choice] ?? 31;
}
