import { type FlagAssignment, readEnvironmentSource, readFlagSource } from './assignment-source.ts';
import { ConfigError, type ConfigIssue } from './config-error.ts';
import { findInconsistencies } from './consistency.ts';
import { describeIssues, describeValue, type ReadValues } from './describe-issue.ts';
import { readFileSource } from './file-source.ts';
import type { KeyPath } from './key-path.ts';
import { type Config, configSchema } from './schema.ts';
import { keyPathsOf } from './schema-keys.ts';
import type { ConfigSource } from './source.ts';

export interface LoadOptions {
  /** A file to lay over the default one; without it, the one CARILLON_CONFIG names, if any. */
  readonly file?: string | null;
  /** Usually `process.env`. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly flags?: readonly FlagAssignment[];
}

const DEFAULT_FILE = `${import.meta.dirname}/default.yaml`;

/**
 * The configuration: default file, then the user's file, the environment, the flags, each laid over the ones
 * before. Deep-frozen.
 * @throws ConfigError with all that is wrong.
 */
export function loadConfig({ file, environment = {}, flags = [] }: LoadOptions = {}): Config {
  const userFile = file ?? (environment['CARILLON_CONFIG'] || null);
  const sources = readAll([
    () => readFileSource(DEFAULT_FILE),
    () => (userFile === null ? null : readFileSource(userFile)),
    () => readEnvironmentSource(environment, keyPathsOf(configSchema)),
    () => readFlagSource(flags),
  ]);
  const tree = sources.reduce<unknown>((under, source) => source.applyTo(under), {});
  const parsed = configSchema.safeParse(tree);
  const read: ReadValues = { schema: configSchema, tree, locate: (path) => locate(path, sources) };
  if (!parsed.success) throw new ConfigError(describeIssues(parsed.error.issues, read));
  const inconsistencies = findInconsistencies(parsed.data);
  if (inconsistencies.length > 0) {
    throw new ConfigError(inconsistencies.map(({ path, allowed }) => describeValue(path, allowed, read)));
  }
  return deepFreeze(parsed.data);
}

/** Reads every source before complaining about any. */
function readAll(readers: readonly (() => ConfigSource | null)[]): ConfigSource[] {
  const issues: ConfigIssue[] = [];
  const sources = readers.flatMap((read) => {
    try {
      return read() ?? [];
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      issues.push(...error.issues);
      return [];
    }
  });
  if (issues.length > 0) throw new ConfigError(issues);
  return sources;
}

/** The strongest source that sets the path, or failing that the nearest group around it. */
function locate(path: KeyPath, sources: readonly ConfigSource[]): string {
  for (const source of sources.toReversed()) {
    const place = source.locate(path);
    if (place !== null) return place;
  }
  return path.length === 0 ? '' : locate(path.slice(0, -1), sources);
}

function deepFreeze<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null) return value;
  for (const member of Object.values(value)) deepFreeze(member);
  return Object.freeze(value);
}
