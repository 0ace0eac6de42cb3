import type { Logger } from 'pino';
import type { LegReport } from '../../media/quality/leg-report.ts';
import type { Telling } from '../telling.ts';
import type { CallSide, ConnectorObserver, RouteFailure } from './connector-observer.ts';
import type { TrunkCall } from './trunk-call.ts';

/** Who does something of its own with a call from answer to end. */
export type CallFollower = Partial<Pick<ConnectorObserver, 'callAnswered' | 'callRefused' | 'callEnded'>>;

/** Writes what a person follows a trunk call by into the log, and passes it on to metrics and AWS's logs. */
export class ConnectorJournal implements ConnectorObserver {
  readonly #logger: Logger;
  readonly #telling: Telling;
  readonly #followers: readonly CallFollower[];
  /** What one side measured waits here for the other side's report of that minute. */
  readonly #waiting = new Map<string, Partial<Record<CallSide, LegReport>>>();

  constructor(logger: Logger, telling: Telling, followers: readonly CallFollower[]) {
    this.#logger = logger;
    this.#telling = telling;
    this.#followers = followers;
  }

  callAttempted(call: TrunkCall, nowMs: number): void {
    this.#telling.callArrived(call, nowMs);
  }

  callThrottled(call: TrunkCall): void {
    this.#logger.warn({ callId: call.id, voiceConnectorId: call.voiceConnectorId }, 'trunk call throttled');
  }

  callRinging(call: TrunkCall, nowMs: number): void {
    this.#telling.callRinging(call, nowMs);
  }

  legPlaced(call: TrunkCall, sipCallId: string): void {
    this.#telling.legPlaced(call, sipCallId);
  }

  requestMet(sipCallId: string, voiceConnectorId: string): void {
    this.#telling.requestMet(sipCallId, voiceConnectorId);
  }

  routeFailed(call: TrunkCall, failure: RouteFailure, nowMs: number): void {
    this.#logger.warn({ callId: call.id, ...failure }, 'route did not take the call');
    this.#telling.routeFailed(call, failure.voiceConnectorId, nowMs);
  }

  callAnswered(call: TrunkCall, nowMs: number): void {
    const { voiceConnectorId, direction, fromNumber, toNumber } = call;
    this.#logger.info(
      { callId: call.id, voiceConnectorId, direction, fromNumber, toNumber },
      'trunk call answered',
    );
    this.#telling.callAnswered(call, nowMs);
    for (const follower of this.#followers) follower.callAnswered?.(call, nowMs);
  }

  sideReport(call: TrunkCall, side: CallSide, report: LegReport): void {
    if (this.#waiting.get(call.id)?.[side] !== undefined) this.#flush(call);
    const waiting = { ...this.#waiting.get(call.id), [side]: report };
    this.#waiting.set(call.id, waiting);
    if (waiting.customer !== undefined && waiting.remote !== undefined) this.#flush(call);
  }

  callRefused(call: TrunkCall, nowMs: number): void {
    const { voiceConnectorId, direction } = call;
    this.#logger.info(
      { callId: call.id, voiceConnectorId, direction, ...call.refusal },
      'trunk call refused',
    );
    this.#telling.callRefused(call, nowMs);
    for (const follower of this.#followers) follower.callRefused?.(call, nowMs);
  }

  callEnded(call: TrunkCall, nowMs: number): void {
    this.#flush(call);
    const seconds = (nowMs - (call.answeredAtMs ?? nowMs)) / 1000;
    this.#logger.info({ callId: call.id, seconds, ...call.end }, 'trunk call ended');
    this.#telling.callEnded(call, nowMs);
    for (const follower of this.#followers) follower.callEnded?.(call, nowMs);
  }

  #flush(call: TrunkCall): void {
    const { customer = null, remote = null } = this.#waiting.get(call.id) ?? {};
    this.#waiting.delete(call.id);
    if (customer !== null || remote !== null) this.#telling.callMinute(call, { customer, remote });
  }

  internalError(call: TrunkCall, error: unknown): void {
    this.#logger.error({ callId: call.id, err: error }, 'a trunk call failed by a fault of ours');
    this.#telling.internalError();
  }
}
