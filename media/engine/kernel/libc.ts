/**
 * The calls of the C library that the kernel's sockets need, through koffi: nothing is compiled. Pointers are
 * plain numbers, since user space ends below 2⁵³. A call through koffi costs some 60 ns more than one in C.
 *
 * Values and layouts are those of Linux on x86_64 and arm64, whose generic headers agree (include/uapi/asm-generic)
 * but for one: `epoll_event` is packed on x86_64 (include/uapi/linux/eventpoll.h).
 */
import { constants } from 'node:os';
import { getSystemErrorName } from 'node:util';

/** The part of koffi that is used here. */
export type Koffi = Pick<
  typeof import('koffi'),
  'address' | 'errno' | 'load' | 'offsetof' | 'pack' | 'sizeof' | 'struct' | 'view'
>;

export const AF_INET = 2; // include/linux/socket.h
export const AF_INET6 = 10;
export const SOCK_DGRAM = 2; // include/linux/net.h
export const SOCK_NONBLOCK = 0o4000; // O_NONBLOCK, asm-generic/fcntl.h
export const SOCK_CLOEXEC = 0o2000000; // O_CLOEXEC, asm-generic/fcntl.h
export const SOL_SOCKET = 1; // asm-generic/socket.h
export const SO_RCVBUF = 8;
/** As a cmsg type, SCM_TIMESTAMPNS, it is the same number. */
export const SO_TIMESTAMPNS = 35;
export const MSG_TRUNC = 0x20; // include/linux/socket.h
export const MSG_DONTWAIT = 0x40;
export const EPOLL_CTL_ADD = 1; // uapi/linux/eventpoll.h
export const EPOLLIN = 1;
export const EPOLL_CLOEXEC = 0o2000000;
export const POLLIN = 1; // asm-generic/poll.h
export const EFD_NONBLOCK = 0o4000; // include/linux/eventfd.h
export const EFD_CLOEXEC = 0o2000000;
export const CLOCK_REALTIME = 0; // uapi/linux/time.h
const PROT_READ_WRITE = 0x1 | 0x2; // asm-generic/mman-common.h
const MAP_SHARED_POPULATED = 0x1 | 0x8000;
/** Of system calls that the library has no function for, since Linux 5.1 the same everywhere (asm-generic/unistd.h). */
const SYSCALL_IO_URING_SETUP = 425;
const SYSCALL_IO_URING_ENTER = 426;
const SYSCALL_IO_URING_REGISTER = 427;

export const { EAGAIN, EINTR, ETIME } = constants.errno;
const { ECONNREFUSED, ENOBUFS, ENOMEM } = constants.errno;
/** Nothing came, or what came is about something sent earlier: the socket is as good as before. */
export const PASSING_ERRORS: readonly number[] = [EAGAIN, EINTR, ECONNREFUSED, ENOBUFS, ENOMEM];

/** Byte offsets in the structures of the system. */
interface Layouts {
  readonly messageHeaderBytes: number;
  readonly messageName: number;
  readonly messageNameLength: number;
  readonly messageParts: number;
  readonly messagePartCount: number;
  readonly messageControl: number;
  readonly messageControlLength: number;
  readonly eventBytes: number;
  readonly eventData: number;
}

/** Each answers −1 where it failed; `errorNumber` says why. */
export interface Libc {
  readonly layouts: Layouts;
  errorNumber(): number;
  /** Address of the first byte; the buffer must be kept as long as it is used. */
  addressOf(buffer: ArrayBuffer): number;
  socket(family: number, type: number, protocol: number): number;
  bind(descriptor: number, address: number, length: number): number;
  setsockopt(descriptor: number, level: number, name: number, value: number, length: number): number;
  getsockname(descriptor: number, address: number, length: number): number;
  recvmsg(descriptor: number, message: number, flags: number): number;
  sendto(
    descriptor: number,
    bytes: number,
    length: number,
    flags: number,
    address: number,
    addressLength: number,
  ): number;
  ioUringSetup(entries: number, parameters: number): number;
  ioUringEnter(
    descriptor: number,
    submitted: number,
    wanted: number,
    flags: number,
    argument: number,
    argumentLength: number,
  ): number;
  ioUringRegister(descriptor: number, operation: number, argument: number, count: number): number;
  /** Maps memory of a descriptor, to be read and written. @returns its address */
  mapShared(descriptor: number, offset: number, length: number): number;
  /** Memory that is never given back. */
  viewOf(address: number, length: number): ArrayBuffer;
  read(descriptor: number, into: number, length: number): number;
  close(descriptor: number): number;
  eventfd(initial: number, flags: number): number;
  epollCreate(flags: number): number;
  epollControl(epoll: number, operation: number, descriptor: number, event: number): number;
  epollWait(epoll: number, events: number, maximum: number, timeoutMs: number): number;
  ppoll(descriptors: number, count: number, timeout: number, signalMask: number): number;
  clockGettime(clock: number, into: number): number;
  /** 1, or 0 where the text is no address. */
  inetPton(family: number, text: string, into: number): number;
  inetNtop(family: number, address: number, into: number, length: number): number;
  ifIndextoname(index: number, into: number): number;
  ifNametoindex(name: string): number;
}

