import { writeSync } from 'node:fs';
import { expect, it, onTestFinished } from 'vitest';
import { createLedgerMemory, DescriptorLedger } from '../../../../media/engine/descriptor-ledger.ts';
import { KernelBackend } from '../../../../media/engine/kernel/kernel-backend.ts';
import { type Libc, loadLibc } from '../../../../media/engine/kernel/libc.ts';
import { RingTransport } from '../../../../media/engine/kernel/ring-transport.ts';
import { BACKENDS } from '../engine-rig.ts';

it.runIf(BACKENDS.includes('io_uring'))(
  'lets no wait begin while a command is there that nobody turned to',
  async () => {
    const real = loadLibc(await import('koffi'));
    const waits: number[] = [];
    let wake = -1;
    const libc: Libc = {
      ...real,
      eventfd: (initial, flags) => {
        wake = real.eventfd(initial, flags);
        return wake;
      },
      ioUringEnter: (descriptor, submitted, wanted, ...rest) => {
        const result = real.ioUringEnter(descriptor, submitted, wanted, ...rest);
        if (wanted > 0) waits.push(result);
        return result;
      },
    };
    const ledger = new DescriptorLedger(createLedgerMemory());
    onTestFinished(() => ledger.closeAll());
    const openTransport = (parts: ConstructorParameters<typeof RingTransport>[0]) => new RingTransport(parts);
    const options = { receiveBufferBytes: null, beforeWait: () => {}, openTransport };
    const backend = new KernelBackend({ libc, ledger, ...options });
    backend.waitForDatagram(1);
    writeSync(wake, new BigUint64Array([1n]));
    backend.receive();
    backend.waitForDatagram(50);
    const [ranOut, woken] = [-1, 0];
    expect(waits).toEqual([ranOut, woken]);
  },
);
