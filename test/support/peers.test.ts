import { afterEach, expect, it, vi } from 'vitest';
import { setup } from './peers.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

it.each([
  { name: 'unit', packages: 'ffmpeg, espeak-ng' },
  { name: 'e2e', packages: 'sip-tester, baresip-core, linphone-cli, sipsak, tshark, chromium, fail2ban' },
])('names the packages that $name tests miss where it cannot install them', async ({ name, packages }) => {
  vi.stubEnv('PATH', '/nowhere');
  await expect(setup({ name })).rejects.toThrow(`needed for this run: ${packages} `);
});
