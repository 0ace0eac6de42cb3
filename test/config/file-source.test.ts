import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { ConfigError } from '../../config/config-error.ts';
import { readFileSource } from '../../config/file-source.ts';
import { loadConfig } from '../../config/load.ts';

const folder = mkdtempSync(join(tmpdir(), 'carillon-config-file-'));
afterAll(() => rmSync(folder, { recursive: true }));

const site = join(folder, 'site.yaml');
function file(text: string): string {
  writeFileSync(site, text);
  return site;
}

describe('where a value stands', () => {
  const text = 'sip:\n  udpPort: 1\n  domains:\n    - a\n    - b\nbase: &base\n  x: 1\nuse: *base\n';
  it.each([
    [['sip'], 1],
    [['sip', 'udpPort'], 2],
    [['sip', 'domains', 1], 5],
    [['use', 'x'], 7],
    [['sip', 'tcpPort'], null],
    [['sip', 'domains', 2], null],
    [['sip', 'udpPort', 'x'], null],
  ])('%j is line %s', (path, line) => {
    expect(readFileSource(file(text)).locate(path)).toBe(line === null ? null : `${site}:${line}`);
  });
});

function messageOf(text: string): string {
  try {
    loadConfig({ file: file(text) });
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as ConfigError).message;
  }
  return '';
}

describe('a file that cannot be read', () => {
  it.each([
    ['that is not there', '/nowhere/site.yaml', 'cannot be read: there is no such file'],
    ['that is a folder', '/tmp', 'cannot be read: it is a folder, not a file'],
  ])('%s', (_, path, detail) => {
    expect(() => loadConfig({ file: path })).toThrow(`${path}: ${detail}`);
  });

  it.each([
    ['broken YAML', 'sip: {\nhttp: 1', /site\.yaml:\d+:\d+: /],
    ['a key twice', 'region: us-east-1\nregion: us-west-2', /site\.yaml:2:1: map keys must be unique/],
    ['a list at the top', '- 1\n- 2', /holds no keys/],
    ['just a word', 'hello', /holds no keys/],
  ])('%s', (_, text, expected) => {
    expect(messageOf(text)).toMatch(expected);
  });

  it('whose aliases multiply without end', () => {
    const levels = Array.from({ length: 12 }, (_, level) => {
      const alias = `*a${level}`;
      return `a${level + 1}: &a${level + 1} [${Array(10).fill(alias).join(', ')}]`;
    });
    expect(messageOf(['a0: &a0 [x]', ...levels].join('\n'))).toMatch(/alias/i);
  });

  it('and a variable that is wrong are told together', () => {
    const options = { file: '/nowhere.yaml', environment: { CARILLON_X: '1', CARILLON_HTTP: '{ port: ' } };
    expect(() => loadConfig(options)).toThrow('has 3 errors');
  });
});

it('whatever a file holds, it is read or refused with a ConfigError', () => {
  const value = fc.letrec((tie) => ({
    any: fc.oneof(
      { maxDepth: 3 },
      fc.constantFrom(null, true, 0, -1, 5060, 1e300, '', 'auto', '6064724824', '::1'),
      fc.string(),
      fc.array(tie('any'), { maxLength: 3 }),
      fc.dictionary(
        fc.oneof(fc.string(), fc.constantFrom('sip', 'media', 'meetings', 'id', 'udpPort', 'constructor')),
        tie('any'),
        { maxKeys: 4 },
      ),
    ),
  })).any;
  fc.assert(
    fc.property(value, (content) => {
      const path = file(JSON.stringify(content));
      try {
        loadConfig({ file: path });
      } catch (error) {
        expect(error).toBeInstanceOf(ConfigError);
        expect((error as ConfigError).issues.length).toBeGreaterThan(0);
      }
    }),
    { numRuns: 300 },
  );
});
