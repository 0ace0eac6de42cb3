import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const MAIN = fileURLToPath(new URL('../../src/carillon.js', import.meta.url));

function run(...argv: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...argv], { encoding: 'utf8' });
  return { status, stdout, stderr };
}

describe('the program', () => {
  it('answers on standard output and exits with 0', () => {
    expect(run('--version')).toEqual({
      status: 0,
      stdout: expect.stringMatching(/^carillon \d/),
      stderr: '',
    });
  });

  it('complains on standard error and exits with 2', () => {
    const { status, stdout, stderr } = run('check', '--set', 'http.port=x');
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(/^carillon: The configuration has an error:\n {2}http\.port \(--set http\.port\)/);
  });

  it('does not mind a reader that leaves early', async () => {
    const child = spawn(process.execPath, [MAIN, 'check', '--help']);
    let complaints = '';
    child.stderr.on('data', (chunk) => {
      complaints += chunk;
    });
    child.stdout.destroy();
    const [status] = await once(child, 'close');
    expect({ status, complaints }).toEqual({ status: 0, complaints: '' });
  });
});
