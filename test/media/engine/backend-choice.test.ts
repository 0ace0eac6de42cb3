import { constants } from 'node:os';
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

/** A C library whose system calls for io_uring fail, as seccomp(2) has them in containers. */
function loadWithoutIoUring(path: string | null): ReturnType<typeof koffi.load> {
  const library = koffi.load(path);
  const refuse = Object.assign(
    () => {
      koffi.errno(constants.errno.EPERM);
      return -1;
    },
    library.func('getpid', 'int', []),
  );
  const func = ((name: string, ...rest: [string, string[]]) =>
    name === 'syscall' ? refuse : library.func(name, ...rest)) as typeof library.func;
  return new Proxy(library, { get: (target, key) => (key === 'func' ? func : Reflect.get(target, key)) });
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

  it.each(BACKENDS)('%s where it was chosen', async (choice) => {
    const { backend, fallbackReason } = await open({ choice });
    expect([backend.name, fallbackReason]).toEqual([choice, null]);
  });

  it.runIf(BACKENDS.includes('io_uring'))('io_uring by itself', async () => {
    const { backend, fallbackReason } = await open({});
    expect([backend.name, fallbackReason]).toEqual(['io_uring', null]);
  });

  it.runIf(BACKENDS.includes('koffi'))('koffi where io_uring is forbidden, and says so', async () => {
    const importKoffi = async () => ({ ...koffi, load: loadWithoutIoUring });
    const { backend, fallbackReason } = await open({ importKoffi });
    expect([backend.name, fallbackReason]).toEqual(['koffi', 'io_uring_setup EPERM']);
    await expect(open({ importKoffi, choice: 'io_uring' })).rejects.toThrow('io_uring_setup EPERM');
  });

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
    const engine = await openEngine({
      onBackendFallback: (taken, reason) => reasons.push(`${taken}: ${reason}`),
    });
    expect(reasons).toEqual(['dgram: no libc here']);
    expect(engine.statistics().backend).toBe('dgram');
  });

  it('has nothing to say where dgram was chosen', async () => {
    const reasons: string[] = [];
    await openEngine({ backend: 'dgram', onBackendFallback: (_, reason) => reasons.push(reason) });
    expect(reasons).toEqual([]);
  });

  it.each(['koffi', 'io_uring'] as const)('does not start where %s was asked for', async (backend) => {
    const started = openEngine({ backend });
    await expect(started).rejects.toThrow(MediaBackendUnavailable);
    await expect(started).rejects.toThrow('no libc here');
  });
});
