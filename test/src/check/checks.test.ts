import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { configSchema } from '../../../config/schema.ts';
import { checkAdvertisedAddress, checkUdpRoundTrip } from '../../../src/check/addresses.ts';
import { firewallRules } from '../../../src/check/firewall.ts';
import {
  checkClock,
  checkDataDirectory,
  checkFileDescriptors,
  checkMediaPorts,
  checkNodeVersion,
  checkReceiveBuffer,
  readOpenFilesLimit,
} from '../../../src/check/resources.ts';
import { checkCertificate } from '../../../src/check/tls.ts';
import { keepSelfSignedIdentity, makeSelfSignedIdentity } from '../../../src/self-signed-identity.ts';

const folder = mkdtempSync(join(tmpdir(), 'carillon-check-'));
afterAll(() => rmSync(folder, { recursive: true }));

const config = (written: object = {}) => configSchema.parse(written);
const INTERFACES = {
  eth0: [
    {
      address: '192.0.2.7',
      family: 'IPv4',
      internal: false,
      netmask: '255.255.255.0',
      mac: '',
      cidr: '192.0.2.7/24',
    } as const,
  ],
};

describe('the advertised address', () => {
  const resolve = async (host: string) => {
    if (host === 'here.example') return ['198.51.100.1', '192.0.2.7'];
    if (host === 'there.example') return ['198.51.100.1'];
    throw new Error('ENOTFOUND');
  };
  it.each([
    ['auto', '0.0.0.0', 'ok', 'auto, which is 192.0.2.7'],
    ['auto', '127.0.0.1', 'warn', 'auto, which is 127.0.0.1'],
    ['192.0.2.7', '0.0.0.0', 'ok', 'is on this machine'],
    ['198.51.100.1', '0.0.0.0', 'warn', 'is not on this machine'],
    ['here.example', '0.0.0.0', 'ok', 'here.example is 198.51.100.1, 192.0.2.7'],
    ['there.example', '0.0.0.0', 'warn', 'none of them on this machine'],
    ['nowhere.example', '0.0.0.0', 'fail', 'cannot be resolved'],
  ])('%s, listening on %s: %s', async (advertisedAddress, address, verdict, detail) => {
    const finding = await checkAdvertisedAddress({ advertisedAddress, address }, INTERFACES, resolve);
    expect(finding).toMatchObject({ verdict, detail: expect.stringContaining(detail) });
    expect(finding.hint === null).toBe(verdict === 'ok');
  });

  it('on a machine without a network is no use to others', async () => {
    const sip = { advertisedAddress: 'auto', address: '0.0.0.0' };
    expect(await checkAdvertisedAddress(sip, {})).toMatchObject({ verdict: 'warn' });
  });
});

describe('the UDP round trip', () => {
  it.each(['127.0.0.1', '0.0.0.0', '::'])('comes back over loopback, listening on %s', async (address) => {
    expect(await checkUdpRoundTrip(address, '127.0.0.1')).toMatchObject({
      verdict: 'ok',
      detail: expect.stringMatching(/^\d+\.\d ms to 127\.0\.0\.1 and back$/),
    });
  });

  it('fails where the address cannot be used', async () => {
    expect(await checkUdpRoundTrip('192.0.2.200', '192.0.2.200')).toMatchObject({ verdict: 'fail' });
  });
});

describe('resources', () => {
  it.each([
    ['v24.0.0', 'ok'],
    ['v26.1.0', 'ok'],
    ['v22.9.0', 'fail'],
    ['?', 'fail'],
  ])('Node.js %s: %s', (version, verdict) => expect(checkNodeVersion(version).verdict).toBe(verdict));

  it.each([
    // 2 sockets a call, 100 for the rest, and the connections.
    [300, 'ok'],
    [299, 'warn'],
    [200, 'warn'],
    [199, 'fail'],
    [Number.POSITIVE_INFINITY, 'ok'],
    [null, 'warn'],
  ])('%s file descriptors for 50 calls and 100 connections: %s', (limit, verdict) => {
    const needed = config({ limits: { maxCalls: 50 }, sip: { maxConnections: 100 } });
    expect(checkFileDescriptors(needed, limit).verdict).toBe(verdict);
  });

  it.each([
    ['Max open files            1024                 1048576              files     ', 1024],
    [
      'Max open files            unlimited            unlimited            files     ',
      Number.POSITIVE_INFINITY,
    ],
    ['Max processes             7                    7                    processes ', null],
    [null, null],
  ])('the limit is read from %j', (text, limit) => expect(readOpenFilesLimit(text)).toBe(limit));

  it.each([
    [
      'room for all',
      { media: { portRange: [20_000, 20_099] }, limits: { maxCalls: 50 } },
      'ok',
      'room for 50 calls',
    ],
    [
      'one too few',
      { media: { portRange: [20_000, 20_098] }, limits: { maxCalls: 50 } },
      'warn',
      'room for 49 calls',
    ],
    ['SIP inside', { sip: { udpPort: 20_000 } }, 'warn', 'sip.udpPort 20000 lies inside'],
  ])('media ports: %s', (_, written, verdict, detail) => {
    expect(checkMediaPorts(config(written))).toMatchObject({
      verdict,
      detail: expect.stringContaining(detail),
    });
  });

  it('a small receive buffer is told with the command that mends it', () => {
    expect(checkReceiveBuffer(212_992)).toMatchObject([
      { verdict: 'warn', hint: expect.stringContaining('sysctl -w net.core.rmem_max=4194304') },
    ]);
    expect(checkReceiveBuffer(4_194_304)).toMatchObject([{ verdict: 'ok' }]);
    expect(checkReceiveBuffer(null)).toEqual([]);
  });

  it('a clock behind the installation is wrong', () => {
    expect(checkClock(1_700_000_000_000, 1_700_000_000_000).verdict).toBe('ok');
    expect(checkClock(0, 1_700_000_000_000)).toMatchObject({ verdict: 'fail' });
  });

  it('a data folder is made, and one that cannot be is told', () => {
    expect(checkDataDirectory(join(folder, 'made')).verdict).toBe('ok');
    writeFileSync(join(folder, 'file'), '');
    expect(checkDataDirectory(join(folder, 'file', 'below'))).toMatchObject({ verdict: 'fail' });
  });
});

