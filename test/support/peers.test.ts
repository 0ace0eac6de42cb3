import { afterEach, expect, it, vi } from 'vitest';
import { setup } from './peers.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

it.each([
  { name: 'unit', packages: 'ffmpeg, flac, espeak-ng, mkvtoolnix' },
  {
    name: 'e2e',
    packages: 'sip-tester, baresip-core, linphone-cli, sipsak, tshark, chromium, fail2ban, flac',
  },
])('names the packages that $name tests miss where it cannot install them', async ({ name, packages }) => {
  vi.stubEnv('PATH', '/nowhere');
  // Kamailio, where it is installed, is found in any case: it lives in /usr/sbin.
  const expected = new RegExp(`^needed for this run: ${packages}(, kamailio)? \\(`);
  await expect(setup({ name })).rejects.toThrow(expected);
});
