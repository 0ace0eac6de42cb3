import { describe, expect, it, onTestFinished } from 'vitest';
import { createLedgerMemory, DescriptorLedger } from '../../../../media/engine/descriptor-ledger.ts';
import { KernelBackend } from '../../../../media/engine/kernel/kernel-backend.ts';
import { loadLibc } from '../../../../media/engine/kernel/libc.ts';
import { readClockMs } from '../../../../media/engine/media-clock.ts';
import { BACKENDS } from '../engine-rig.ts';

describe.runIf(BACKENDS.includes('koffi'))('a thread with more to read than it reads at a time', () => {
  it('goes on without waiting for yet more, and does what is due in between', async () => {
    const happened: string[] = [];
    let left = 40;
    const ledger = new DescriptorLedger(createLedgerMemory());
    onTestFinished(() => ledger.closeAll());
    const wait = () => happened.push('wait');
    const libc = { ...loadLibc(await import('koffi')), ppoll: wait };
    const attach = () => ({ descriptor: 0, send: () => {}, drain: () => {}, close: () => {} });
    const receive = () => (left-- > 0 ? 1 : 0);
    const openTransport = () =>
      ({ name: 'koffi', attach, receive, flush: () => {}, finishClosing: () => false, wait }) as const;
    const options = { libc, ledger, receiveBufferBytes: null, beforeWait: () => {}, openTransport };
    await new Promise<void>((resolve) => {
      new KernelBackend(options).drive(() => {
        happened.push('advance');
        if (happened.length < 4) return readClockMs() + 1000;
        resolve();
        return null;
      });
    });
    expect(happened).toEqual(['advance', 'advance', 'wait', 'advance']);
  });
});

describe.runIf(BACKENDS.includes('koffi'))('packets that gather', () => {
  it.each([
    [0, 2],
    [1.5, 0.5],
    [5, 0.25],
  ])('after %d ms of work wait for others %d ms at most', async (workMs, waitMs) => {
    const waitsMs: number[] = [];
    let left = 1;
    const ledger = new DescriptorLedger(createLedgerMemory());
    onTestFinished(() => ledger.closeAll());
    const koffi = await import('koffi');
    const ppoll = (_descriptors: number, _count: number, timeout: number): number => {
      const [, nanoseconds] = new BigInt64Array(koffi.view(BigInt(timeout), 16));
      waitsMs.push(Number(nanoseconds) / 1e6);
      return 0;
    };
    const attach = () => ({ descriptor: 0, send: () => {}, drain: () => {}, close: () => {} });
    const parts = { attach, flush: () => {}, finishClosing: () => false, wait: () => {} };
    const receive = () => (left-- > 0 ? 1 : 0);
    const openTransport = () => ({ name: 'koffi', ...parts, receive }) as const;
    const libc = { ...loadLibc(koffi), ppoll };
    const options = { libc, ledger, receiveBufferBytes: null, beforeWait: () => {}, openTransport };
    await new Promise<void>((resolve) => {
      new KernelBackend(options).drive(() => {
        const startedMs = performance.now();
        while (performance.now() - startedMs < workMs);
        if (waitsMs.length === 0) return readClockMs() + 1000;
        resolve();
        return null;
      });
    });
    expect(waitsMs).toHaveLength(1);
    expect(waitsMs[0]).toBeLessThanOrEqual(waitMs);
    expect(waitsMs[0]).toBeGreaterThanOrEqual(0.25);
  });
});
