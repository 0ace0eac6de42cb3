import { parse } from 'yaml';
import { ConfigError, type ConfigIssue } from './config-error.ts';
import { environmentName, formatKeyPath, type KeyPath, parseKeyPath } from './key-path.ts';
import type { ConfigSource } from './source.ts';
import { suggest } from './suggestion.ts';
import { overlayAt, valueAt } from './value-tree.ts';

/** A flag of the command line that sets a key, for example `--set sip.udpPort=5070`. */
export interface FlagAssignment {
  /** The flag as the user knows it, for messages: `--set sip.udpPort` or `--udp-port`. */
  readonly flag: string;
  /** `sip.udpPort`, or `meetings[0].title` to reach into a list. */
  readonly key: string;
  readonly text: string;
}

interface Assignment {
  readonly path: KeyPath;
  readonly value: unknown;
  readonly label: string;
}

const PREFIX = 'CARILLON_';
/** Variables with the prefix that are no keys: CARILLON_CONFIG names the file. */
const OTHER_VARIABLES = ['CARILLON_CONFIG'];

/**
 * Each key has one variable: its path in capitals, words and levels separated by underscores, after
 * `CARILLON_`. An empty variable is one that is not set.
 * @throws ConfigError for `CARILLON_` variables that name no key, and for broken YAML in values.
 */
export function readEnvironmentSource(
  environment: Readonly<Record<string, string | undefined>>,
  keyPaths: readonly KeyPath[],
): ConfigSource {
  const pathByName = new Map(keyPaths.map((path) => [environmentName(path), path]));
  const issues: ConfigIssue[] = [];
  const assignments: Assignment[] = [];
  for (const [name, written = ''] of Object.entries(environment)) {
    if (!name.startsWith(PREFIX) || OTHER_VARIABLES.includes(name) || written === '') continue;
    const label = `environment variable ${name}`;
    const path = pathByName.get(name);
    if (path === undefined) {
      const suggestion = suggestVariable(name, pathByName.keys());
      const detail = `names no key${suggestion === null ? '' : `; did you mean ${suggestion}?`}`;
      issues.push({ key: '', source: label, detail });
    } else collect(assignments, issues, { path, label, written });
  }
  if (issues.length > 0) throw new ConfigError(issues);
  // A group before its members, however the environment is sorted.
  return sourceOf(assignments.sort((one, other) => one.path.length - other.path.length));
}

/** The prefix, which all share, would make all of them near. */
function suggestVariable(written: string, names: Iterable<string>): string | null {
  const stems = [...names].map((name) => name.slice(PREFIX.length));
  const near = suggest(written.slice(PREFIX.length), stems);
  return near === null ? null : `${PREFIX}${near}`;
}

/** @throws ConfigError for broken YAML in values. */
export function readFlagSource(flags: readonly FlagAssignment[]): ConfigSource {
  const issues: ConfigIssue[] = [];
  const assignments: Assignment[] = [];
  for (const { flag, key, text } of flags) {
    collect(assignments, issues, { path: parseKeyPath(key), label: flag, written: text });
  }
  if (issues.length > 0) throw new ConfigError(issues);
  return sourceOf(assignments);
}

function collect(
  assignments: Assignment[],
  issues: ConfigIssue[],
  { path, label, written }: { path: KeyPath; label: string; written: string },
): void {
  try {
    assignments.push({ path, label, value: readValue(written) });
  } catch (error) {
    const reason = (error as Error).message.split('\n')[0]?.replace(/ at line.*/, '');
    issues.push({ key: formatKeyPath(path), source: label, detail: `is not YAML: ${reason}` });
  }
}

/**
 * What a variable or flag says: a list, a group or quoted text in YAML's flow style; null, true, false or a
 * number; anything else is text as it stands, so that passwords need no quotes.
 */
function readValue(written: string): unknown {
  const trimmed = written.trim();
  if (/^[[{"']/.test(trimmed)) return parse(trimmed);
  if (trimmed === 'null') return null;
  if (trimmed === 'true' || trimmed === 'false') return trimmed === 'true';
  // A leading zero or plus stays: such digits are an ID or a telephone number.
  return /^-?(?:0|[1-9]\d{0,14})(?:\.\d+)?$/.test(trimmed) ? Number(trimmed) : written;
}

function sourceOf(assignments: readonly Assignment[]): ConfigSource {
  return {
    applyTo: (tree) => assignments.reduce((under, { path, value }) => overlayAt(under, path, value), tree),
    locate: (path) => assignments.findLast((assignment) => isSetBy(assignment, path))?.label ?? null,
  };
}

function isSetBy({ path: set, value }: Assignment, path: KeyPath): boolean {
  const isBelow = set.every((step, index) => String(path[index]) === String(step));
  return isBelow && valueAt(value, path.slice(set.length)) !== undefined;
}
