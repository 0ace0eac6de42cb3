import { ConfigError } from '../../config/config-error.ts';
import type { Config } from '../../config/schema.ts';
import { coversHost, readConfiguredIdentity, summarizeCertificate } from '../certificate.ts';
import { keptCertificateFile } from '../self-signed-identity.ts';
import { type Finding, fail, ok, warn } from './finding.ts';
import { readFileOrNull } from './resources.ts';

const SUBJECT = 'Certificate';
const DAY_MS = 86_400_000;
const EXPIRES_SOON_MS = 30 * DAY_MS;

/** Whether a room that looks at the certificate is content with it; nothing where TLS is off. */
export function checkCertificate(
  { sip, dataDirectory }: Pick<Config, 'sip' | 'dataDirectory'>,
  nowMs: number,
): Finding[] {
  if (sip.tlsPort === null) return [];
  const { certificate, key } = sip.tls;
  const wanted = sip.advertisedAddress === 'auto' ? sip.domains : [...sip.domains, sip.advertisedAddress];
  if (certificate === null || key === null) return [describeOwn(dataDirectory, wanted, nowMs)];
  try {
    return [describe(readConfiguredIdentity(certificate, key).certificate, certificate, wanted, nowMs)];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const [issue] = error.issues;
    return [fail(SUBJECT, `${issue?.source}: ${issue?.detail}`, `Set ${issue?.key}, or both keys to null.`)];
  }
}

function describeOwn(dataDirectory: string, wanted: readonly string[], nowMs: number): Finding {
  const file = keptCertificateFile(dataDirectory);
  const pem = readFileOrNull(file);
  if (pem === null) return ok(SUBJECT, 'none configured; our own is made at the first start');
  return describe(pem, file, wanted, nowMs);
}

function describe(pem: string, file: string, wanted: readonly string[], nowMs: number): Finding {
  const summary = readSummary(pem);
  if (summary === null)
    return fail(SUBJECT, `${file} is not a certificate`, 'Delete it; a new one is made at the next start.');
  const { notBeforeMs, notAfterMs, isSelfSigned } = summary;
  const until = new Date(notAfterMs).toISOString().slice(0, 10);
  const kind = isSelfSigned ? 'self-signed, ' : '';
  if (nowMs < notBeforeMs)
    return fail(SUBJECT, `${file} is not valid yet`, 'Set the clock, or use another certificate.');
  if (nowMs >= notAfterMs)
    return fail(SUBJECT, `${file} expired on ${until}`, 'Renew it; our own is renewed at the next start.');
  const missing = wanted.filter((name) => !coversHost(pem, name));
  if (missing.length > 0) {
    const hint = 'Rooms that verify names refuse it; use one that has them.';
    return warn(SUBJECT, `${kind}does not name ${missing.join(', ')}`, hint);
  }
  if (nowMs >= notAfterMs - EXPIRES_SOON_MS)
    return warn(SUBJECT, `${kind}expires on ${until}`, 'Renew it soon.');
  return ok(SUBJECT, `${kind}valid until ${until}`);
}

function readSummary(pem: string): ReturnType<typeof summarizeCertificate> | null {
  try {
    return summarizeCertificate(pem);
  } catch {
    return null;
  }
}
