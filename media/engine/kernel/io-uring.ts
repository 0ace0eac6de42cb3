/**
 * One io_uring (io_uring(7), include/uapi/linux/io_uring.h): requests are written into memory that the kernel reads,
 * and what became of them is read from memory that it writes, so that one system call does the work of many. Made for
 * one thread, which also does the kernel's part of the work, and only when it asks for completions (Linux 6.1).
 */
import { EAGAIN, EINTR, ETIME, type Libc, POLLIN, SystemCallFailed } from './libc.ts';
import type { NativeMemory } from './native-memory.ts';

const SETUP_CQSIZE = 1 << 3;
const SETUP_COOP_TASKRUN = 1 << 8;
const SETUP_SINGLE_ISSUER = 1 << 12;
const SETUP_DEFER_TASKRUN = 1 << 13;
const FEATURE_SINGLE_MMAP = 1 << 0;
const FEATURE_EXT_ARG = 1 << 8;
const OFFSET_RINGS = 0;
const OFFSET_REQUESTS = 0x1000_0000;
const ENTER_GETEVENTS = 1 << 0;
const ENTER_EXT_ARG = 1 << 3;

// struct io_uring_params, in words; the offsets of both queues follow, and where in them is what.
const PARAMETERS_BYTES = 120;
const PARAMETER_SUBMISSIONS = 0;
const PARAMETER_COMPLETIONS = 1;
const PARAMETER_FLAGS = 2;
const PARAMETER_FEATURES = 5;
const SUBMISSION_OFFSETS = 10;
const COMPLETION_OFFSETS = 20;
const OFFSET_HEAD = 0;
const OFFSET_TAIL = 1;
const SUBMISSION_ARRAY = 6;
const COMPLETION_ENTRIES = 5;

// struct io_uring_sqe, in words.
const REQUEST_WORDS = 16;
const REQUEST_OPERATION = 0;
const REQUEST_DESCRIPTOR = 1;
const REQUEST_OFFSET = 2;
const REQUEST_ADDRESS = 4;
const REQUEST_LENGTH = 6;
const REQUEST_OPERATION_FLAGS = 7;
const REQUEST_NAME = 8;
const REQUEST_BUFFER_GROUP = 10;
const REQUEST_ADDRESS_LENGTH = 11;

const OPERATION_POLL_ADD = 6;
const OPERATION_RECVMSG = 10;
const OPERATION_ASYNC_CANCEL = 14;
const OPERATION_CLOSE = 19;
const OPERATION_SEND = 26;
const RECV_MULTISHOT = 1 << 1;
const REQUEST_BUFFER_SELECT = 1 << 5;
const REQUEST_SKIP_SUCCESS = 1 << 6;

// struct io_uring_cqe, in words.
const COMPLETION_WORDS = 4;
const COMPLETION_FLAG_MORE = 1 << 1;
const COMPLETION_BUFFER_SHIFT = 16;

/** Interrupted, waited long enough, or out of memory for the moment: it is to be tried again. */
const PASSING_ERRORS: readonly number[] = [EINTR, ETIME, EAGAIN];
const ARGUMENT_BYTES = 24;

export interface Completion {
  /** Of the request. */
  name: number;
  /** What the system call would have answered, or the negative error number. */
  result: number;
  /** Where the system put what it received. */
  buffer: number;
  /** Whether the request goes on. */
  hasMore: boolean;
}

export class IoUring {
  readonly descriptor: number;
  /** Requests that can be put before they must be submitted. */
  readonly capacity: number;
  readonly #libc: Libc;
  readonly #requests: Int32Array;
  /** Both queues. */
  readonly #rings: Int32Array;
  readonly #submissionTail: number;
  readonly #completionHead: number;
  readonly #completionTail: number;
  readonly #completions: number;
  readonly #completionMask: number;
  readonly #timeout: number;
  readonly #argument: number;
  readonly #memory: NativeMemory;
  #tail = 0;
  #pending = 0;

