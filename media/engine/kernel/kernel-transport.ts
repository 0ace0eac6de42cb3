/** How datagrams come and go between the kernel and the sockets of a thread: a system call for each, or for many. */
import type { DescriptorLedger } from '../descriptor-ledger.ts';
import type { DatagramListener, MediaSocket } from '../socket-backend.ts';
import type { ArrivalClock } from './arrival-clock.ts';
import type { Libc } from './libc.ts';

export interface KernelSocket extends MediaSocket {
  readonly descriptor: number;
}

export interface KernelTransport {
  readonly name: 'koffi' | 'io_uring';
  /** The number of datagrams handed out: of what has come, a part that does not keep the thread for long. */
  receive(): number;
  /** From now on what comes to a bound socket goes to the listener; to close it is the transport's then. */
  attach(descriptor: number, listener: DatagramListener): KernelSocket;
  /** What was sent until now leaves, and sockets that were closed have given their ports back. */
  flush(): void;
  /** Has sockets that were closed give their ports back. @returns whether there were any that had not */
  finishClosing(): boolean;
  /** Waits until something can be read or a command comes, at most `waitMs`, which is less than a second. */
  wait(waitMs: number): void;
}

/** What a transport has from the back end, all of whose sockets are its own. */
export interface KernelTransportParts {
  readonly libc: Libc;
  readonly ledger: DescriptorLedger;
  readonly clock: ArrivalClock;
  /** Beginning of the dates that the clock is asked for. */
  readonly baseSeconds: number;
  /** The eventfd that announces commands. */
  readonly wake: number;
  readonly counts: DatagramCounts;
}

/** Cumulative. */
export interface DatagramCounts {
  unsent: number;
  /** Came without a timestamp. */
  unstamped: number;
}

/** On whichever socket: what the transport needs itself is closed by the main thread alone. */
export function closeDescriptor(
  { ledger, libc }: Pick<KernelTransportParts, 'ledger' | 'libc'>,
  descriptor: number,
): void {
  ledger.remove(descriptor);
  libc.close(descriptor);
}
