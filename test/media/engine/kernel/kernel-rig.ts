import { afterEach, expect } from 'vitest';
import { createLedgerMemory, DescriptorLedger } from '../../../../media/engine/descriptor-ledger.ts';
import { EpollTransport } from '../../../../media/engine/kernel/epoll-transport.ts';
import { KernelBackend } from '../../../../media/engine/kernel/kernel-backend.ts';
import type { KernelTransportParts } from '../../../../media/engine/kernel/kernel-transport.ts';
import { type Libc, loadLibc } from '../../../../media/engine/kernel/libc.ts';
import { RingTransport } from '../../../../media/engine/kernel/ring-transport.ts';
import type { TransportAddress } from '../../../../media/engine/media-leg.ts';
import { BACKENDS } from '../engine-rig.ts';

interface Arrival {
  readonly bytes: readonly number[];
  readonly from: TransportAddress;
  readonly arrivalUs: number;
}

const opened: { close: () => unknown }[] = [];
afterEach(() => {
  for (const one of opened.splice(0)) one.close();
});

const TRANSPORTS = {
  koffi: (parts: KernelTransportParts) => new EpollTransport(parts),
  io_uring: (parts: KernelTransportParts) => new RingTransport(parts),
};
type TransportName = keyof typeof TRANSPORTS;
/** What can be had here. */
export const here = BACKENDS.filter((name): name is TransportName => name in TRANSPORTS);

/** Over the real C library, some calls of which may be replaced. */
export async function openBackend(
  transport: TransportName,
  overrides: Partial<Libc> = {},
  receiveBufferBytes: number | null = null,
) {
  const ledger = new DescriptorLedger(createLedgerMemory());
  opened.push({ close: () => ledger.closeAll() });
  const libc = { ...loadLibc(await import('koffi')), ...overrides };
  const openTransport = TRANSPORTS[transport];
  return new KernelBackend({ libc, ledger, receiveBufferBytes, beforeWait: () => {}, openTransport });
}

export function openSocket(backend: KernelBackend, address: string) {
  const arrivals: Arrival[] = [];
  const failures: string[] = [];
  const socket = backend.openSocket(address, 0, {
    onDatagram: (bytes, view, length, from, arrivalUs) => {
      expect(length === 0 || view.getUint8(0) === bytes[0]).toBe(true);
      arrivals.push({ bytes: [...bytes.subarray(0, length)], from, arrivalUs });
    },
    onFailure: (detail) => failures.push(detail),
  });
  return { socket, port: backend.portOf(socket), arrivals, failures };
}
