import type { FailureReason } from '../../signaling/call-failure.ts';
import type { CallBook } from './call-book.ts';
import type { MetricPeriods } from './metric-periods.ts';
import type { ServiceMetrics } from './service-metrics.ts';
import type { ToldCall } from './told-call.ts';

/** Refusals that AWS counts as throttled, too many calls at once or too fast: the keys of their limits. */
const THROTTLING: ReadonlyMap<FailureReason, { readonly rooms: string; readonly trunk: string }> = new Map([
  ['too-many-calls', { rooms: 'limits.maxCalls', trunk: 'trunk.maxActiveCalls' }],
  ['too-many-calls-per-second', { rooms: 'limits.maxCallsPerSecond', trunk: 'termination.cpsLimit' }],
]);

/** Attempts and failures: one each for a call and connector, since a call may be tried at several of a group. */
export class CallCounts {
  readonly #calls: CallBook;
  readonly #periods: MetricPeriods;
  readonly #metrics: ServiceMetrics;
  readonly #region: string;

  constructor(calls: CallBook, periods: MetricPeriods, metrics: ServiceMetrics, region: string) {
    this.#calls = calls;
    this.#periods = periods;
    this.#metrics = metrics;
    this.#region = region;
  }

  attempted(call: ToldCall, voiceConnectorId: string, nowMs: number): void {
    this.#countOnce(call, 'Attempts', voiceConnectorId, nowMs);
  }

  failed(call: ToldCall, voiceConnectorId: string, nowMs: number): void {
    this.#countOnce(call, 'Attempts', voiceConnectorId, nowMs);
    this.#countOnce(call, 'Failures', voiceConnectorId, nowMs);
  }

  refused(call: ToldCall, voiceConnectorId: string, nowMs: number): void {
    this.failed(call, voiceConnectorId, nowMs);
    const reason = call.refusal?.reason ?? 'internal-error';
    this.#metrics.callsRefused.add(1, voiceConnectorId, reason);
    const limit = THROTTLING.get(reason);
    if (limit === undefined) return;
    this.#periods.at(nowMs).count({ voiceConnectorId, region: this.#region }, 'Throttles');
    this.#metrics.limitsHit.add(1, call.voiceConnectorId === undefined ? limit.rooms : limit.trunk);
  }

  #countOnce(call: ToldCall, name: 'Attempts' | 'Failures', voiceConnectorId: string, nowMs: number): void {
    const { counted, direction } = this.#calls.get(call);
    if (counted[name].includes(voiceConnectorId)) return;
    counted[name].push(voiceConnectorId);
    this.#periods.at(nowMs).count({ voiceConnectorId, region: this.#region }, `${direction}Call${name}`);
  }
}
