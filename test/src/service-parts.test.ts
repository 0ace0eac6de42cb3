import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../config/config-error.ts';
import { MediaBackendUnavailable } from '../../media/engine/media-leg.ts';
import { startMedia } from '../../src/service-parts.ts';

describe('media that cannot start', () => {
  it('is an error of the configuration where sockets were asked for that cannot be had', async () => {
    const start = () => Promise.reject(new MediaBackendUnavailable('this is darwin'));
    const started = startMedia({ start });
    await expect(started).rejects.toThrow(ConfigError);
    await expect(started).rejects.toThrow(
      'media.backend: it cannot be had here: this is darwin. Set it to auto or dgram',
    );
  });

  it('is told as it is otherwise', async () => {
    const start = () => Promise.reject(new Error('out of memory'));
    await expect(startMedia({ start })).rejects.toThrow(new Error('out of memory'));
  });
});
