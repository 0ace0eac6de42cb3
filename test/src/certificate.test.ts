import { createPrivateKey, generateKeyPairSync, X509Certificate } from 'node:crypto';
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSecureContext } from 'node:tls';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ConfigError } from '../../config/config-error.ts';
import { configSchema } from '../../config/schema.ts';
import {
  coversHost,
  readConfiguredIdentity,
  summarizeCertificate,
  type TlsIdentity,
} from '../../src/certificate.ts';
import {
  certificateNames,
  keepSelfSignedIdentity,
  makeSelfSignedIdentity,
} from '../../src/self-signed-identity.ts';
import { openTlsIdentity } from '../../src/tls-identity.ts';

const DAY_MS = 86_400_000;
const NOW_MS = Date.parse('2026-06-01T12:00:00Z');
const NAMES = ['meet.chime.in', 'rooms.example.com', '192.0.2.7', '2001:db8::7'];

let folder: string;
let identity: TlsIdentity;
beforeAll(async () => {
  identity = await makeSelfSignedIdentity(NAMES, NOW_MS);
});
const folders: string[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'carillon-tls-'));
  folders.push(folder);
});
afterAll(() => {
  for (const used of folders) rmSync(used, { recursive: true });
});

describe('our own certificate', () => {
  it('is EC P-256, signed with SHA-256, for servers, and no authority', () => {
    const certificate = new X509Certificate(identity.certificate);
    expect(certificate.publicKey.asymmetricKeyDetails).toEqual({ namedCurve: 'prime256v1' });
    expect(certificate.signatureAlgorithm).toBe('ecdsa-with-SHA256');
    expect(certificate.ca).toBe(false);
    expect(certificate.checkPrivateKey(createPrivateKey(identity.key))).toBe(true);
    expect(() => createSecureContext({ cert: identity.certificate, key: identity.key })).not.toThrow();
  });

  it.each(NAMES)('names %s', (name) => expect(coversHost(identity.certificate, name)).toBe(true));
  it.each(['chime.in', '192.0.2.8', '::1'])('does not name %s', (name) => {
    expect(coversHost(identity.certificate, name)).toBe(false);
  });

  it('lives a year and a bit, from the day before', () => {
    const { notBeforeMs, notAfterMs, isSelfSigned } = summarizeCertificate(identity.certificate);
    expect(notBeforeMs).toBe(NOW_MS - DAY_MS);
    expect(notAfterMs - notBeforeMs).toBe(397 * DAY_MS);
    expect(isSelfSigned).toBe(true);
  });

  it('is made once and kept, its key for nobody else to read', async () => {
    const made = await keepSelfSignedIdentity(folder, NAMES, NOW_MS);
    expect(statSync(`${folder}/tls/key.pem`).mode & 0o777).toBe(0o600);
    expect(statSync(`${folder}/tls`).mode & 0o777).toBe(0o700);
    // Trusted by devices already: other names are no reason for another certificate.
    expect(await keepSelfSignedIdentity(folder, ['other.example.com'], NOW_MS + 300 * DAY_MS)).toEqual(made);
  });

  it('is made anew a week before it ends', async () => {
    const made = await keepSelfSignedIdentity(folder, NAMES, NOW_MS);
    expect(await keepSelfSignedIdentity(folder, NAMES, NOW_MS + 388 * DAY_MS)).toEqual(made);
    const renewed = await keepSelfSignedIdentity(folder, NAMES, NOW_MS + 390 * DAY_MS);
    expect(renewed.certificate).not.toBe(made.certificate);
    expect(readFileSync(`${folder}/tls/certificate.pem`, 'utf8')).toBe(renewed.certificate);
  });

  it.each([
    ['key', 'rubbish'],
    ['certificate', 'rubbish'],
    [
      'key',
      () =>
        generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({
          type: 'pkcs8',
          format: 'pem',
        }),
    ],
  ])('is made anew when the %s does not fit', async (file, content) => {
    const made = await keepSelfSignedIdentity(folder, NAMES, NOW_MS);
    writeFileSync(`${folder}/tls/${file}.pem`, typeof content === 'string' ? content : content());
    const renewed = await keepSelfSignedIdentity(folder, NAMES, NOW_MS);
    expect(renewed.certificate).not.toBe(made.certificate);
    expect(await keepSelfSignedIdentity(folder, NAMES, NOW_MS)).toEqual(renewed);
  });

  it('names what callers may dial, each once, without link-local addresses', () => {
    const address = { netmask: '', mac: '', internal: false, cidr: null, scopeid: 0 };
    const names = certificateNames(['meet.chime.in', 'localhost'], 'rooms.example.com', {
      eth0: [
        { ...address, family: 'IPv4', address: '192.0.2.7' },
        { ...address, family: 'IPv6', address: 'fe80::1' },
      ],
    });
    expect(names).toEqual(
      expect.arrayContaining(['meet.chime.in', 'rooms.example.com', 'localhost', '192.0.2.7']),
    );
    expect(names).not.toContain('fe80::1');
    expect(new Set(names).size).toBe(names.length);
    expect(certificateNames([], 'auto', {})).not.toContain('auto');
  });
});

