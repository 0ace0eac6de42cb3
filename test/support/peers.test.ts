import { afterEach, expect, it, vi } from 'vitest';
import { setup } from './peers.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

it('names the packages that are missing where it cannot install them', async () => {
  vi.stubEnv('PATH', '/nowhere');
  await expect(setup()).rejects.toThrow('sip-tester, baresip-core, linphone-cli, sipsak, tshark');
});
