import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PICKED_RAS } from './picked-ras-types.ts';
import { PICKED_H225, PICKED_H245, PICKED_H245_CAPABILITIES } from './picked-types.ts';
import { createSchema } from './schema.ts';
import { declareTypes } from './type-declarations.ts';

const ROOT = join(import.meta.dirname, '../../../..');
/** The ITU-T modules as text are specification data and stand beside the repository, not in it. */
const MODULE_DIRECTORY = join(ROOT, '../shared/asn1');

const H225 = { from: './h225-types.ts', picked: PICKED_H225 };
const H245_CAPABILITIES = { from: './h245-capability-types.ts', picked: PICKED_H245_CAPABILITIES };

/** Whether this machine has the modules to generate from. */
export const hasModules = existsSync(MODULE_DIRECTORY);

/** Path → text of every generated file, formatted as the linter wants it. */
export function generateFiles(): ReadonlyMap<string, string> {
  const schema = createSchema((name) => readFileSync(join(MODULE_DIRECTORY, `${name}.asn`), 'utf8'));
  const { h225 = {}, h245 = {} } = schema;
  const texts = [
    ['schema.json', JSON.stringify(schema)],
    ['h225-types.ts', declareTypes(h225, PICKED_H225, headerFor('H.225.0 v7'))],
    ['ras-types.ts', declareTypes(h225, PICKED_RAS, headerFor('H.225.0 v7'), H225)],
    ['h245-types.ts', declareTypes(h245, PICKED_H245, headerFor('H.245 v15'), H245_CAPABILITIES)],
    ['h245-capability-types.ts', declareTypes(h245, PICKED_H245_CAPABILITIES, headerFor('H.245 v15'))],
  ] as const;
  return new Map(
    texts.map(([name, text]) => {
      const path = join(ROOT, 'signaling/h323', name);
      return [path, formatted(text, path)];
    }),
  );
}

function headerFor(recommendation: string): string {
  return `/**
 * Generated from the ASN.1 of ${recommendation} by the schema generator of the tests: what we read and write of it.
 * A received choice may be any other alternative of the schema, so every switch has a default.
 */`;
}

function formatted(text: string, path: string): string {
  const biome = join(ROOT, 'node_modules/.bin/biome');
  const options = { cwd: ROOT, input: text, encoding: 'utf8', maxBuffer: 1 << 24 } as const;
  return execFileSync(biome, ['format', `--stdin-file-path=${path}`], options);
}

// `node test/signaling/h323/schema-generator/generate.ts` writes them anew.
if (import.meta.main) {
  for (const [path, text] of generateFiles()) writeFileSync(path, text);
}
