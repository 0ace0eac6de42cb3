import type { Logger } from 'pino';
import type { LegReport } from '../../media/quality/leg-report.ts';
import type { CallObserver, RefusedSource } from '../meeting/call-desk.ts';
import type { Call } from './call.ts';

/** Writes a line into the service's log for what a person follows a call by, and passes everything on. */
export class CallJournal implements CallObserver {
  readonly #logger: Logger;
  readonly #next: CallObserver;
  readonly #onEnded: (call: Call, nowMs: number) => void;

  /** @param onEnded is told of an ended call when everything of it was told. */
  constructor(logger: Logger, next: CallObserver, onEnded: (call: Call, nowMs: number) => void = () => {}) {
    this.#logger = logger;
    this.#next = next;
    this.#onEnded = onEnded;
  }

  callArrived(call: Call, nowMs: number): void {
    const { transport, calling, called, remoteAddress, remotePort, remoteCallId } = call.leg;
    this.#logger.debug(
      {
        callId: call.id,
        remoteCallId,
        from: calling.uri,
        to: called.uri,
        remote: `${transport} ${remoteAddress} ${remotePort}`,
      },
      'call arrived',
    );
    this.#next.callArrived(call, nowMs);
  }

  callRinging(call: Call, nowMs: number): void {
    this.#next.callRinging(call, nowMs);
  }

  callAnswered(call: Call, nowMs: number): void {
    const { calling, remoteAddress, transport } = call.leg;
    this.#logger.info(
      { callId: call.id, from: calling.uri, meetingId: call.meetingId, remoteAddress, transport },
      'call answered',
    );
    this.#next.callAnswered(call, nowMs);
  }

  callRefused(call: Call, nowMs: number): void {
    const { calling, called, remoteAddress } = call.leg;
    this.#logger.info(
      { callId: call.id, from: calling.uri, to: called.uri, remoteAddress, ...call.refusal },
      'call refused',
    );
    this.#next.callRefused(call, nowMs);
  }

  callEnded(call: Call, nowMs: number): void {
    const seconds = (nowMs - (call.answeredAtMs ?? nowMs)) / 1000;
    this.#logger.info({ callId: call.id, seconds, ...call.end }, 'call ended');
    this.#next.callEnded(call, nowMs);
    this.#onEnded(call, nowMs);
  }

  legReport(call: Call, report: LegReport): void {
    const { packets, lost, jitterUs } = report.received;
    const { mosConversational: mos, roundTripTimeUs } = report;
    this.#logger.debug({ callId: call.id, packets, lost, jitterUs, roundTripTimeUs, mos }, 'minute');
    this.#next.legReport(call, report);
  }

  digitPressed(call: Call, digit: Parameters<CallObserver['digitPressed']>[1]): void {
    this.#logger.debug({ callId: call.id, digit: digit.digit, source: digit.source }, 'digit');
    this.#next.digitPressed(call, digit);
  }

  mediaSilence(call: Call, isSilent: boolean, silentForMs: number, nowMs: number): void {
    this.#logger.info({ callId: call.id, silentForMs }, isSilent ? 'no RTP from the caller' : 'RTP is back');
    this.#next.mediaSilence(call, isSilent, silentForMs, nowMs);
  }

  sourceRefused(call: Call, source: RefusedSource, nowMs: number): void {
    this.#logger.warn({ callId: call.id, ...source }, 'packets from an address that was not negotiated');
    this.#next.sourceRefused(call, source, nowMs);
  }

  internalError(call: Call, error: unknown): void {
    this.#logger.error({ callId: call.id, err: error }, 'a call failed by a fault of ours');
    this.#next.internalError(call, error);
  }
}
