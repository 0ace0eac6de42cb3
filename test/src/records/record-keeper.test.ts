import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Ledger } from '../../../metrics/record/ledger.ts';
import { objectPath } from '../../../metrics/sink/object-file.ts';
import type { PendingCall } from '../../../src/records/pending-call.ts';
import { RecordKeeper } from '../../../src/records/record-keeper.ts';

const START_MS = Date.UTC(2026, 10, 25, 8);
const ALIVE_MS = START_MS + 60_000;

let directory: string;
let troubles: (string | null)[];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'carillon-records-'));
  troubles = [];
});

afterEach(() => rmSync(directory, { recursive: true, force: true }));

const object = (key: string, body = '{"a":1}') => ({ bucket: 'bucket', key, body });
const bodyOf = (key: string) => readFileSync(objectPath(directory, { bucket: 'bucket', key }), 'utf8');

function open(hasLedger = true): { keeper: RecordKeeper; ledger: Ledger<PendingCall> | null } {
  const ledger = hasLedger ? new Ledger<PendingCall>(join(directory, 'ledger.jsonl')) : null;
  const keeper = new RecordKeeper({
    directory,
    ledger,
    onTrouble: (error) => troubles.push(error?.message ?? null),
    now: () => ALIVE_MS,
  });
  return { keeper, ledger };
}

const trunk: PendingCall = {
  kind: 'trunk',
  bucket: 'bucket',
  call: {
    accountId: '111122223333',
    region: 'us-east-1',
    transactionId: 'c0ffee00-0000-4000-8000-000000000001',
    sipCallId: 'call@pbx',
    voiceConnectorId: 'abcdef1ghij2klmno3pqr4',
    direction: 'Outbound',
    fromNumber: '+12065550100',
    toNumber: '+4930123456',
    sipAuthUser: null,
    isStreaming: false,
    startMs: START_MS,
    answeredAtMs: START_MS + 1000,
  },
};

describe('records', () => {
  it('are written whole, with nothing beside them', async () => {
    const { keeper, ledger } = open();
    keeper.start();
    for (let count = 0; count < 20; count++) keeper.end(`${count}`, [object(`deep/${count}`)]);
    await keeper.stop();
    expect(bodyOf('deep/19')).toBe('{"a":1}');
    expect(readdirSync(join(directory, 's3', '.unfinished'))).toEqual([]);
    expect([keeper.waiting, ledger?.openEntries, troubles]).toEqual([0, 0, []]);
  });

  it('are written without a ledger too', async () => {
    const { keeper } = open(false);
    keeper.start();
    keeper.end('1', [object('a')]);
    await keeper.stop();
    expect(bodyOf('a')).toBe('{"a":1}');
  });

  it('that the disk does not take are told once, and written at the next start', async () => {
    // A file where the folder of the bucket should be.
    mkdirSync(join(directory, 's3'));
    writeFileSync(join(directory, 's3', 'bucket'), '');
    const { keeper } = open();
    keeper.start();
    keeper.end('1', [object('a'), object('b')]);
    await keeper.stop();
    expect(keeper.waiting).toBe(2);
    expect(troubles).toHaveLength(1);
    rmSync(join(directory, 's3', 'bucket'));
    const next = open();
    next.keeper.start();
    await next.keeper.stop();
    expect([bodyOf('a'), bodyOf('b')]).toEqual(['{"a":1}', '{"a":1}']);
    expect(next.ledger?.openEntries).toBe(0);
  });

  it('that were written just before the end are not written again', async () => {
    const path = objectPath(directory, object('a'));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, 'as it was');
    open().ledger?.append({ line: 'end', id: '1', objects: [object('a')] });
    const { keeper, ledger } = open();
    keeper.start();
    await keeper.stop();
    expect([bodyOf('a'), ledger?.openEntries]).toEqual(['as it was', 0]);
  });

  it('of calls that we did not outlive end where we did', async () => {
    const before = open();
    before.keeper.begin('1', trunk);
    before.ledger?.touch(ALIVE_MS);
    const { keeper, ledger } = open();
    keeper.start();
    await keeper.stop();
    const key =
      'Amazon-Chime-Voice-Connector-CDRs/json/abcdef1ghij2klmno3pqr4/2026/11/25/' +
      '08.00.00.000_c0ffee00-0000-4000-8000-000000000001';
    expect(JSON.parse(bodyOf(key))).toMatchObject({
      Status: 'Completed',
      StatusMessage: 'Connector Stopped',
      EndTimeEpochSeconds: ALIVE_MS / 1000,
      BillableDurationSeconds: 60,
    });
    expect(ledger?.openEntries).toBe(0);
    expect(existsSync(join(directory, 's3', '.unfinished', '1'))).toBe(false);
  });
});
