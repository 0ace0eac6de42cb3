import type { Logger } from 'pino';
import type { LegReport } from '../../media/quality/leg-report.ts';
import type { Telling } from '../telling.ts';
import type { CallSide, ConnectorObserver, RouteFailure } from './connector-observer.ts';
import type { TrunkCall } from './trunk-call.ts';

/** Writes what a person follows a trunk call by into the log, and passes it on to metrics and AWS's logs. */
export class ConnectorJournal implements ConnectorObserver {
  readonly #logger: Logger;
  readonly #telling: Telling;
  /** The far side's report of a minute waits here for the customer's. */
  readonly #remoteReports = new Map<string, LegReport>();

  constructor(logger: Logger, telling: Telling) {
    this.#logger = logger;
    this.#telling = telling;
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

  routeFailed(call: TrunkCall, failure: RouteFailure): void {
    this.#logger.warn({ callId: call.id, ...failure }, 'route did not take the call');
  }

  callAnswered(call: TrunkCall, nowMs: number): void {
    const { voiceConnectorId, direction, fromNumber, toNumber } = call;
    this.#logger.info(
      { callId: call.id, voiceConnectorId, direction, fromNumber, toNumber },
      'trunk call answered',
    );
    this.#telling.callAnswered(call, nowMs);
  }

  sideReport(call: TrunkCall, side: CallSide, report: LegReport): void {
    if (side === 'remote') {
      this.#remoteReports.set(call.id, report);
      return;
    }
    const remote = this.#remoteReports.get(call.id) ?? null;
    this.#remoteReports.delete(call.id);
    this.#telling.legReport(call, report, remote);
  }

  callRefused(call: TrunkCall, nowMs: number): void {
    const { voiceConnectorId, direction } = call;
    this.#logger.info(
      { callId: call.id, voiceConnectorId, direction, ...call.refusal },
      'trunk call refused',
    );
    this.#telling.callRefused(call, nowMs);
  }

  callEnded(call: TrunkCall, nowMs: number): void {
    this.#remoteReports.delete(call.id);
    const seconds = (nowMs - (call.answeredAtMs ?? nowMs)) / 1000;
    this.#logger.info({ callId: call.id, seconds, ...call.end }, 'trunk call ended');
    this.#telling.callEnded(call, nowMs);
  }

  internalError(call: TrunkCall, error: unknown): void {
    this.#logger.error({ callId: call.id, err: error }, 'a trunk call failed by a fault of ours');
    this.#telling.internalError();
  }
}
