import { afterEach, describe, expect, it, vi } from 'vitest';
import { MEETING_ID, TestService } from '../support/service.ts';
import { TestCaller } from '../support/test-caller.ts';

const FALLBACK_LINE = /"reason":"([^"]*)".*media uses dgram sockets/g;
const HEARING_MS = 1000;

afterEach(() => {
  vi.unstubAllEnvs();
});

async function logLines(service: TestService): Promise<readonly string[]> {
  const caller = await TestCaller.join(service.target('UDP'), MEETING_ID);
  caller.talk(440);
  await new Promise((resolve) => setTimeout(resolve, HEARING_MS));
  await caller.hangUp();
  caller.close();
  await service.waitFor(
    () => service.callOf(caller.callId),
    ({ legs }) => (legs[0]?.minutes[0]?.received.packets ?? 0) > 0,
    'the packets of the call',
  );
  expect((await service.stop()).exitCode).toBe(0);
  return [...service.output.matchAll(FALLBACK_LINE)].map(([, reason = '']) => reason);
}

describe('media sockets', () => {
  it('are dgram where no native library can be loaded, which one line of the log says, and why', async () => {
    vi.stubEnv('NODE_OPTIONS', '--no-addons');
    const service = await TestService.start({ settings: { media: { workers: 2 } } });
    expect(await logLines(service)).toEqual([expect.stringContaining('loading addons is disabled')]);
  });

  it('are what the configuration says, without a word about others', async () => {
    const service = await TestService.start({ settings: { media: { backend: 'dgram' } } });
    expect(await logLines(service)).toEqual([]);
  });

  it.runIf(process.platform === 'linux')('are the kernel’s own by themselves on Linux', async () => {
    const service = await TestService.start();
    expect(await logLines(service)).toEqual([]);
  });

  it('keep the service from starting where koffi is asked for and cannot be had', async () => {
    vi.stubEnv('NODE_OPTIONS', '--no-addons');
    const start = TestService.start({ settings: { media: { backend: 'koffi' } } });
    await expect(start).rejects.toThrow(/media\.backend.*it cannot be had here/s);
  });
});
