/**
 * A part of the memory that a thread receives datagrams into, as an array. What is relayed lies at the same place and
 * is of the same length nearly always: then it is the array of last time.
 */

let memory: Uint8Array = new Uint8Array(0);
let begin = 0;
let window = memory;

export function windowOf(bytes: Uint8Array, offset: number, length: number): Uint8Array {
  if (bytes !== memory || offset !== begin || length !== window.length) {
    memory = bytes;
    begin = offset;
    window = bytes.subarray(offset, offset + length);
  }
  return window;
}
