import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { MediaEngine } from '../../../media/engine/media-leg.ts';
import type { RecordingListener } from '../../../media/engine/recording-link.ts';
import type { RecordingRequest } from '../../../media/record/recording-message.ts';
import { TrunkCall } from '../../../src/connector/trunk-call.ts';
import { createFragmentNumber, StreamPool } from '../../../src/streaming/stream-pool.ts';
import { StreamRetention } from '../../../src/streaming/stream-retention.ts';
import { TrunkStreaming } from '../../../src/streaming/trunk-streaming.ts';
import { FakeCallLeg } from '../../support/fake-call-leg.ts';
import { schemaErrors } from '../../support/json-schema.ts';
import { STREAMING_DETAIL_SCHEMA } from '../../support/record-schemas.ts';
import { streamingEventSchema } from '../../support/streaming-schemas.ts';

const START_MS = Date.UTC(2026, 10, 25, 8);
const CONNECTOR = 'abcdef1ghij2klmno3pqr4';
const CALL_ID = 'c0ffee00-0000-4000-8000-000000000001';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'carillon-streams-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface StreamingEvent {
  readonly detail: Readonly<Record<string, unknown>>;
}

/** Streaming without sound: files are begun, and break when the test says so. */
class Rig {
  readonly events: StreamingEvent[] = [];
  readonly records: string[] = [];
  readonly troubles: (string | null)[] = [];
  readonly requests: RecordingRequest[] = [];
  readonly listeners: RecordingListener[] = [];
  refusal: string | null = null;
  /** What the worker says when a file is closed. */
  closingFailure: string | null = null;
  readonly streaming: TrunkStreaming;

  constructor() {
    const record: MediaEngine['record'] = async (request, listener) => {
      if (this.refusal !== null) throw new Error(this.refusal);
      this.requests.push(request);
      this.listeners.push(listener);
      return { stop: async () => ({ durationMs: 1000, failure: this.closingFailure }) };
    };
    this.streaming = new TrunkStreaming(
      {
        origin: { accountId: '111122223333', region: 'us-east-1' },
        dataDirectory: folder,
        media: { record },
        pool: new StreamPool(folder, 'us-east-1', '111122223333'),
        keeper: {
          begin: () => {},
          end: (_, objects) => this.records.push(...objects.map(({ body }) => body)),
        },
        bucket: 'bucket',
        writeEvent: (json) => this.events.push(JSON.parse(json)),
        onTrouble: (detail) => this.troubles.push(detail),
        now: () => START_MS,
      },
      (voiceConnectorId) => voiceConnectorId === CONNECTOR,
    );
  }

  async answer(
    voiceConnectorId = CONNECTOR,
    direction: 'Inbound' | 'Outbound' = 'Outbound',
  ): Promise<TrunkCall> {
    const leg = new FakeCallLeg(CALL_ID, '+4930123456');
    const call = new TrunkCall(leg, { voiceConnectorId, direction, sipAuthUser: null, maxForwards: 70 });
    this.streaming.callAnswered(call);
    // Until the folders are made, or could not be.
    const isStarted = () => this.events.length >= 2 || voiceConnectorId !== CONNECTOR;
    while (!isStarted()) await new Promise((resolve) => setTimeout(resolve, 1));
    return call;
  }

  async end(call: TrunkCall): Promise<void> {
    call.endedAtMs = START_MS + 7000;
    this.streaming.callEnded(call, START_MS + 7000);
    await this.streaming.settle();
  }

  get statuses(): unknown[] {
    return this.events.map(({ detail }) => detail['streamingStatus']);
  }
}

