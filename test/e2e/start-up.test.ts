import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FinishedProcess, runToEnd } from '../support/running-process.ts';
import { TestService } from '../support/service.ts';

const MAIN = fileURLToPath(new URL('../../src/carillon.js', import.meta.url));

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'carillon-start-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function run(...parameters: string[]): Promise<FinishedProcess> {
  return runToEnd(process.execPath, [MAIN, ...parameters], 20_000, { cwd: folder });
}

/** Every port free, so that nothing but the point of the test stands in the way. */
const ANY_PORTS = [
  'sip.udpPort',
  'sip.tcpPort',
  'sip.tlsPort',
  'sip.webSocketPort',
  'h323.port',
  'http.port',
].flatMap((key) => ['--set', `${key}=0`]);

describe('a start that must not be', () => {
  it.each([
    { setting: 'sip.udpPort=99999', tells: [/sip\.udpPort/, /99999/, /65535/] },
    { setting: 'sip.tlsPort=soon', tells: [/sip\.tlsPort/, /soon/, /65535/] },
    { setting: 'media.nat=sometimes', tells: [/media\.nat/, /sometimes/, /locked/, /learn/] },
    { setting: 'meetings=[{id: "12"}]', tells: [/meetings\[0\]\.id/, /12/, /10 digits/] },
    { setting: 'sip.udpProt=5060', tells: [/sip\.udpProt/, /sip\.udpPort/] },
  ])('$setting: key, what was found, what is allowed', async ({ setting, tells }) => {
    const finished = await run('serve', '--set', setting);
    expect(finished.exitCode).toBe(2);
    for (const told of tells) expect(finished.stderr).toMatch(told);
    expect(finished.stderr).not.toMatch(/^\s+at /m);
  });

  it.each([
    { key: 'sip.tcpPort', name: 'SIP over TCP', flag: '--tcp-port' },
    { key: 'h323.port', name: 'H.323', flag: '--h323-port' },
  ])('a taken port says which listener wants it and how to move it: $key', async ({ key, name, flag }) => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    try {
      const flags = [...ANY_PORTS, '--set', 'sip.address=127.0.0.1', '--set', `${key}=${port}`];
      const finished = await run('serve', ...flags);
      expect(finished.exitCode).toBe(1);
      expect(finished.stderr).toContain(name);
      expect(finished.stderr).toContain(String(port));
      expect(finished.stderr).toContain(flag);
      expect(finished.stderr).not.toMatch(/^\s+at /m);
    } finally {
      server.close();
    }
  });
});

describe('a start that is', () => {
  it('prints what to dial, with the real ports', async () => {
    const service = await TestService.start();
    expect(service.output).toContain('6064 72 4824');
    for (const transport of ['UDP', 'TCP', 'TLS', 'WS'] as const) {
      expect(service.output).toContain(String(service.port(transport)));
    }
    expect(service.output).toMatch(/sipp .*127\.0\.0\.1/);
    expect(service.output).toMatch(/baresip .*sip:6064724824@/);
    expect((await service.stop()).exitCode).toBe(0);
  });

  it('is named to a second one that wants its ports', async () => {
    const service = await TestService.start();
    const { port } = service.target('TCP');
    const flags = [...ANY_PORTS, '--set', 'sip.address=127.0.0.1', '--set', `sip.tcpPort=${port}`];
    expect((await run('serve', ...flags)).stderr).toMatch(/: carillon \(process \d+\) has it/);
    await service.stop();
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('ends with 0 on %s', async (signal) => {
    const service = await TestService.start();
    expect((await service.stop(signal)).exitCode).toBe(0);
  });

  it.each([['--help'], ['serve', '--help'], ['check', '--help']])(
    'explains itself: %s %s',
    async (...flags) => {
      const finished = await run(...flags.filter((flag) => flag !== undefined));
      expect(finished.exitCode).toBe(0);
      expect(finished.stdout).toMatch(/serve|check/);
    },
  );
});
