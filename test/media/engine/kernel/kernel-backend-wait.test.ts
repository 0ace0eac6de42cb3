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
