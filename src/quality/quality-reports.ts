import type { Logger } from 'pino';
import type { QualityReportKind } from '../../signaling/quality-report/quality-report.ts';
import { serializeQualityReport } from '../../signaling/quality-report/serialize.ts';
import type { PublishedReport } from '../../signaling/sip/publish.ts';
import type { Call } from '../call/call.ts';
import type { CallRegistry } from '../call/call-registry.ts';
import type { HepExport } from '../hep/hep-export.ts';
import type { Telling } from '../telling.ts';
import { createCallQualityReport } from './call-quality-report.ts';
import { reportedLegs } from './reported-leg.ts';

/** Sends a report; resolves with the SIP status of the answer, rejects where there was none. */
type PublishQuality = (collector: string, body: Uint8Array) => Promise<number>;

interface QualityReportParts {
  /** A SIP URI; null to send none. */
  readonly collector: string | null;
  readonly publish: PublishQuality;
  /** Shows them to Homer; null for nobody. */
  readonly hep: Pick<HepExport, 'qualityReport'> | null;
  readonly calls: CallRegistry;
  readonly telling: Telling;
  readonly logger: Logger;
}

/** Quality reports of RFC 6035: those that telephones publish are kept with their calls, and ours are sent. */
export class QualityReports {
  readonly #parts: QualityReportParts;

  constructor(parts: QualityReportParts) {
    this.#parts = parts;
  }

  /** A telephone published one. */
  receive({ report, remoteAddress, publisher }: PublishedReport, nowMs: number): void {
    const { calls, telling, logger } = this.#parts;
    const call = calls.byRemoteCallId(report.callId);
    call?.reported({ atMs: nowMs, remoteAddress, publisher, report });
    telling.qualityReport('received', report.kind);
    const callId = call?.id ?? null;
    telling.event({ type: 'quality-report', atMs: nowMs, callId, remoteAddress, publisher, report });
    const { lossPercent, mosListening, mosConversational } = report.localMetrics?.figures ?? {};
    const { kind, callId: remoteCallId } = report;
    logger.info(
      { callId, remoteCallId, remoteAddress, kind, lossPercent, mosListening, mosConversational },
      'quality report received',
    );
  }

  /** A call is over, its last minute told: a report about each of its legs is made and sent. Never rejects. */
  async callEnded(call: Call, nowMs: number): Promise<void> {
    const { collector, hep } = this.#parts;
    if (collector === null && hep === null) return;
    const reports = reportedLegs(call).map(createCallQualityReport);
    await Promise.all(
      reports.map(async (report) => {
        if (report === null) return;
        const body = serializeQualityReport(report);
        hep?.qualityReport(report, body, nowMs);
        if (collector !== null) await this.#publish(call, report.kind, collector, body);
      }),
    );
  }

  async #publish(call: Call, kind: QualityReportKind, collector: string, body: Uint8Array): Promise<void> {
    const { publish, telling, logger } = this.#parts;
    const startedAtMs = Date.now();
    const failure = await publish(collector, body).then(
      (statusCode) => (statusCode < 300 ? null : `it answered ${statusCode}`),
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );
    telling.qualityReport(failure === null ? 'sent' : 'failed', kind);
    if (failure !== null)
      logger.warn({ callId: call.id, collector, detail: failure }, 'quality report not taken');
    else
      logger.debug(
        { callId: call.id, collector, seconds: (Date.now() - startedAtMs) / 1000 },
        'quality report sent',
      );
  }
}
