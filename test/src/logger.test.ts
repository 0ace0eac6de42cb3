import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { formatLogLine } from '../../src/log-line.ts';
import { createLogger } from '../../src/logger.ts';

const folder = mkdtempSync(join(tmpdir(), 'carillon-log-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('the log', () => {
  it('is JSON lines in a file, from the level on, written out on demand', () => {
    const destination = join(folder, 'deep', 'carillon.log');
    const logger = createLogger({ level: 'warn', destination, sipMessages: false }, true);
    logger.info('not this');
    logger.warn({ callId: 'x' }, 'this');
    logger.flush();
    const lines = readFileSync(destination, 'utf8').trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      { level: 40, time: expect.stringMatching(/^\d{4}-.*Z$/), callId: 'x', msg: 'this' },
    ]);
  });
});

it('names the key of a file that cannot be opened', () => {
  const logging = {
    level: 'info',
    destination: join(folder, 'deep', 'carillon.log', 'x'),
    sipMessages: false,
  } as const;
  expect(() => createLogger(logging, false)).toThrow(/logging\.destination.*no log can be written there/s);
});

describe('a line for a person', () => {
  const time = '2026-05-01T10:00:00.123Z';
  it.each([
    ['a message', { level: 30, time, msg: 'ready' }, '10:00:00.123 info  ready\n'],
    [
      'fields',
      { level: 40, time, msg: 'refused', callId: 'a-b', port: 5060 },
      '10:00:00.123 warn  refused callId=a-b port=5060\n',
    ],
    ['text with spaces', { level: 50, time, msg: 'no', why: 'a b' }, '10:00:00.123 error no why="a b"\n'],
    ['a group', { level: 20, time, msg: 'x', from: { port: 1 } }, '10:00:00.123 debug x from={"port":1}\n'],
    [
      'an error',
      { level: 60, time, msg: 'x', err: { message: 'm', stack: 'Error: m\n at y' } },
      '10:00:00.123 fatal x\nError: m\n at y\n',
    ],
  ])('shows %s', (_, line, expected) => {
    expect(formatLogLine(`${JSON.stringify(line)}\n`)).toBe(expected);
  });

  it('lets through what is not JSON', () => {
    expect(formatLogLine('oh\n')).toContain('oh');
  });
});
