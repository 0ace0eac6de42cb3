import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConfigError } from '../../../config/config-error.ts';
import { voiceConnectorSchema } from '../../../config/connector-schema.ts';
import { configSchema } from '../../../config/schema.ts';
import { ConnectorAdministration } from '../../../src/connector/connector-administration.ts';
import { ConnectorDirectory } from '../../../src/connector/connector-directory.ts';
import { KeptChanges } from '../../../src/connector/kept-changes.ts';
import { CONNECTOR_ID, OFFICE_NUMBER, SECOND_ID } from '../../support/trunk-rig.ts';

const CONFIG = configSchema.parse({
  voiceConnectors: [
    { id: CONNECTOR_ID, name: 'office', port: 5090, termination: { cpsLimit: 3 } },
    { id: SECOND_ID, name: 'second' },
  ],
  phoneNumbers: [{ number: OFFICE_NUMBER, voiceConnectorId: CONNECTOR_ID }],
});
const changed = voiceConnectorSchema.parse({
  id: CONNECTOR_ID,
  name: 'changed',
  port: 5090,
  termination: { credentials: [{ userName: 'office', password: 'secret' }] },
});

let folder: string;
let path: string;
let troubles: (string | null)[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'carillon-changes-'));
  path = join(folder, 'below', 'connectors.json');
  troubles = [];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A service that starts: its configuration, with what was changed before laid over. */
function start(config = CONFIG, file: string | null = path) {
  const kept = new KeptChanges(file, (error) => troubles.push(error?.message ?? null));
  const directory = new ConnectorDirectory(config);
  kept.applyTo(directory);
  return { directory, administration: new ConnectorAdministration(directory, kept, () => null) };
}

describe('what is changed while the service runs', () => {
  it('is there at the next start, with the configuration beneath', () => {
    const first = start();
    first.administration.put(changed);
    first.administration.putCredential(CONNECTOR_ID, 'second user', 'other');
    first.administration.removeCredential(CONNECTOR_ID, 'second user');
    first.administration.putGroup({
      id: 'all',
      name: 'all',
      items: [{ voiceConnectorId: SECOND_ID, priority: 1 }],
    });
    first.administration.putNumber({
      number: OFFICE_NUMBER,
      voiceConnectorId: null,
      voiceConnectorGroupId: 'all',
    });
    const { directory, administration } = start();
    expect(administration.get(CONNECTOR_ID)).toMatchObject({ name: 'changed', userNames: ['office'] });
    expect(administration.get(SECOND_ID)).toMatchObject({ name: 'second' });
    expect(administration.groups()).toHaveLength(1);
    expect(directory.numbers.get(OFFICE_NUMBER)?.voiceConnectorGroupId).toBe('all');
    expect(troubles).toEqual(troubles.map(() => null));
  });

  it('stays away when it was removed, though the configuration has it', () => {
    const { administration } = start();
    administration.removeNumber(OFFICE_NUMBER);
    administration.remove(CONNECTOR_ID);
    const next = start();
    expect(next.administration.get(CONNECTOR_ID)).toBeNull();
    expect(next.administration.numbers()).toEqual([]);
  });

  it('keeps passwords as hashes, in a file that is for us alone', () => {
    start().administration.put(changed);
    const text = readFileSync(path, 'utf8');
    expect(text).not.toContain('secret"');
    expect(text).not.toMatch(/"password"/);
    expect(JSON.parse(text).voiceConnectors[CONNECTOR_ID].secrets.office.MD5).toMatch(/^[\da-f]{32}$/);
    expect(statSync(path).mode & 0o077).toBe(0);
    expect(existsSync(`${path}.new`)).toBe(false);
  });

  it('has the port of the configuration, which alone opens ports', () => {
    start().administration.put(changed);
    const moved = configSchema.parse({ voiceConnectors: [{ id: CONNECTOR_ID, name: 'office', port: 5091 }] });
    expect(start(moved).administration.get(CONNECTOR_ID)).toMatchObject({ name: 'changed', port: 5091 });
  });

  it('is forgotten where no file is to keep it', () => {
    start(CONFIG, null).administration.put(changed);
    expect(start(CONFIG, null).administration.get(CONNECTOR_ID)).toMatchObject({ name: 'office' });
  });

  it('is in force, and told of, where it cannot be written', () => {
    const { administration } = start();
    writeFileSync(join(folder, 'below'), 'a file where a folder should be');
    administration.put(changed);
    expect(administration.get(CONNECTOR_ID)).toMatchObject({ name: 'changed' });
    expect(troubles).toEqual([expect.stringMatching(/EEXIST|ENOTDIR/)]);
  });

  it.each([
    ['no JSON', '{"voiceConnectors":', 'trunk.changesFile'],
    [
      'of another shape',
      '{"voiceConnectors":{},"voiceConnectorGroups":{},"phoneNumbers":{"a":7}}',
      'phoneNumbers',
    ],
  ])('stops the start where its file is %s', (_, text, key) => {
    start().administration.put(changed);
    writeFileSync(path, text);
    expect(() => start()).toThrow(ConfigError);
    expect(() => start()).toThrow(new RegExp(key));
  });
});
