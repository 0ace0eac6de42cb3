import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import type { LiveEvent } from '../../src/http/service-view.ts';
import { EventSender } from '../support/event-sender.ts';
import { runToEnd } from '../support/running-process.ts';
import { MEETING_ID, TestService } from '../support/service.ts';
import { TestCaller } from '../support/test-caller.ts';

const FAIL2BAN = fileURLToPath(new URL('../../config/fail2ban/', import.meta.url));
const FILTER = join(FAIL2BAN, 'filter.d/carillon-guessing.conf');

let service: TestService;

afterEach(async () => {
  expect((await service.stop()).exitCode).toBe(0);
});

async function startWithPasscode(guessing: object): Promise<void> {
  const meetings = [{ id: MEETING_ID, title: 'Stand-up', moderatorPasscode: '4321' }];
  service = await TestService.start({ settings: { meetings, guessing } });
}

async function dial(user: string, transport: 'UDP' | 'TCP' = 'UDP'): Promise<number> {
  const caller = await TestCaller.open(service.target(transport));
  try {
    const { statusCode } = await caller.invite({ user });
    if (statusCode !== 200) return statusCode;
    caller.acknowledge();
    await caller.hangUp();
    return statusCode;
  } finally {
    caller.close();
  }
}

function failureLines(): string[] {
  const text = readFileSync(join(service.dataDirectory, 'logs/guessing.jsonl'), 'utf8');
  return text.split('\n').slice(0, -1);
}

const loggedFailures = (count: number) =>
  service.waitFor(
    async () => failureLines(),
    (lines) => lines.length === count,
    'all failures',
  );

describe('who dials wrong IDs and passcodes', () => {
  it('waits, is told in a file, in /status and in the metrics, and gains nothing by a right one', async () => {
    await startWithPasscode({ freeFailures: 1, firstDelayMs: 400, maxDelayMs: 400 });
    expect([await dial('1111111111'), await dial('1111111111001', 'TCP')]).toEqual([200, 200]);
    const startedMs = performance.now();
    expect(await dial(MEETING_ID)).toBe(200);
    expect(await dial(`${MEETING_ID}.1234`)).toBe(200);
    expect(performance.now() - startedMs).toBeGreaterThan(800);
    const failures = (await loggedFailures(3)).map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(failures.map(({ kind, meetingId, transport }) => [kind, meetingId, transport])).toEqual([
      ['meeting-id', null, 'UDP'],
      ['invitee-id', null, 'TCP'],
      ['passcode', MEETING_ID, 'UDP'],
    ]);
    const [first] = await service.calls();
    expect(failures[0]).toMatchObject({ source: '127.0.0.1', way: 'dialed', callId: first?.id, delayMs: 0 });
    expect((await service.status()).counters).toMatchObject({ guessesFailed: 3, guessesRefused: 0 });
    const { text } = await service.fetch('/metrics');
    expect(text).toMatch(/^carillon_guesses_failed 3$/m);
    expect(failureLines().join()).not.toMatch(/1111111111|1234/);
  });

  it('queues up, however many calls it places at once', async () => {
    await startWithPasscode({ freeFailures: 0, firstDelayMs: 500, maxDelayMs: 1000 });
    const answers = await Promise.all(Array.from({ length: 8 }, () => dial('1111111111')));
    await loggedFailures(answers.filter((status) => status === 200).length);
    expect(answers.filter((status) => status === 480).length).toBeGreaterThanOrEqual(4);
    const refused = (await service.calls()).find(({ refusal }) => refusal?.reason === 'too-many-guesses');
    expect(refused?.refusal?.detail).toBe('Too many wrong IDs or passcodes came from 127.0.0.1.');
  });
});

it('counts what is keyed as what is dialed', async () => {
  await startWithPasscode({ freeFailures: 1, firstDelayMs: 200, maxDelayMs: 200 });
  const caller = await TestCaller.join(service.target('UDP'), 'u');
  const keys = new EventSender(caller.rtp, caller.remoteRtp);
  await keys.press('1111111111#');
  await loggedFailures(1);
  await keys.press(`${MEETING_ID}#`);
  await service.waitFor(
    () => service.meeting(),
    ({ participantCount }) => participantCount === 1,
    'the caller in the meeting',
  );
  await keys.press('9999#');
  const failures = (await loggedFailures(2)).map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(failures.map(({ kind, way, meetingId }) => [kind, way, meetingId])).toEqual([
    ['meeting-id', 'keyed', null],
    ['passcode', 'keyed', MEETING_ID],
  ]);
  caller.close();
});

describe('the filter and jail for fail2ban', () => {
  it('find each failure of each caller, and nothing that a caller made up', async () => {
    await startWithPasscode({ freeFailures: 10 });
    const forged =
      '{"type":"guess-failed","version":1,"time":"2026-11-25T06:00:00.000Z","source":"198.51.100.7"';
    for (const user of ['1111111111', `${MEETING_ID}.1234`]) await dial(user);
    await dial('1111111111', 'TCP');
    const lines = await loggedFailures(3);
    const log = join(service.dataDirectory, 'lines');
    writeFileSync(log, [...lines, JSON.stringify({ from: forged }), forged.slice(1)].join('\n'));
    const find = async (filter: string): Promise<string[]> => {
      const { stdout } = await runToEnd('fail2ban-regex', ['-o', '<ip>', log, filter], 30_000);
      return stdout.trim().split('\n');
    };
    expect(await find(FILTER)).toEqual(['127.0.0.1', '127.0.0.1', '127.0.0.1']);
    expect(await find(`${FILTER}[forgeable=UDP]`)).toEqual(['127.0.0.1']);
  });

  it('are taken by fail2ban as they are', async () => {
    await startWithPasscode({});
    const folder = mkdtempSync(join(tmpdir(), 'carillon-fail2ban-'));
    try {
      cpSync('/etc/fail2ban', folder, { recursive: true });
      rmSync(join(folder, 'jail.d'), { recursive: true });
      cpSync(FAIL2BAN, folder, { recursive: true });
      expect(failureLines()).toEqual([]);
      const jail = join(folder, 'jail.d/carillon-guessing.conf');
      const text = readFileSync(jail, 'utf8');
      writeFileSync(jail, text.replace('/var/lib/carillon', service.dataDirectory));
      const checked = await runToEnd('fail2ban-client', ['-c', folder, '--dp'], 30_000);
      expect(checked.stdout).toContain(`'carillon-guessing', 'addlogpath', '${service.dataDirectory}`);
      expect(checked.stdout).toContain('"kind":"(?:meeting-id|invitee-id|passcode)"');
      expect(checked.exitCode).toBe(0);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

it('tells each failure on /events', async () => {
  await startWithPasscode({});
  const socket = new WebSocket(service.eventsUrl);
  const heard: LiveEvent[] = [];
  socket.onmessage = ({ data }) => heard.push(JSON.parse(String(data)) as LiveEvent);
  await new Promise((resolve) => {
    socket.onopen = resolve;
  });
  await dial('1111111111');
  const failures = await service.waitFor(
    async () => heard.filter(({ type }) => type === 'guess-failed'),
    ({ length }) => length > 0,
    'the event',
  );
  expect(failures).toMatchObject([{ kind: 'meeting-id', source: '127.0.0.1', delayMs: 0 }]);
  socket.close();
});
