import { z } from 'zod';
import { cidr, flag, integer, listOf } from './field.ts';

const guessingAllowed =
  'a group of keys: guessing: { firstDelayMs, maxDelayMs, … }, the first not above the last';

export const guessingSchema = z
  .strictObject(
    {
      freeFailures: integer(0, 1000)
        .default(5)
        .describe('Wrong meeting IDs and passcodes of a source, or for a meeting, that cost no waiting.'),
      firstDelayMs: integer(1, 60_000, 'ms')
        .default(1000)
        .describe('Least time between two tries after that; each further failure doubles it.'),
      maxDelayMs: integer(1, 120_000, 'ms')
        .default(30_000)
        .describe('Most time between two tries; a try that would wait longer is refused.'),
      forgetSeconds: integer(1, 86_400, 'seconds')
        .default(300)
        .describe('After so long without a failure one is forgotten.'),
      exemptSources: listOf(cidr(), 'a list of address blocks: [192.0.2.0/24]')
        .default([])
        .describe('Whose tries are never slowed.'),
      log: flag()
        .default(true)
        .describe('A line for each failure in logs/guessing.jsonl under dataDirectory.'),
    },
    guessingAllowed,
  )
  .refine(({ firstDelayMs, maxDelayMs }) => firstDelayMs <= maxDelayMs, guessingAllowed);
