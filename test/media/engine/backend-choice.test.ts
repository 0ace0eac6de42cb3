import * as koffi from 'koffi';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createLedgerMemory, DescriptorLedger } from '../../../media/engine/descriptor-ledger.ts';
import { createMediaEngine, type MediaEngineOptions } from '../../../media/engine/media-engine.ts';
import { MediaBackendUnavailable } from '../../../media/engine/media-leg.ts';
import { type BackendOptions, type OpenedBackend, openBackend } from '../../../media/engine/open-backend.ts';
import { BACKENDS } from './engine-rig.ts';

const workerEntry = new URL('./scarce-worker.ts', import.meta.url);

function open(overrides: Partial<BackendOptions>): Promise<OpenedBackend> {
  const ledgerMemory = createLedgerMemory();
  onTestFinished(() => new DescriptorLedger(ledgerMemory).closeAll());
  return openBackend({
    choice: 'auto',
    receiveBufferBytes: null,
    ledgerMemory,
    beforeWait: () => {},
    ...overrides,
  });
}

async function openEngine(options: Partial<MediaEngineOptions>) {
  const engine = createMediaEngine({ portRange: [29_900, 29_999], workers: 2, workerEntry, ...options });
  onTestFinished(() => engine.stop());
  await engine.start();
  return engine;
}

describe('a worker takes', () => {
  it('dgram without a reason where it was chosen', async () => {
    const importKoffi = () => Promise.reject(new Error('not to be loaded'));
    const { backend, fallbackReason } = await open({ choice: 'dgram', importKoffi });
    expect([backend.name, fallbackReason]).toEqual(['dgram', null]);
  });

  it.runIf(BACKENDS.includes('koffi')).each(['auto', 'koffi'] as const)(
    'koffi on Linux by %s',
    async (choice) => {
      const { backend, fallbackReason } = await open({ choice });
      expect([backend.name, fallbackReason]).toEqual(['koffi', null]);
    },
  );

  const wants: [string, Partial<BackendOptions>, string][] = [
    ['on another system', { platform: 'darwin' }, 'koffi sockets are for Linux, and this is darwin'],
    [
      'without koffi installed',
      { platform: 'linux', importKoffi: () => Promise.reject(new Error("Cannot find package 'koffi'")) },
      "Cannot find package 'koffi'",
    ],
    [
      'where the C library lacks a call',
      {
        platform: 'linux',
        importKoffi: async () => ({
          ...koffi,
          load: () => {
            throw new Error("Cannot find function 'epoll_create1'");
          },
        }),
      },
      "Cannot find function 'epoll_create1'",
    ],
  ];

  it.each(wants)('dgram %s, and says why', async (_, overrides, reason) => {
    const { backend, fallbackReason } = await open(overrides);
    expect([backend.name, fallbackReason]).toEqual(['dgram', reason]);
  });

  it.each(wants)('nothing %s where koffi was asked for', async (_, overrides, reason) => {
    await expect(open({ ...overrides, choice: 'koffi' })).rejects.toThrow(reason);
  });
});

describe('an engine on a machine without koffi', () => {
  it('says once why it uses dgram', async () => {
    const reasons: string[] = [];
    const engine = await openEngine({ onBackendFallback: (reason) => reasons.push(reason) });
    expect(reasons).toEqual(['no libc here']);
    expect(engine.statistics().backend).toBe('dgram');
  });

  it('has nothing to say where dgram was chosen', async () => {
    const reasons: string[] = [];
    await openEngine({ backend: 'dgram', onBackendFallback: (reason) => reasons.push(reason) });
    expect(reasons).toEqual([]);
  });

  it('does not start where koffi was asked for', async () => {
    const started = openEngine({ backend: 'koffi' });
    await expect(started).rejects.toThrow(MediaBackendUnavailable);
    await expect(started).rejects.toThrow('no libc here');
  });
});
