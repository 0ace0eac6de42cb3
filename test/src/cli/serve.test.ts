import type { Logger } from 'pino';
import { describe, expect, it } from 'vitest';
import type { Config } from '../../../config/schema.ts';
import { createServeCommand, type RunningService, type StartService } from '../../../src/cli/serve.ts';
import { CommandFailed } from '../../../src/cli/surroundings.ts';
import { RecordedSurroundings } from './recorded-surroundings.ts';

const QUIET = ['--log-level', 'silent'];

function recordedService(listeners: RunningService['listeners'] = []) {
  const seen = { config: null as Config | null, logger: null as Logger | null, stops: 0 };
  const start: StartService = async (config, logger) => {
    Object.assign(seen, { config, logger });
    return {
      listeners,
      stop: async () => {
        seen.stops++;
      },
    };
  };
  return { seen, start };
}

describe('carillon serve', () => {
  it('starts the service, says so, and stops it when asked to', async () => {
    const { seen, start } = recordedService([{ key: 'sip.udpPort', address: '127.0.0.1', port: 40_000 }]);
    const surroundings = new RecordedSurroundings();
    const ended = createServeCommand(start).run(['--udp-port', '0', ...QUIET], surroundings);
    await expect.poll(() => surroundings.printed).toContain('is ready.');
    expect(surroundings.printed).toContain('sipp -sn uac -m 1 -d 10000 -s 6064724824 127.0.0.1:40000');
    expect(seen.config?.sip.udpPort).toBe(0);
    expect(seen.stops).toBe(0);
    surroundings.requestStop();
    expect(await ended).toBe(0);
    expect(seen.stops).toBe(1);
  });

  it('says where it listens as one line of JSON', async () => {
    const listeners = [{ key: 'sip.udpPort', address: '127.0.0.1', port: 40_000 }] as const;
    const surroundings = new RecordedSurroundings();
    surroundings.requestStop();
    await createServeCommand(recordedService(listeners).start).run(['--json', ...QUIET], surroundings);
    expect(surroundings.printed.endsWith('}\n')).toBe(true);
    expect(JSON.parse(surroundings.printed)).toMatchObject({ listeners });
  });

  it('takes its configuration from the environment too', async () => {
    const { seen, start } = recordedService();
    const surroundings = new RecordedSurroundings({ CARILLON_LIMITS_MAX_CALLS: '7' });
    surroundings.requestStop();
    await createServeCommand(start).run(QUIET, surroundings);
    expect(seen.config?.limits.maxCalls).toBe(7);
  });

  it('explains a port that is taken', async () => {
    const start: StartService = () =>
      Promise.reject(Object.assign(new Error('no'), { code: 'EADDRINUSE', syscall: 'bind', port: 5060 }));
    const run = createServeCommand(start).run(QUIET, new RecordedSurroundings());
    await expect(run).rejects.toThrow(CommandFailed);
    await expect(run).rejects.toThrow(
      /^SIP over UDP cannot have UDP port 5060 on 0\.0\.0\.0: [\s\S]*--udp-port/,
    );
  });

  it('passes on what it does not understand', async () => {
    const bug = new Error('a bug');
    const run = createServeCommand(() => Promise.reject(bug)).run(QUIET, new RecordedSurroundings());
    await expect(run).rejects.toBe(bug);
  });

  it('helps without starting anything', async () => {
    const { seen, start } = recordedService();
    const surroundings = new RecordedSurroundings();
    expect(await createServeCommand(start).run(['--help'], surroundings)).toBe(0);
    expect(surroundings.printed).toMatch(/^Usage: carillon serve/);
    expect(seen.config).toBeNull();
  });
});
