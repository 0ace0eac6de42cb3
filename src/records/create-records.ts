import { join } from 'node:path';
import type { Logger } from 'pino';
import type { Config } from '../../config/schema.ts';
import { Ledger } from '../../metrics/record/ledger.ts';
import type { CallRegistry } from '../call/call-registry.ts';
import type { MeetingListener } from '../meeting/meeting-listener.ts';
import type { Problems } from '../problems.ts';
import type { Telling } from '../telling.ts';
import { MeetingRecords } from './meeting-records.ts';
import type { PendingCall } from './pending-call.ts';
import { RecordKeeper } from './record-keeper.ts';
import { TrunkRecords } from './trunk-records.ts';

/** Topic among the problems of `/status`. */
const TOPIC = 'call detail records';
const LEDGER_FILE = 's3/.unfinished/ledger.jsonl';

/** Records that cannot be written are told in the log and in `/status`, and cost no call. */
export function createRecordKeeper(
  { dataDirectory }: Pick<Config, 'dataDirectory'>,
  logger: Logger,
  problems: Problems,
): RecordKeeper {
  const onTrouble = (error: Error | null): void => {
    if (error === null) {
      problems.settle(TOPIC);
      logger.info('call detail records can be written again');
    } else {
      problems.raise(TOPIC, `Call detail records cannot be written: ${error.message}`);
      logger.error({ err: error }, 'call detail records cannot be written');
    }
  };
  const ledger = openLedger(join(dataDirectory, LEDGER_FILE), onTrouble);
  return new RecordKeeper({ directory: dataDirectory, ledger, onTrouble, now: Date.now });
}

export function createTrunkRecords(
  { account, region, callDetailRecords }: Pick<Config, 'account' | 'region' | 'callDetailRecords'>,
  keeper: RecordKeeper,
): TrunkRecords {
  return new TrunkRecords({
    accountId: account,
    region,
    bucket: callDetailRecords.voiceConnectorBucket,
    keeper,
  });
}

/** Keeps the records of meetings beside what `next` is told. */
export function keepMeetingRecords(
  { account, callDetailRecords }: Pick<Config, 'account' | 'callDetailRecords'>,
  parts: { readonly keeper: RecordKeeper; readonly telling: Telling; readonly calls: CallRegistry },
  next: MeetingListener,
): MeetingListener {
  const { keeper, telling, calls } = parts;
  return new MeetingRecords({
    accountId: account,
    bucket: callDetailRecords.businessCallingBucket,
    keeper,
    next,
    callOf: (callId) => {
      const leg = calls.get(callId)?.leg;
      if (leg === undefined) return null;
      return { protocol: leg.protocol, callingUser: leg.calling.user, calledUser: leg.called.user };
    },
    write: (json, atMs) => telling.write({ kind: 'meetings' }, json, atMs),
  });
}

function openLedger(path: string, onTrouble: (error: Error) => void): Ledger<PendingCall> | null {
  try {
    return new Ledger<PendingCall>(path);
  } catch (error) {
    onTrouble(error instanceof Error ? error : new Error(String(error)));
    return null;
  }
}
