import { createPrivateKey, X509Certificate } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { hostname } from 'node:os';
import type { TlsIdentity } from './certificate.ts';
import type { Interfaces } from './reachable-address.ts';

const DAY_MS = 86_400_000;
/** Browsers and some rooms refuse certificates that live longer (CA/Browser Forum ballot SC-22). */
const LIFETIME_MS = 397 * DAY_MS;
/** A clock that runs behind must not find the certificate unborn. */
const BACKDATED_MS = DAY_MS;
const RENEWED_BEFORE_END_MS = 7 * DAY_MS;

/**
 * The certificate we make ourselves, kept in `<dataDirectory>/tls` so that devices which were told to trust it
 * go on doing so. Made anew only when there is none, when it is broken, or a week before it expires.
 */
export async function keepSelfSignedIdentity(
  dataDirectory: string,
  names: readonly string[],
  nowMs: number,
): Promise<TlsIdentity> {
  const directory = `${dataDirectory}/tls`;
  const certificateFile = keptCertificateFile(dataDirectory);
  const keyFile = `${directory}/key.pem`;
  const kept = readKept(certificateFile, keyFile);
  if (kept !== null && isUsable(kept, nowMs)) return kept;
  const made = await makeSelfSignedIdentity(names, nowMs);
  mkdirSync(dataDirectory, { recursive: true });
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  writeWhole(keyFile, made.key, 0o600);
  writeWhole(certificateFile, made.certificate, 0o644);
  return made;
}

/** Where our own certificate is kept: what to make devices trust. */
export function keptCertificateFile(dataDirectory: string): string {
  return `${dataDirectory}/tls/certificate.pem`;
}

/** Every name and address a caller may dial: the domains, this host, its addresses. */
export function certificateNames(
  domains: readonly string[],
  advertisedAddress: string,
  interfaces: Interfaces,
): readonly string[] {
  const addresses = Object.values(interfaces)
    .flatMap((list) => list ?? [])
    .map(({ address }) => address)
    // Link-local addresses need a zone, which a certificate cannot name.
    .filter((address) => !address.startsWith('fe80:'));
  const advertised = advertisedAddress === 'auto' ? [] : [advertisedAddress];
  return [...new Set([...domains, ...advertised, hostname(), 'localhost', '127.0.0.1', ...addresses])];
}

/** EC P-256, signed with SHA-256 by itself. */
export async function makeSelfSignedIdentity(names: readonly string[], nowMs: number): Promise<TlsIdentity> {
  // Loaded here: it takes a tenth of a second, and only the first start needs it.
  const { generate } = await import('selfsigned');
  const altNames = names.map((name) =>
    isIP(name) > 0 ? { type: 7 as const, ip: name } : { type: 2 as const, value: name },
  );
  const made = await generate([{ name: 'commonName', value: names[0] ?? 'carillon' }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    notBeforeDate: new Date(nowMs - BACKDATED_MS),
    notAfterDate: new Date(nowMs - BACKDATED_MS + LIFETIME_MS),
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true, clientAuth: true },
      { name: 'subjectAltName', altNames },
    ],
  });
  return { certificate: made.cert, key: made.private };
}

function readKept(certificateFile: string, keyFile: string): TlsIdentity | null {
  try {
    return { certificate: readFileSync(certificateFile, 'utf8'), key: readFileSync(keyFile, 'utf8') };
  } catch {
    return null;
  }
}

/** Not when the two halves do not match: a crash may have come between them. */
function isUsable({ certificate, key }: TlsIdentity, nowMs: number): boolean {
  try {
    const parsed = new X509Certificate(certificate);
    const isTimely = Date.parse(parsed.validTo) - RENEWED_BEFORE_END_MS > nowMs;
    return isTimely && parsed.checkPrivateKey(createPrivateKey(key));
  } catch {
    return false;
  }
}

/** Never half a file, never readable by others for a moment. */
function writeWhole(file: string, text: string, mode: number): void {
  const unfinished = `${file}.${process.pid}.new`;
  writeFileSync(unfinished, text, { mode });
  renameSync(unfinished, file);
}
