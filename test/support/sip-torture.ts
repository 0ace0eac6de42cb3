import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The messages of RFC 4475 lie beside the checkout where they are at all; they are not ours to ship. */
const FOLDER = join(import.meta.dirname, '../../../shared/captures/sip-torture');

export const hasTortureMessages = existsSync(FOLDER);

/** Says why tests are skipped, once for the file that asks. */
export function warnIfAbsent(): void {
  if (!hasTortureMessages) console.warn(`RFC 4475 messages are absent: ${FOLDER} does not exist`);
}

/** The message as RFC 4475 names it, `wsinv`. */
export function readTortureMessage(name: string): Buffer {
  return readFileSync(join(FOLDER, `${name}.dat`));
}

/** Every message of the folder; empty if there is none. */
export function readTortureMessages(): Buffer[] {
  if (!hasTortureMessages) return [];
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith('.dat'))
    .map((name) => readFileSync(join(FOLDER, name)));
}