  /**
   * @param capacity requests, a power of two
   * @throws SystemCallFailed
   */
  constructor(libc: Libc, memory: NativeMemory, capacity: number, completions: number) {
    this.#libc = libc;
    this.#memory = memory;
    this.capacity = capacity;
    const at = memory.reserve(PARAMETERS_BYTES);
    const parameters = memory.words.subarray(at / 4, (at + PARAMETERS_BYTES) / 4);
    parameters[PARAMETER_FLAGS] =
      SETUP_CQSIZE | SETUP_COOP_TASKRUN | SETUP_SINGLE_ISSUER | SETUP_DEFER_TASKRUN;
    parameters[PARAMETER_COMPLETIONS] = completions;
    this.descriptor = libc.ioUringSetup(capacity, memory.pointer(at));
    if (this.descriptor < 0) throw new SystemCallFailed('io_uring_setup', libc.errorNumber());
    const wanted = FEATURE_SINGLE_MMAP | FEATURE_EXT_ARG;
    if (((parameters[PARAMETER_FEATURES] as number) & wanted) !== wanted)
      throw new Error('io_uring is too old here');
    const offsetOf = (queue: number, part: number): number => parameters[queue + part] as number;
    const completionEntries = offsetOf(COMPLETION_OFFSETS, COMPLETION_ENTRIES);
    const completionCount = parameters[PARAMETER_COMPLETIONS] as number;
    const submissionArray = offsetOf(SUBMISSION_OFFSETS, SUBMISSION_ARRAY);
    const ringBytes = Math.max(
      completionEntries + completionCount * COMPLETION_WORDS * 4,
      submissionArray + capacity * 4,
    );
    this.#rings = this.#map(OFFSET_RINGS, ringBytes);
    this.#requests = this.#map(
      OFFSET_REQUESTS,
      (parameters[PARAMETER_SUBMISSIONS] as number) * REQUEST_WORDS * 4,
    );
    this.#submissionTail = offsetOf(SUBMISSION_OFFSETS, OFFSET_TAIL) / 4;
    this.#completionHead = offsetOf(COMPLETION_OFFSETS, OFFSET_HEAD) / 4;
    this.#completionTail = offsetOf(COMPLETION_OFFSETS, OFFSET_TAIL) / 4;
    this.#completions = completionEntries / 4;
    this.#completionMask = completionCount - 1;
    // Requests are submitted in the order of their places.
    for (let place = 0; place < capacity; place++) this.#rings[submissionArray / 4 + place] = place;
    this.#timeout = memory.reserve(16);
    this.#argument = memory.reserve(ARGUMENT_BYTES); // struct io_uring_getevents_arg { sigmask 64, its size 32, 32, timeout 64 }
    memory.writeLong(this.#argument + 16, memory.pointer(this.#timeout));
  }

  get isFull(): boolean {
    return this.#pending === this.capacity;
  }

  /** The place that the next request takes, below the capacity. */
  get nextPlace(): number {
    return this.#tail & (this.capacity - 1);
  }

  /** Receives into buffers of the group until it is cancelled or there are none; `message` says for how much beside them. */
  putReceive(name: number, descriptor: number, message: number, bufferGroup: number): void {
    const at = this.#put(OPERATION_RECVMSG | (REQUEST_BUFFER_SELECT << 8) | (RECV_MULTISHOT << 16), name);
    this.#requests[at + REQUEST_DESCRIPTOR] = descriptor;
    this.#writeLong(at + REQUEST_ADDRESS, message);
    this.#requests[at + REQUEST_LENGTH] = 1;
    this.#requests[at + REQUEST_BUFFER_GROUP] = bufferGroup;
  }

  /** Sends when it is submitted, and completes only where that failed. */
  putSend(
    name: number,
    descriptor: number,
    bytes: number,
    length: number,
    flags: number,
    address: number,
    addressLength: number,
  ): void {
    const at = this.#put(OPERATION_SEND | (REQUEST_SKIP_SUCCESS << 8), name);
    this.#requests[at + REQUEST_DESCRIPTOR] = descriptor;
    this.#writeLong(at + REQUEST_OFFSET, address);
    this.#writeLong(at + REQUEST_ADDRESS, bytes);
    this.#requests[at + REQUEST_LENGTH] = length;
    this.#requests[at + REQUEST_OPERATION_FLAGS] = flags;
    this.#requests[at + REQUEST_ADDRESS_LENGTH] = addressLength;
  }

