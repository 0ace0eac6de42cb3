import type { ClientTransactionState } from './client-transaction.ts';
import type { ServerTransactionState } from './server-transaction.ts';

type StateCounts<State extends string> = { readonly [S in State]?: number };

/** A look at the transaction layer; counters are since the start. */
export interface TransactionStatistics {
  /** How many transactions are in each state now. */
  readonly inviteServer: StateCounts<ServerTransactionState>;
  readonly nonInviteServer: StateCounts<ServerTransactionState>;
  readonly inviteClient: StateCounts<ClientTransactionState>;
  readonly nonInviteClient: StateCounts<ClientTransactionState>;
  readonly retransmissionsReceived: number;
  readonly retransmissionsSent: number;
  /** Requests refused with 482 (RFC 3261 §8.2.2.2). */
  readonly mergedRequests: number;
  /** Requests refused with 503 for want of room. */
  readonly overloaded: number;
  /** Responses that belong to nothing of ours, dropped or passed up as stray. */
  readonly strayResponses: number;
}

/** Counts by state those of `transactions` that are, or are not, of an INVITE. */
export function countByState<State extends string>(
  transactions: Iterable<{ readonly isInvite: boolean; readonly state: State }>,
  isInvite: boolean,
): StateCounts<State> {
  const counts: { [S in State]?: number } = {};
  for (const transaction of transactions) {
    if (transaction.isInvite === isInvite) {
      counts[transaction.state] = (counts[transaction.state] ?? 0) + 1;
    }
  }
  return counts;
}
