import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { checkCommand } from '../../../src/cli/check.ts';
import { RecordedSurroundings } from './recorded-surroundings.ts';

const data = mkdtempSync(join(tmpdir(), 'carillon-check-'));
afterAll(() => rmSync(data, { recursive: true }));

const ANY_PORTS = ['udp', 'tcp', 'tls', 'websocket', 'http'].flatMap((name) => [`--${name}-port`, '0']);
/** Few enough for the file descriptors of any machine. */
const FEW = ['--set', 'limits.maxCalls=10', '--set', 'sip.maxConnections=10'];
const BASE = ['--address', '127.0.0.1', '--data', data, ...FEW, ...ANY_PORTS];

async function run(argv: readonly string[], isTerminal = false) {
  const surroundings = new RecordedSurroundings({}, isTerminal);
  const exitCode = await checkCommand.run(argv, surroundings);
  return { exitCode, printed: surroundings.printed };
}

describe('carillon check', () => {
  it('lists what it looked at and what to open, and is content', async () => {
    const { exitCode, printed } = await run(BASE);
    expect(printed).toMatch(/^ {2}✓ Node\.js {2,}v\d/);
    expect(printed).toContain('✓ SIP over UDP        takes any free UDP port on 127.0.0.1');
    expect(printed).toMatch(
      /! Advertised address {2}auto, which is 127\.0\.0\.1\n +→ Other machines cannot call/,
    );
    expect(printed).not.toContain('\u001b');
    expect(exitCode).toBe(0);
  });

  it('fails for a port that somebody else has, and says who and what to do', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const { exitCode, printed } = await run([...BASE, '--tls-port', String(port)]);
    server.close();
    expect(exitCode).toBe(1);
    expect(printed).toContain(`✗ SIP over TLS        cannot have TCP port ${port}`);
    expect(printed).toMatch(/→ Move it with --tls-port \d+ or sip\.tlsPort/);
    expect(printed).toMatch(/\n1 of \d+ checks failed; rooms cannot call like this\.\n$/);
  });

  it('is content with a port that a running Carillon serves', async () => {
    const http = createHttpServer((_request, response) => {
      response.end(JSON.stringify({ service: 'carillon', listeners: [{ key: 'http.port', port }] }));
    }).listen(0, '127.0.0.1');
    await once(http, 'listening');
    const { port } = http.address() as AddressInfo;
    const { exitCode, printed } = await run([...BASE, '--http-port', String(port)]);
    http.close();
    http.closeAllConnections();
    expect(printed).toContain(`TCP port ${port} on 127.0.0.1 is served by the Carillon that is running`);
    expect(exitCode).toBe(0);
  });

  it('prints one JSON document', async () => {
    const { printed } = await run([...BASE, '--json', '--set', 'sip.tlsPort=5999']);
    const report = JSON.parse(printed);
    expect(Object.keys(report)).toEqual(['verdict', 'findings', 'firewall']);
    expect(report.findings).toContainEqual({
      subject: 'SIP over UDP',
      verdict: 'ok',
      detail: 'takes any free UDP port on 127.0.0.1',
      hint: null,
    });
  });

  it('shows colors to a person only', async () => {
    expect((await run(BASE, true)).printed).toContain('\u001b[32m✓\u001b[0m');
  });
});