describe('the certificate', () => {
  const NOW_MS = Date.parse('2026-06-01T12:00:00Z');
  const DAY_MS = 86_400_000;

  async function findings(nowMs: number, written: object = {}) {
    const { certificate, key } = await makeSelfSignedIdentity(['meet.chime.in'], NOW_MS);
    const tls = { certificate: join(folder, 'c.pem'), key: join(folder, 'k.pem') };
    writeFileSync(tls.certificate, certificate);
    writeFileSync(tls.key, key);
    return checkCertificate(config({ sip: { tls, ...written } }), nowMs);
  }

  it.each([
    ['in its time', NOW_MS, {}, 'ok', 'self-signed, valid until 2027-07-02'],
    ['before its time', NOW_MS - 2 * DAY_MS, {}, 'fail', 'not valid yet'],
    ['near its end', NOW_MS + 370 * DAY_MS, {}, 'warn', 'expires on 2027-07-02'],
    ['after its end', NOW_MS + 400 * DAY_MS, {}, 'fail', 'expired on 2027-07-02'],
    ['for another domain', NOW_MS, { domains: ['rooms.example'] }, 'warn', 'does not name rooms.example'],
    ['for another address', NOW_MS, { advertisedAddress: '192.0.2.7' }, 'warn', 'does not name 192.0.2.7'],
  ])('%s', async (_, nowMs, written, verdict, detail) => {
    expect(await findings(nowMs, written)).toMatchObject([
      { verdict, detail: expect.stringContaining(detail) },
    ]);
  });

  it('that cannot be read is told with its key', () => {
    const tls = { certificate: join(folder, 'missing.pem'), key: join(folder, 'k.pem') };
    expect(checkCertificate(config({ sip: { tls } }), NOW_MS)).toMatchObject([
      { verdict: 'fail', hint: 'Set sip.tls.certificate, or both keys to null.' },
    ]);
  });

  it('of our own is looked at once it is there', async () => {
    const dataDirectory = join(folder, 'own');
    const own = config({ dataDirectory });
    expect(checkCertificate(own, NOW_MS)).toMatchObject([
      { verdict: 'ok', detail: expect.stringContaining('is made') },
    ]);
    await keepSelfSignedIdentity(dataDirectory, ['meet.chime.in'], NOW_MS);
    expect(checkCertificate(own, NOW_MS)).toMatchObject([
      { verdict: 'ok', detail: expect.stringContaining('valid') },
    ]);
    writeFileSync(join(dataDirectory, 'tls', 'certificate.pem'), 'rubbish');
    expect(checkCertificate(own, NOW_MS)).toMatchObject([{ verdict: 'fail' }]);
  });

  it('does not matter where TLS is off', () => {
    expect(checkCertificate(config({ sip: { tlsPort: null } }), NOW_MS)).toEqual([]);
  });
});

describe('the firewall', () => {
  const lines = (written: object) =>
    firewallRules(config(written)).map(
      ({ protocol, firstPort, lastPort }) => `${protocol} ${firstPort}-${lastPort}`,
    );

  it('is to let through what others call, and not what only this machine does', () => {
    expect(lines({})).toEqual([
      'UDP 5060-5060',
      'TCP 5060-5060',
      'TCP 5061-5061',
      'TCP 5066-5066',
      'TCP 1720-1720',
      'UDP 10000-60000',
      'TCP 5100-6200',
      'UDP 5100-6200',
    ]);
  });

  it('has no line for what is off, takes any port, or is on loopback', () => {
    const sip = { udpPort: 0, tcpPort: null, tlsPort: null, webSocketPort: null };
    expect(lines({ sip, h323: { enabled: false } })).toEqual(['UDP 10000-60000']);
    expect(lines({ sip, h323: { port: 0 } })).toEqual(['UDP 10000-60000', 'TCP 5100-6200', 'UDP 5100-6200']);
    expect(lines({ sip: { address: '127.0.0.1' }, http: { address: '0.0.0.0' } })).toEqual(['TCP 8080-8080']);
  });
});
