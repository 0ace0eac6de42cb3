import { describe, expect, it } from 'vitest';
import packageDescription from '../../../package.json' with { type: 'json' };
import { runCommandLine } from '../../../src/cli/command-line.ts';
import { RecordedSurroundings } from './recorded-surroundings.ts';

async function run(...argv: string[]) {
  const surroundings = new RecordedSurroundings();
  const exitCode = await runCommandLine(argv, surroundings);
  return { exitCode, printed: surroundings.printed, complained: surroundings.complained };
}

describe('carillon', () => {
  it('says its version', async () => {
    const { exitCode, printed } = await run('--version');
    expect({ exitCode, printed }).toEqual({
      exitCode: 0,
      printed: `carillon ${packageDescription.version} (Node.js ${process.version})\n`,
    });
  });

  it.each([['--help'], ['-h'], ['help']])('helps with %s', async (word) => {
    const { exitCode, printed, complained } = await run(word);
    expect(exitCode).toBe(0);
    expect(printed).toContain('Usage: carillon COMMAND');
    expect(printed).toMatch(/^ {2}serve {2,}\S/m);
    expect(complained).toBe('');
  });

  it('helps with a command, both ways round', async () => {
    const after = await run('check', '--help');
    expect(after.exitCode).toBe(0);
    expect(after.printed).toMatch(/^Usage: carillon check/);
    expect(await run('help', 'check')).toEqual(after);
  });

  it('shows the way on standard error when nothing was asked for', async () => {
    const { exitCode, printed, complained } = await run();
    expect(exitCode).toBe(2);
    expect(printed).toBe('');
    expect(complained).toContain('Usage: carillon COMMAND');
  });

  it.each([
    [['chekc'], 'There is no command "chekc". Did you mean check?'],
    [['xyzzy'], 'There is no command "xyzzy". The commands are serve, call, check, analyze.'],
    [['--verbose'], 'There is no command "--verbose".'],
    [['check', '--udp-prt', '1'], 'There is no option --udp-prt. Did you mean --udp-port?'],
    [['check', '--xyzzy'], 'There is no option --xyzzy.\n'],
    [['check', '-x'], 'There is no option -x.\n'],
    [['check', 'now'], "Unexpected argument 'now'"],
    [['check', '--config'], 'argument missing'],
    [['check', '--json=yes'], '--json'],
    [['check', '--set', 'foo'], '--set takes KEY=VALUE, such as --set sip.udpPort=5070; found "foo".'],
    [['check', '--set', '=1'], '--set takes KEY=VALUE'],
    [['check', '--udp-port', '-1'], 'sip.udpPort (--udp-port): found -1'],
    [['check', '--config', '/nowhere.yaml'], '/nowhere.yaml: cannot be read: there is no such file'],
  ])('%j is wrong usage', async (argv, message) => {
    const { exitCode, printed, complained } = await run(...argv);
    expect(exitCode).toBe(2);
    expect(printed).toBe('');
    expect(complained).toContain(message);
    expect(complained).not.toContain('    at ');
  });
});
