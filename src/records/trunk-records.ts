import type { DetailedCall } from '../../metrics/record/call-detail-record.ts';
import { CALL_FAILURES } from '../../signaling/call-failure.ts';
import { reasonPhraseOf } from '../../signaling/sip/reason-phrase.ts';
import type { ConnectorObserver } from '../connector/connector-observer.ts';
import type { TrunkCall } from '../connector/trunk-call.ts';
import { trunkRecord } from './pending-call.ts';
import type { RecordKeeper } from './record-keeper.ts';

export interface TrunkRecordsOptions {
  readonly accountId: string;
  readonly region: string;
  /** Null writes none. */
  readonly bucket: string | null;
  readonly keeper: Pick<RecordKeeper, 'begin' | 'end'>;
}

/** Call detail records of Voice Connectors. */
export class TrunkRecords implements Pick<ConnectorObserver, 'callAnswered' | 'callRefused' | 'callEnded'> {
  readonly #options: TrunkRecordsOptions;

  constructor(options: TrunkRecordsOptions) {
    this.#options = options;
  }

  callAnswered(call: TrunkCall): void {
    const { bucket, keeper } = this.#options;
    if (bucket !== null) keeper.begin(call.id, { kind: 'trunk', bucket, call: this.#describe(call) });
  }

  /** Whoever is not let in at all leaves no record: a stranger could fill the disk with them. */
  callRefused(call: TrunkCall, nowMs: number): void {
    const { refusal } = call;
    if (refusal === null || refusal.reason === 'source-not-allowed') return;
    const isTheirs = refusal.reason === 'remote-rejected';
    const message = isTheirs ? reasonPhraseOf(refusal.sipStatus) : CALL_FAILURES[refusal.reason].text;
    this.#write(call, nowMs, 'Failed', message);
  }

  callEnded(call: TrunkCall, nowMs: number): void {
    const reason = call.end?.reason ?? 'normal-clearing';
    const normal = call.direction === 'Outbound' ? 'OK' : 'Normal Call Clearing';
    const message = reason === 'normal-clearing' ? normal : CALL_FAILURES[reason].text;
    this.#write(call, call.endedAtMs ?? nowMs, 'Completed', message);
  }

  #write(call: TrunkCall, endMs: number, status: 'Completed' | 'Failed', statusMessage: string): void {
    const { bucket, keeper } = this.#options;
    if (bucket === null || call.voiceConnectorId === '') return;
    const outcome = { endMs, status, statusMessage };
    keeper.end(call.id, [trunkRecord(bucket, this.#describe(call), outcome)]);
  }

  #describe(call: TrunkCall): DetailedCall {
    const { accountId, region } = this.#options;
    const { voiceConnectorId, direction, fromNumber, toNumber, sipAuthUser, answeredAtMs } = call;
    return {
      accountId,
      region,
      transactionId: call.id,
      sipCallId: call.legs.customer?.sipCallId ?? call.leg.remoteCallId,
      voiceConnectorId,
      direction,
      fromNumber,
      toNumber,
      sipAuthUser,
      isStreaming: call.isStreaming,
      startMs: call.leg.arrivedAtMs,
      answeredAtMs,
    };
  }
}
