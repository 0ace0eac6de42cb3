import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { schemaErrors } from '../support/json-schema.ts';
import { CALL_DETAIL_SCHEMA } from '../support/record-schemas.ts';
import { TestService } from '../support/service.ts';
import { runSipp } from '../support/sipp.ts';

const CONNECTOR_ID = 'abcdef1ghij2klmno3pqr4';
const OFFICE = '+12065550100';
const settings = {
  voiceConnectors: [
    {
      id: CONNECTOR_ID,
      name: 'office',
      termination: { cidrAllowedList: ['127.0.0.1/32'], cpsLimit: 256, defaultPhoneNumber: OFFICE },
    },
  ],
  phoneNumbers: [{ number: OFFICE, voiceConnectorId: CONNECTOR_ID }],
  trunk: { maxActiveCalls: 1000 },
};

let service: TestService;
let folder: string | null = null;

afterEach(async () => {
  if (folder !== null) rmSync(folder, { recursive: true, force: true });
  folder = null;
  expect((await service.stop()).exitCode).toBe(0);
});

function dial(number: string, calls: number, options: { pauseMs?: number; extra?: readonly string[] } = {}) {
  return runSipp({
    scenario: 'join-and-leave',
    address: '127.0.0.1',
    port: service.port('UDP'),
    transport: 'u1',
    service: number,
    calls,
    callsPerSecond: 20,
    deadlineMs: 40_000,
    ...options,
  });
}

interface CallDetailRecord {
  readonly CallId: string;
  readonly Status: string;
  readonly StatusMessage: string;
  readonly BillableDurationSeconds: number;
}

/** Every record, each checked against its schema. */
function records(): CallDetailRecord[] {
  return [...service.objects().values()].map((text) => {
    const record = JSON.parse(text);
    expect(schemaErrors(CALL_DETAIL_SCHEMA, record)).toEqual([]);
    return record;
  });
}

/** The calls that SIPp saw answered, by Call-ID. */
function answeredCalls(messages: string): string[] {
  const answers = readFileSync(messages, 'utf8')
    .split(/^-{10,}.*$/m)
    .filter((text) => text.includes('SIP/2.0 200') && /CSeq: \d+ INVITE/.test(text));
  return [...new Set(answers.map((text) => /Call-ID: (\S+)/i.exec(text)?.[1] ?? ''))];
}

describe('call detail records', () => {
  it('are written of every call, once, answered or refused', async () => {
    service = await TestService.start({ settings });
    expect((await dial('+12065551234', 5, { pauseMs: 500 })).successfulCalls).toBe(5);
    expect((await dial('+12065559486', 2)).failedCalls).toBe(2);
    await service.waitFor(
      async () => service.objects().size,
      (count) => count === 7,
      'a record of every call',
    );
    const summary = records().map((it) => `${it.Status} ${it.StatusMessage} ${it.BillableDurationSeconds}`);
    expect(summary.sort()).toEqual([
      ...Array(5).fill('Completed OK 6'),
      ...Array(2).fill('Failed Busy Here 0'),
    ]);
    for (const key of service.objects().keys()) {
      expect(key).toMatch(
        /^Amazon-Chime-Voice-Connector-CDRs\/json\/abcdef1ghij2klmno3pqr4\/\d{4}\/\d\d\/\d\d\/\d\d\.\d\d\.\d\d\.\d{3}_[0-9a-f-]{36}$/,
      );
    }
  });

  it('are neither lost nor doubled when the process is killed between call end and write', async () => {
    service = await TestService.start({ settings });
    const { dataDirectory } = service;
    // Where the bucket's folder should be stands a file: calls end, and nothing of them can be written.
    mkdirSync(join(dataDirectory, 's3'), { recursive: true });
    writeFileSync(join(dataDirectory, 's3', 'carillon-records'), '');
    expect((await dial('+12065551234', 10, { pauseMs: 200 })).successfulCalls).toBe(10);
    await service.waitFor(
      () => service.status(),
      ({ problems }) => problems.some((problem) => problem.includes('detail records cannot be written')),
      'the trouble is told',
    );
    await service.waitFor(
      () => service.fetch('/metrics'),
      ({ text }) => text.includes('carillon_records_waiting 10\n'),
      'all calls are over, their records not written',
    );
    await service.kill();
    rmSync(join(dataDirectory, 's3', 'carillon-records'));
    service = await TestService.start({ settings, dataDirectory });
    await service.waitFor(
      async () => service.objects().size,
      (count) => count >= 10,
      'a record of every call',
    );
    expect(new Set(records().map(({ CallId }) => CallId)).size).toBe(10);
    expect(records().map(({ StatusMessage }) => StatusMessage)).toEqual(Array(10).fill('OK'));
    const before = [...service.objects().keys()].sort();
    await service.kill();
    service = await TestService.start({ settings, dataDirectory });
    expect([...service.objects().keys()].sort()).toEqual(before);
  });

  it('are there of every call that was answered when the process is killed amid calls', async () => {
    service = await TestService.start({ settings });
    const { dataDirectory } = service;
    folder = mkdtempSync(join(tmpdir(), 'carillon-records-'));
    const messages = join(folder, 'messages.log');
    const dialing = dial('+12065551234', 60, {
      pauseMs: 700,
      extra: ['-trace_msg', '-message_file', messages, '-recv_timeout', '2000', '-timeout', '15s'],
    });
    await service.waitFor(
      async () => service.objects().size,
      (count) => count >= 10,
      'the first calls are over',
    );
    await delay(Math.random() * 300);
    await service.kill();
    const result = await dialing;
    expect(result.successfulCalls).toBeLessThan(60);
    service = await TestService.start({ settings, dataDirectory });
    const answered = answeredCalls(messages);
    expect(answered.length).toBeGreaterThan(10);
    const told = await service.waitFor(
      async () => records().map(({ CallId }) => CallId),
      (callIds) => answered.every((callId) => callIds.includes(callId)),
      'a record of every call that was answered',
    );
    expect(new Set(told).size).toBe(told.length);
  });
});
