import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { ConfigError } from '../config/config-error.ts';

/** What the TLS listener presents. */
export interface TlsIdentity {
  /** PEM, own certificate first, then the chain. */
  readonly certificate: string;
  /** PEM. */
  readonly key: string;
}

/** What a certificate says of itself. */
export interface CertificateSummary {
  readonly names: readonly string[];
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
  readonly isSelfSigned: boolean;
}

/**
 * Reads the certificate and key that `sip.tls` names.
 * @throws ConfigError naming the key and the file, and saying what is wrong with it.
 */
export function readConfiguredIdentity(certificateFile: string, keyFile: string): TlsIdentity {
  const certificate = read('sip.tls.certificate', certificateFile);
  const key = read('sip.tls.key', keyFile);
  const parsed = parse('sip.tls.certificate', certificateFile, () => new X509Certificate(certificate));
  // PKCS #8 says so in its first line, the older format in its second (RFC 1421 §4.6.1.1).
  if (/^-----BEGIN ENCRYPTED|^Proc-Type: 4,ENCRYPTED/m.test(key)) {
    throw issue('sip.tls.key', keyFile, 'is encrypted; give a key without a passphrase');
  }
  const privateKey = parse('sip.tls.key', keyFile, () => createPrivateKey(key));
  if (!parsed.checkPrivateKey(privateKey)) {
    throw issue('sip.tls.key', keyFile, `is not the key of the certificate in ${certificateFile}`);
  }
  return { certificate, key };
}

export function summarizeCertificate(pem: string): CertificateSummary {
  const certificate = new X509Certificate(pem);
  const { subjectAltName = '' } = certificate;
  return {
    names: [...subjectAltName.matchAll(/(?:DNS|IP Address):([^,\s]+)/g)].map(([, name = '']) => name),
    notBeforeMs: Date.parse(certificate.validFrom),
    notAfterMs: Date.parse(certificate.validTo),
    isSelfSigned: certificate.verify(certificate.publicKey),
  };
}

/** Whether a caller that dials this name or address, and looks, finds it in the certificate (RFC 5922 §7.2). */
export function coversHost(pem: string, host: string): boolean {
  const certificate = new X509Certificate(pem);
  const covered = isIP(host) > 0 ? certificate.checkIP(host) : certificate.checkHost(host);
  return covered !== undefined;
}

function read(key: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw issue(key, file, code === 'ENOENT' ? 'there is no such file' : `cannot be read (${code})`);
  }
}

function parse<Parsed extends X509Certificate | KeyObject>(
  key: string,
  file: string,
  read: () => Parsed,
): Parsed {
  try {
    return read();
  } catch {
    throw issue(key, file, 'is not PEM, or of another kind; expected a text that begins with -----BEGIN');
  }
}

function issue(key: string, file: string, detail: string): ConfigError {
  return new ConfigError([{ key, source: file, detail }]);
}