  /** Completes once, when the descriptor can be read. */
  putPoll(name: number, descriptor: number): void {
    const at = this.#put(OPERATION_POLL_ADD, name);
    this.#requests[at + REQUEST_DESCRIPTOR] = descriptor;
    this.#requests[at + REQUEST_OPERATION_FLAGS] = POLLIN;
  }

  /** Ends the request of the name `cancelled`; completes only where there is none. */
  putCancel(name: number, cancelled: number): void {
    const at = this.#put(OPERATION_ASYNC_CANCEL | (REQUEST_SKIP_SUCCESS << 8), name);
    this.#requests[at + REQUEST_DESCRIPTOR] = -1;
    this.#requests[at + REQUEST_ADDRESS] = cancelled;
  }

  /** Closes the descriptor, and completes only where that failed. */
  putClose(name: number, descriptor: number): void {
    const at = this.#put(OPERATION_CLOSE | (REQUEST_SKIP_SUCCESS << 8), name);
    this.#requests[at + REQUEST_DESCRIPTOR] = descriptor;
  }

  /**
   * Has the kernel take what was put.
   * @throws SystemCallFailed where it does not: nothing works any more then
   */
  submit(): void {
    // It takes fewer at a time where one of them is refused as it stands.
    while (this.#pending > 0) this.#enter(0, 0, 0);
  }

  /** Submits, and has the kernel complete what it can without waiting. */
  complete(): void {
    do this.#enter(0, ENTER_GETEVENTS, 0);
    while (this.#pending > 0);
  }

  /** Submits, and waits for a completion, at most so long, which is less than a second. */
  wait(waitMs: number): void {
    this.submit();
    this.#memory.words[this.#timeout / 4 + 2] = Math.ceil(waitMs * 1e6);
    this.#enter(1, ENTER_GETEVENTS | ENTER_EXT_ARG, this.#memory.pointer(this.#argument));
  }

  /** Takes the next completion, if there is one. */
  take(into: Completion): boolean {
    const head = this.#rings[this.#completionHead] as number;
    if (Atomics.load(this.#rings, this.#completionTail) === head) return false;
    const at = this.#completions + (head & this.#completionMask) * COMPLETION_WORDS;
    const flags = this.#rings[at + 3] as number;
    into.name = this.#rings[at] as number;
    into.result = this.#rings[at + 2] as number;
    into.buffer = flags >>> COMPLETION_BUFFER_SHIFT;
    into.hasMore = (flags & COMPLETION_FLAG_MORE) !== 0;
    Atomics.store(this.#rings, this.#completionHead, (head + 1) | 0);
    return true;
  }

  #put(operation: number, name: number): number {
    if (this.isFull) this.submit();
    const at = this.nextPlace * REQUEST_WORDS;
    // Word by word: a call of `fill` costs more.
    for (let word = at; word < at + REQUEST_WORDS; word++) this.#requests[word] = 0;
    this.#requests[at + REQUEST_OPERATION] = operation;
    this.#requests[at + REQUEST_NAME] = name;
    this.#tail = (this.#tail + 1) | 0;
    this.#pending++;
    return at;
  }

  #enter(wanted: number, flags: number, argument: number): void {
    Atomics.store(this.#rings, this.#submissionTail, this.#tail);
    const { descriptor } = this;
    const size = argument === 0 ? 0 : ARGUMENT_BYTES;
    const taken = this.#libc.ioUringEnter(descriptor, this.#pending, wanted, flags, argument, size);
    if (taken >= 0) this.#pending -= taken;
    else this.#failEnter();
  }

  #failEnter(): void {
    const errorNumber = this.#libc.errorNumber();
    if (!PASSING_ERRORS.includes(errorNumber)) throw new SystemCallFailed('io_uring_enter', errorNumber);
  }

  #writeLong(word: number, address: number): void {
    this.#requests[word] = address;
    this.#requests[word + 1] = Math.floor(address / 2 ** 32);
  }

  #map(offset: number, length: number): Int32Array {
    const libc = this.#libc;
    const at = libc.mapShared(this.descriptor, offset, length);
    if (at < 0) throw new SystemCallFailed('mmap', libc.errorNumber());
    return new Int32Array(libc.viewOf(at, length));
  }
}
