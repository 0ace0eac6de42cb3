/** Which sockets a worker uses: the kernel's own where they can be had, and node:dgram everywhere else. */
import { DescriptorLedger } from './descriptor-ledger.ts';
import { DgramBackend } from './dgram-backend.ts';
import type { KernelBackendOptions } from './kernel/kernel-backend.ts';
import type { Koffi } from './kernel/libc.ts';
import type { SocketBackend, SocketBackendChoice } from './socket-backend.ts';

export interface BackendOptions {
  readonly choice: SocketBackendChoice;
  readonly receiveBufferBytes: number | null;
  /** Where the main thread finds what a worker that died left open. */
  readonly ledgerMemory: SharedArrayBuffer;
  readonly beforeWait: () => void;
  /** The module of the C library; `import('koffi')` where nothing stands in for it. */
  readonly importKoffi?: () => Promise<Koffi>;
  readonly platform?: string;
}

export interface OpenedBackend {
  readonly backend: SocketBackend;
  /** Of `auto`: why it is none of the better ones, of which this is the next; null where it is the best. */
  readonly fallbackReason: string | null;
}

const ARCHITECTURES: readonly string[] = ['x64', 'arm64'];

/** Of those that `auto` tries, the better one first. */
const KERNEL_BACKENDS = ['io_uring', 'koffi'] as const;
type KernelBackendName = (typeof KERNEL_BACKENDS)[number];

/** @throws where one of the kernel's was chosen and cannot be had; the message says why */
export async function openBackend(options: BackendOptions): Promise<OpenedBackend> {
  const { choice, receiveBufferBytes } = options;
  if (choice === 'dgram') return { backend: new DgramBackend(receiveBufferBytes), fallbackReason: null };
  if (choice !== 'auto') return { backend: await openKernelBackend(choice, options), fallbackReason: null };
  let fallbackReason: string | null = null;
  for (const name of KERNEL_BACKENDS) {
    try {
      return { backend: await openKernelBackend(name, options), fallbackReason };
    } catch (error) {
      fallbackReason = error instanceof Error ? error.message : String(error);
    }
  }
  return { backend: new DgramBackend(receiveBufferBytes), fallbackReason };
}

async function openKernelBackend(name: KernelBackendName, options: BackendOptions): Promise<SocketBackend> {
  const { receiveBufferBytes, beforeWait } = options;
  const platform = options.platform ?? process.platform;
  if (platform !== 'linux') throw new Error(`${name} sockets are for Linux, and this is ${platform}`);
  if (!ARCHITECTURES.includes(process.arch)) {
    throw new Error(`${name} sockets are for ${ARCHITECTURES.join(' and ')}, and this is ${process.arch}`);
  }
  // Loaded only here, so that where they cannot be had nothing of it is needed.
  const koffi = await (options.importKoffi ?? (() => import('koffi')))();
  const { loadLibc } = await import('./kernel/libc.ts');
  const { KernelBackend } = await import('./kernel/kernel-backend.ts');
  const { findKernelFault } = await import('./kernel/self-test.ts');
  const openTransport = await importTransport(name);
  const ledger = new DescriptorLedger(options.ledgerMemory);
  const libc = loadLibc(koffi);
  const backend = new KernelBackend({ libc, ledger, receiveBufferBytes, beforeWait, openTransport });
  const fault = findKernelFault(backend);
  if (fault !== null) throw new Error(fault);
  return backend;
}

async function importTransport(name: KernelBackendName): Promise<KernelBackendOptions['openTransport']> {
  if (name === 'koffi') {
    const { EpollTransport } = await import('./kernel/epoll-transport.ts');
    return (parts) => new EpollTransport(parts);
  }
  const { RingTransport } = await import('./kernel/ring-transport.ts');
  return (parts) => new RingTransport(parts);
}
