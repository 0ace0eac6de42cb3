import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { serializeGuessFailure } from '../../../src/guessing/failure-line.ts';

const LINE = serializeGuessFailure({
  kind: 'passcode',
  way: 'dialed',
  source: '192.0.2.7',
  meetingId: '6064724824',
  callId: '5d0c…',
  protocol: 'SIP',
  transport: 'UDP',
  atMs: Date.UTC(2026, 4, 1, 10, 0, 0, 123),
  delayMs: 2000,
});

it('is the line that docs/guessing.md shows, key for key and in that order', () => {
  const text = readFileSync(new URL('../../../docs/guessing.md', import.meta.url), 'utf8');
  expect(/```json\n(.*)\n```/.exec(text)?.[1]).toBe(LINE);
  const explained = [...text.matchAll(/^\| (`[^|]+`) \|/gm)].flatMap(([, keys]) => keys!.split(', '));
  expect(explained).toEqual(Object.keys(JSON.parse(LINE) as object).map((key) => `\`${key}\``));
});
