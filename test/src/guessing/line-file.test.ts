import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LineFile } from '../../../src/guessing/line-file.ts';

let folder: string;
const troubles: (string | null)[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'carillon-lines-'));
  troubles.length = 0;
});

afterEach(() => rmSync(folder, { recursive: true }));

function open(path: string): LineFile {
  return new LineFile(path, (detail) => troubles.push(detail));
}

describe('LineFile', () => {
  it('adds lines in order, and goes on in a new file when the old one is moved away', async () => {
    const path = join(folder, 'logs/lines.jsonl');
    const file = open(path);
    file.push('1');
    file.push('2');
    await file.flush();
    renameSync(path, `${path}.1`);
    file.push('3');
    await file.flush();
    expect([`${path}.1`, path].map((name) => readFileSync(name, 'utf8'))).toEqual(['1\n2\n', '3\n']);
    expect(troubles).toEqual([]);
  });

  it('makes an empty file, and leaves one that is there', async () => {
    const path = join(folder, 'lines.jsonl');
    for (const line of ['1', '2']) {
      const file = open(path);
      file.create();
      file.push(line);
      await file.flush();
    }
    expect(readFileSync(path, 'utf8')).toBe('1\n2\n');
    const other = open(`${path}.2`);
    other.create();
    await other.flush();
    expect(readFileSync(`${path}.2`, 'utf8')).toBe('');
  });

  it('tells once that nothing can be written, and once that it can again', async () => {
    const blocked = join(folder, 'logs');
    writeFileSync(blocked, '');
    const file = open(join(blocked, 'lines.jsonl'));
    for (const line of ['1', '2']) {
      file.push(line);
      await file.flush();
    }
    rmSync(blocked);
    file.push('3');
    await file.flush();
    expect(troubles).toEqual([expect.stringContaining(blocked), null]);
    expect(readFileSync(join(blocked, 'lines.jsonl'), 'utf8')).toBe('3\n');
  });
});
