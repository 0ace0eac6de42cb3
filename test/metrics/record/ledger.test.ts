import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Ledger } from '../../../metrics/record/ledger.ts';
import { parseLedger, serializeLedger } from '../../../metrics/record/ledger-state.ts';

interface Facts {
  readonly number: number;
}

const object = (key: string) => ({ bucket: 'bucket', key, body: '{}' });

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'carillon-ledger-'));
  path = join(folder, 'deep', 'ledger.jsonl');
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('a ledger', () => {
  it('keeps what is not yet written, and when we lived last', () => {
    const ledger = new Ledger<Facts>(path);
    ledger.append({ line: 'begin', id: 'up', facts: { number: 1 } });
    ledger.append({ line: 'begin', id: 'over', facts: { number: 2 } });
    ledger.append({ line: 'end', id: 'over', objects: [object('a'), object('b')] });
    ledger.append({ line: 'done', id: 'over', key: 'a' });
    ledger.append({ line: 'begin', id: 'written', facts: { number: 3 } });
    ledger.append({ line: 'end', id: 'written', objects: [object('c')] });
    ledger.append({ line: 'done', id: 'written', key: 'c' });
    ledger.touch(1_700_000_000_000);
    // Not closed: a process that is killed closes nothing.
    expect(new Ledger<Facts>(path).leftOver).toEqual({
      aliveAtMs: 1_700_000_000_000,
      entries: [
        { id: 'up', facts: { number: 1 }, objects: null },
        { id: 'over', facts: { number: 2 }, objects: [object('b')] },
      ],
    });
  });

  it('is empty at first, and after everything is written', () => {
    const first = new Ledger<Facts>(path);
    expect(first.leftOver).toEqual({ entries: [], aliveAtMs: 0 });
    first.append({ line: 'end', id: 'refused', objects: [object('a')] });
    first.append({ line: 'done', id: 'refused', key: 'a' });
    first.close();
    expect(new Ledger<Facts>(path).leftOver.entries).toEqual([]);
    expect(readFileSync(path, 'utf8')).toBe('');
  });

  it('passes over a line that was torn', () => {
    const ledger = new Ledger<Facts>(path);
    ledger.append({ line: 'begin', id: 'whole', facts: { number: 1 } });
    ledger.close();
    appendFileSync(path, '{"line":"begin","id":"torn","fac');
    expect(new Ledger<Facts>(path).leftOver.entries.map(({ id }) => id)).toEqual(['whole']);
  });

  it('does not grow with the calls that are over', async () => {
    const ledger = new Ledger<Facts>(path);
    ledger.append({ line: 'begin', id: 'long', facts: { number: 1 } });
    for (let count = 0; count < 10_000; count++) {
      ledger.append({ line: 'end', id: `${count}`, objects: [object('x'.repeat(100))] });
      ledger.append({ line: 'done', id: `${count}`, key: 'x'.repeat(100) });
    }
    await ledger.sync();
    ledger.close();
    expect(statSync(path).size).toBeLessThan(1_100_000);
    expect(new Ledger<Facts>(path).leftOver.entries.map(({ id }) => id)).toEqual(['long']);
  });
});

describe('the lines of a ledger', () => {
  it('never throw, whatever they are', () => {
    fc.assert(fc.property(fc.string(), (text) => void parseLedger(text)));
    fc.assert(fc.property(fc.json(), (text) => void parseLedger(`${text}\n${text}`)));
  });

  it('lead to the state they were written from', () => {
    const entry = fc.record({
      id: fc.string({ minLength: 1 }),
      facts: fc.record({ number: fc.integer() }),
      objects: fc.option(fc.array(fc.string().map(object), { minLength: 1 })),
    });
    fc.assert(
      fc.property(fc.uniqueArray(entry, { selector: ({ id }) => id }), (entries) => {
        expect(parseLedger<Facts>(serializeLedger(entries)).entries).toEqual(entries);
      }),
    );
  });
});