describe('a trunk call that is streamed', () => {
  it('has two streams, one of the caller, with an event at each end', async () => {
    const rig = new Rig();
    const call = await rig.answer();
    expect(call.isStreaming).toBe(true);
    await rig.end(call);
    expect(rig.statuses).toEqual(['STARTED', 'STARTED', 'ENDED', 'ENDED']);
    for (const event of rig.events) {
      const kind = event.detail['streamingStatus'] === 'STARTED' ? 'STARTED' : 'ENDED';
      expect(schemaErrors(streamingEventSchema(kind), event)).toEqual([]);
    }
    const started = rig.events.slice(0, 2).map(({ detail }) => detail);
    expect(new Set(started.map(({ isCaller }) => isCaller))).toEqual(new Set([true, false]));
    expect(new Set(started.map(({ streamArn }) => streamArn)).size).toBe(2);
    expect(new Set(rig.events.map(({ detail }) => detail['transactionId']))).toEqual(new Set([CALL_ID]));
    const record = JSON.parse(rig.records[0] ?? '');
    expect(schemaErrors(STREAMING_DETAIL_SCHEMA, record)).toEqual([]);
    expect(record).toMatchObject({ Status: 'Completed', BillableDurationSeconds: 12 });
  });

  it.each([
    ['Outbound', 'customer'],
    ['Inbound', 'remote'],
  ] as const)('has the caller of an %s call on the %s side', async (direction, side) => {
    const rig = new Rig();
    await rig.answer(CONNECTOR, direction);
    const caller = rig.events.find(({ detail }) => detail['isCaller'] === true)?.detail;
    const request = rig.requests.find(({ recordingId }) => recordingId === caller?.['startFragmentNumber']);
    expect(request?.source).toEqual({ kind: 'leg', legId: `${CALL_ID}-${side}` });
    const path = String(caller?.['streamArn']).split(':stream/')[1];
    expect(request?.file).toBe(join(folder, 'streams', `${path}`, `${caller?.['startFragmentNumber']}.mkv`));
  });

  it('uses its streams again, also after a restart', async () => {
    const arns = async () => {
      const rig = new Rig();
      await rig.end(await rig.answer());
      const first = rig.events.length;
      const call = await rig.answer();
      while (rig.events.length < first + 2) await new Promise((resolve) => setTimeout(resolve, 1));
      await rig.end(call);
      return new Set(rig.events.map(({ detail }) => detail['streamArn']));
    };
    const before = await arns();
    expect(before.size).toBe(2);
    expect(await arns()).toEqual(before);
  });

  it('goes on when a stream breaks: FAILED in place of ENDED, and the other one ends as ever', async () => {
    const rig = new Rig();
    const call = await rig.answer();
    rig.listeners[0]?.onBroken('ENOSPC: no space left on device, write');
    rig.listeners[0]?.onBroken('ENOSPC: no space left on device, write');
    await rig.end(call);
    expect(rig.statuses).toEqual(['STARTED', 'STARTED', 'FAILED', 'ENDED']);
    expect(schemaErrors(streamingEventSchema('FAILED'), rig.events[2])).toEqual([]);
    expect(JSON.parse(rig.records[0] ?? '')).toMatchObject({
      Status: 'Failed',
      StatusMessage: 'Streaming failed',
    });
    expect(rig.troubles.at(-1)).toContain('ENOSPC');
  });

  it('has FAILED alone where a stream cannot be begun, or not be closed', async () => {
    const rig = new Rig();
    rig.refusal = 'EACCES: permission denied, open';
    await rig.end(await rig.answer());
    expect(rig.statuses).toEqual(['FAILED', 'FAILED']);
    const other = new Rig();
    const call = await other.answer();
    other.closingFailure = 'ENOSPC';
    await other.end(call);
    expect(other.statuses).toEqual(['STARTED', 'STARTED', 'FAILED', 'FAILED']);
  });

  it('is not streamed where its connector does not want it', async () => {
    const rig = new Rig();
    const call = await rig.answer('bbcdef1ghij2klmno3pqr4');
    await rig.end(call);
    expect([call.isStreaming, rig.events, rig.records, rig.streaming.openCount]).toEqual([false, [], [], 0]);
  });
});

it('fragment numbers have 47 digits, and later ones are greater', () => {
  const numbers = [START_MS, START_MS + 1, START_MS + 1000].map(createFragmentNumber);
  for (const number of numbers) expect(number).toMatch(/^9134\d{43}$/);
  expect([...numbers].sort()).toEqual(numbers);
});

describe('the files of streams', () => {
  const OLD_MS = START_MS - 25 * 3_600_000;

  function put(voiceConnectorId: string, name: string, modifiedMs: number): string {
    const stream = `ChimeVoiceConnector-${voiceConnectorId}-${CALL_ID}`;
    const path = join(folder, 'streams', stream, '1795000000000');
    mkdirSync(path, { recursive: true });
    writeFileSync(join(path, name), '');
    utimesSync(join(path, name), modifiedMs / 1000, modifiedMs / 1000);
    return join(path, name);
  }

  it('are removed when they are older than their connector keeps them', async () => {
    const old = put(CONNECTOR, '1.mkv', OLD_MS);
    const young = put(CONNECTOR, '2.mkv', OLD_MS + 2 * 3_600_000);
    const other = put(CONNECTOR, 'notes.txt', OLD_MS);
    const stranger = put('bbcdef1ghij2klmno3pqr4', '1.mkv', OLD_MS);
    const hoursOf = (id: string) => (id === CONNECTOR ? 24 : null);
    await new StreamRetention(folder, hoursOf).sweep(START_MS);
    expect([old, young, other, stranger].map((path) => existsSync(path))).toEqual([false, true, true, true]);
    await new StreamRetention(folder, () => 0).sweep(START_MS);
    expect(existsSync(young)).toBe(false);
    // The stream itself stays, to be used again.
    expect(readdirSync(join(folder, 'streams'))).toHaveLength(2);
  });

  it('that are kept for no time are left a minute to be read', async () => {
    const path = put(CONNECTOR, '1.mkv', START_MS - 30_000);
    const retention = new StreamRetention(folder, () => 0);
    await retention.sweep(START_MS);
    expect(existsSync(path)).toBe(true);
    await retention.sweep(START_MS + 31_000);
    expect(existsSync(path)).toBe(false);
  });

  it('are none where nothing was streamed', async () => {
    await new StreamRetention(folder, () => 24).sweep(START_MS);
    expect(existsSync(join(folder, 'streams'))).toBe(false);
  });
});
