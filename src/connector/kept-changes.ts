import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { ConfigError } from '../../config/config-error.ts';
import {
  phoneNumberSchema,
  voiceConnectorGroupSchema,
  voiceConnectorSchema,
} from '../../config/connector-schema.ts';
import { describeIssues } from '../../config/describe-issue.ts';
import { DIGEST_ALGORITHMS } from '../../signaling/sip/digest.ts';
import type { ConnectorCredentials } from './connector-credentials.ts';
import type { ConnectorDirectory } from './connector-directory.ts';
import type { PhoneNumber, VoiceConnectorDefinition, VoiceConnectorGroup } from './definition.ts';

const secretsSchema = z.record(z.string(), z.record(z.enum(DIGEST_ALGORITHMS), z.string()));

/** By ID; null is what was removed. Credentials are hashes, as in RFC 7616 §3.4.2. */
const changesSchema = z.strictObject({
  voiceConnectors: z.record(
    z.string(),
    z.strictObject({ definition: voiceConnectorSchema, secrets: secretsSchema }).nullable(),
  ),
  voiceConnectorGroups: z.record(z.string(), voiceConnectorGroupSchema.nullable()),
  phoneNumbers: z.record(z.string(), phoneNumberSchema.nullable()),
});

interface KeptConnector {
  readonly definition: VoiceConnectorDefinition;
  readonly secrets: ConnectorCredentials['secrets'];
}

interface Changes {
  readonly voiceConnectors: Record<string, KeptConnector | null>;
  readonly voiceConnectorGroups: Record<string, VoiceConnectorGroup | null>;
  readonly phoneNumbers: Record<string, PhoneNumber | null>;
}

const FILE_MODE = 0o600;
const DIRECTORY_MODE = 0o750;

/**
 * What was changed of connectors, groups and numbers while the service ran, kept in a file that is laid over the
 * configuration at the next start. Each change writes the file as a whole or not at all, also where the power fails.
 */
export class KeptChanges {
  readonly #path: string | null;
  readonly #onWritten: (error: Error | null) => void;
  readonly #changes: Changes;

  /**
   * @param path null keeps nothing
   * @param onWritten told of every write, with why it failed
   * @throws ConfigError where the file holds what it cannot
   */
  constructor(path: string | null, onWritten: (error: Error | null) => void) {
    this.#path = path;
    this.#onWritten = onWritten;
    this.#changes = path === null ? none() : readChanges(path);
  }

  /** Lays the changes of earlier runs over what the configuration says; ports stay the configuration's. */
  applyTo(directory: ConnectorDirectory): void {
    const { voiceConnectors, voiceConnectorGroups, phoneNumbers } = this.#changes;
    for (const [id, kept] of Object.entries(voiceConnectors)) {
      if (kept === null) {
        directory.connectors.delete(id);
        continue;
      }
      const port = directory.connectors.get(id)?.definition.port ?? null;
      directory.put({ ...kept.definition, port }).credentials.restore(kept.secrets);
    }
    lay(voiceConnectorGroups, directory.groups);
    lay(phoneNumbers, directory.numbers);
  }

  /** Keeps what the directory has of it now, or that it has it no more. */
  keepConnector(id: string, { connectors }: ConnectorDirectory): void {
    const connector = connectors.get(id);
    this.#changes.voiceConnectors[id] =
      connector === undefined
        ? null
        : { definition: connector.definition, secrets: connector.credentials.secrets };
    this.#write();
  }

  keepGroup(id: string, { groups }: ConnectorDirectory): void {
    this.#changes.voiceConnectorGroups[id] = groups.get(id) ?? null;
    this.#write();
  }

  keepNumber(number: string, { numbers }: ConnectorDirectory): void {
    this.#changes.phoneNumbers[number] = numbers.get(number) ?? null;
    this.#write();
  }

  /** At once: who changed something is told only then. */
  #write(): void {
    const path = this.#path;
    if (path === null) return;
    try {
      mkdirSync(dirname(path), { recursive: true, mode: DIRECTORY_MODE });
      const file = openSync(`${path}.new`, 'w', FILE_MODE);
      try {
        writeSync(file, `${JSON.stringify(this.#changes, null, 2)}\n`);
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
      renameSync(`${path}.new`, path);
      this.#onWritten(null);
    } catch (error) {
      this.#onWritten(error as Error);
    }
  }
}

function none(): Changes {
  return { voiceConnectors: {}, voiceConnectorGroups: {}, phoneNumbers: {} };
}

function lay<Item>(changes: Readonly<Record<string, Item | null>>, items: Map<string, Item>): void {
  for (const [id, item] of Object.entries(changes)) {
    if (item === null) items.delete(id);
    else items.set(id, item);
  }
}

function readChanges(path: string): Changes {
  let tree: unknown;
  try {
    tree = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return none();
    throw unreadable(path, error instanceof SyntaxError ? `is no JSON: ${error.message}` : String(error));
  }
  const parsed = changesSchema.safeParse(tree);
  if (parsed.success) return parsed.data;
  const rules = { schema: changesSchema, tree, locate: () => path };
  throw new ConfigError(describeIssues(parsed.error.issues, rules));
}

function unreadable(path: string, detail: string): ConfigError {
  const remedy = 'it holds what was changed over HTTP; mend it, or move it away to do without';
  return new ConfigError([{ key: 'trunk.changesFile', source: path, detail: `${detail}; ${remedy}` }]);
}