describe('a configured certificate', () => {
  function write(name: string, content: string): string {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  }

  it('is read with its key', () => {
    const files = [write('cert.pem', identity.certificate), write('key.pem', identity.key)] as const;
    expect(readConfiguredIdentity(...files)).toEqual(identity);
  });

  it.each([
    ['no certificate file', null, 'key', 'sip.tls.certificate', 'there is no such file'],
    ['no key file', 'certificate', null, 'sip.tls.key', 'there is no such file'],
    ['a certificate that is none', 'rubbish', 'key', 'sip.tls.certificate', 'is not PEM'],
    ['a key that is none', 'certificate', 'rubbish', 'sip.tls.key', 'is not PEM'],
    ['the two swapped', 'key', 'certificate', 'sip.tls.certificate', 'is not PEM'],
    ['the key of another', 'certificate', 'other', 'sip.tls.key', 'is not the key of the certificate in'],
    ['a key with a passphrase', 'certificate', 'encrypted', 'sip.tls.key', 'is encrypted'],
  ])('with %s is an error of the configuration', (_, certificate, key, blamed, detail) => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const encryption = { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' } as const;
    const contents: Record<string, string> = {
      ...identity,
      rubbish: 'rubbish',
      other: String(privateKey.export({ type: 'pkcs8', format: 'pem' })),
      encrypted: String(privateKey.export(encryption)),
    };
    const at = (name: string, kind: string | null) =>
      kind === null ? join(folder, 'missing.pem') : write(name, contents[kind]!);
    const read = () => readConfiguredIdentity(at('a.pem', certificate), at('b.pem', key));
    expect(read).toThrow(ConfigError);
    expect(read).toThrow(new RegExp(`${blamed} \\(${folder}/\\w+\\.pem\\): ${detail}`));
  });

  it('is taken in place of our own', async () => {
    const tls = { certificate: write('cert.pem', identity.certificate), key: write('key.pem', identity.key) };
    const config = configSchema.parse({ sip: { tls }, dataDirectory: '/nowhere/at/all' });
    expect(await openTlsIdentity(config, {}, NOW_MS)).toEqual(identity);
  });
});

describe('a data folder that cannot be written', () => {
  it('is an error of the configuration', async () => {
    const config = configSchema.parse({ dataDirectory: write('a-file', '') });
    await expect(openTlsIdentity(config, {}, NOW_MS)).rejects.toThrow(
      /dataDirectory .*cannot be kept there \(E/,
    );
  });

  function write(name: string, content: string): string {
    const path = join(folder, name);
    writeFileSync(path, content);
    chmodSync(path, 0o600);
    return path;
  }
});
