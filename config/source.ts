import type { KeyPath } from './key-path.ts';

/** One place that values come from: a file, the environment, the command line. */
export interface ConfigSource {
  /** The tree with this source's values laid over. */
  applyTo(tree: unknown): unknown;
  /** For a person, where this source sets the value at a path; null where it does not. */
  locate(path: KeyPath): string | null;
}