/** A call failed; with the system's name for why as `code`, as errors of Node have. */
export class SystemCallFailed extends Error {
  override readonly name = 'SystemCallFailed';
  readonly code: string;

  constructor(call: string, errorNumber: number, subject = '') {
    const code = getSystemErrorName(-errorNumber);
    super(`${call} ${code}${subject === '' ? '' : ` ${subject}`}`);
    this.code = code;
  }
}

/** @throws where the library lacks one of the calls */
export function loadLibc(koffi: Koffi): Libc {
  const library = koffi.load(null);
  const define = (name: string, parameters: string): ReturnType<typeof library.func> =>
    library.func(name, 'int', parameters === '' ? [] : parameters.split(' '));
  const systemCall = library.func('syscall', 'int', ['long', ...new Array(6).fill('uint64')]);
  const map = library.func('mmap', 'int64', ['uint64', 'uint64', 'int', 'int', 'int', 'int64']);
  return {
    layouts: readLayouts(koffi),
    errorNumber: () => koffi.errno(),
    addressOf: (buffer) => Number(koffi.address(new Uint8Array(buffer))),
    socket: define('socket', 'int int int'),
    bind: define('bind', 'int uint64 uint'),
    setsockopt: define('setsockopt', 'int int int uint64 uint'),
    getsockname: define('getsockname', 'int uint64 uint64'),
    recvmsg: define('recvmsg', 'int uint64 int'),
    sendto: define('sendto', 'int uint64 uint64 int uint64 uint'),
    ioUringSetup: (entries, parameters) =>
      systemCall(SYSCALL_IO_URING_SETUP, entries, parameters, 0, 0, 0, 0),
    ioUringEnter: (descriptor, submitted, wanted, flags, argument, argumentLength) =>
      systemCall(SYSCALL_IO_URING_ENTER, descriptor, submitted, wanted, flags, argument, argumentLength),
    ioUringRegister: (descriptor, operation, argument, count) =>
      systemCall(SYSCALL_IO_URING_REGISTER, descriptor, operation, argument, count, 0, 0),
    mapShared: (descriptor, offset, length) =>
      Number(map(0, length, PROT_READ_WRITE, MAP_SHARED_POPULATED, descriptor, offset)),
    viewOf: (address, length) => koffi.view(BigInt(address), length),
    read: define('read', 'int uint64 uint64'),
    close: define('close', 'int'),
    eventfd: define('eventfd', 'uint int'),
    epollCreate: define('epoll_create1', 'int'),
    epollControl: define('epoll_ctl', 'int int int uint64'),
    epollWait: define('epoll_wait', 'int uint64 int int'),
    ppoll: define('ppoll', 'uint64 uint64 uint64 uint64'),
    clockGettime: define('clock_gettime', 'int uint64'),
    inetPton: define('inet_pton', 'int string uint64'),
    inetNtop: define('inet_ntop', 'int uint64 uint64 uint'),
    ifIndextoname: define('if_indextoname', 'uint uint64'),
    ifNametoindex: define('if_nametoindex', 'string'),
  };
}

function readLayouts(koffi: Koffi): Layouts {
  // recvmsg(2)
  const message = koffi.struct({
    msg_name: 'uint64',
    msg_namelen: 'uint32',
    msg_iov: 'uint64',
    msg_iovlen: 'size_t',
    msg_control: 'uint64',
    msg_controllen: 'size_t',
    msg_flags: 'int',
  });
  const eventMembers = { events: 'uint32', data: 'uint64' }; // epoll_event(3type)
  const event = process.arch === 'x64' ? koffi.pack(eventMembers) : koffi.struct(eventMembers);
  return {
    messageHeaderBytes: koffi.sizeof(message),
    messageName: koffi.offsetof(message, 'msg_name'),
    messageNameLength: koffi.offsetof(message, 'msg_namelen'),
    messageParts: koffi.offsetof(message, 'msg_iov'),
    messagePartCount: koffi.offsetof(message, 'msg_iovlen'),
    messageControl: koffi.offsetof(message, 'msg_control'),
    messageControlLength: koffi.offsetof(message, 'msg_controllen'),
    eventBytes: koffi.sizeof(event),
    eventData: koffi.offsetof(event, 'data'),
  };
}
