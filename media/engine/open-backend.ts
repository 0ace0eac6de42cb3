/** Which sockets a worker uses: the kernel's own where they can be had, and node:dgram everywhere else. */
import { DescriptorLedger } from './descriptor-ledger.ts';
import { DgramBackend } from './dgram-backend.ts';
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
  /** Why it is not koffi, where koffi would have been taken. */
  readonly fallbackReason: string | null;
}

const ARCHITECTURES: readonly string[] = ['x64', 'arm64'];

/** @throws where koffi was chosen and cannot be had; the message says why */
export async function openBackend(options: BackendOptions): Promise<OpenedBackend> {
  const { choice, receiveBufferBytes } = options;
  let fallbackReason: string | null = null;
  if (choice !== 'dgram') {
    try {
      return { backend: await openKernelBackend(options), fallbackReason };
    } catch (error) {
      if (choice === 'koffi') throw error;
      fallbackReason = error instanceof Error ? error.message : String(error);
    }
  }
  return { backend: new DgramBackend(receiveBufferBytes), fallbackReason };
}

async function openKernelBackend(options: BackendOptions): Promise<SocketBackend> {
  const { receiveBufferBytes, beforeWait } = options;
  const platform = options.platform ?? process.platform;
  if (platform !== 'linux') throw new Error(`koffi sockets are for Linux, and this is ${platform}`);
  if (!ARCHITECTURES.includes(process.arch)) {
    throw new Error(`koffi sockets are for ${ARCHITECTURES.join(' and ')}, and this is ${process.arch}`);
  }
  // Loaded only here, so that where they cannot be had nothing of it is needed.
  const koffi = await (options.importKoffi ?? (() => import('koffi')))();
  const { loadLibc } = await import('./kernel/libc.ts');
  const { KernelBackend } = await import('./kernel/kernel-backend.ts');
  const { findKernelFault } = await import('./kernel/self-test.ts');
  const ledger = new DescriptorLedger(options.ledgerMemory);
  const backend = new KernelBackend({ libc: loadLibc(koffi), ledger, receiveBufferBytes, beforeWait });
  const fault = findKernelFault(backend);
  if (fault !== null) throw new Error(fault);
  return backend;
}
