import { ConfigError } from '../config/config-error.ts';
import type { Config } from '../config/schema.ts';
import { readConfiguredIdentity, type TlsIdentity } from './certificate.ts';
import type { Interfaces } from './reachable-address.ts';
import { certificateNames, keepSelfSignedIdentity } from './self-signed-identity.ts';

/**
 * What the TLS listener presents: the configured certificate, or our own.
 * @throws ConfigError when files cannot be read or written, or are not what they should be.
 */
export async function openTlsIdentity(
  { sip, dataDirectory }: Pick<Config, 'sip' | 'dataDirectory'>,
  interfaces: Interfaces,
  nowMs: number,
): Promise<TlsIdentity> {
  const { certificate, key } = sip.tls;
  if (certificate !== null && key !== null) return readConfiguredIdentity(certificate, key);
  const names = certificateNames(sip.domains, sip.advertisedAddress, interfaces);
  try {
    return await keepSelfSignedIdentity(dataDirectory, names, nowMs);
  } catch (error) {
    const { code, path } = error as NodeJS.ErrnoException;
    if (code === undefined || path === undefined) throw error;
    const detail = `the certificate cannot be kept there (${code}); name a folder that may be written, or set sip.tls.certificate and sip.tls.key`;
    throw new ConfigError([{ key: 'dataDirectory', source: path, detail }]);
  }
}
