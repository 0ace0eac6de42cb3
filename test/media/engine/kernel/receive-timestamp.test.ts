import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readTimestampUs } from '../../../../media/engine/kernel/receive-timestamp.ts';

const SOL_SOCKET = 1;
const SCM_TIMESTAMPNS = 35;
const BASE_SECONDS = 1_700_000_000;

/** A control message as cmsg(3) lays it out, little endian, padded to eight bytes. */
function controlMessage(level: number, type: number, content: Uint8Array, length = 16 + content.length) {
  const bytes = new Uint8Array(Math.ceil((16 + content.length) / 8) * 8);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(length), true);
  view.setInt32(8, level, true);
  view.setInt32(12, type, true);
  bytes.set(content, 16);
  return bytes;
}

function timespec(seconds: number, nanoseconds: number): Uint8Array {
  const bytes = new Uint8Array(16);
  const view = new DataView(bytes.buffer);
  view.setBigInt64(0, BigInt(seconds), true);
  view.setBigInt64(8, BigInt(nanoseconds), true);
  return bytes;
}

function read(...messages: Uint8Array[]): number {
  const bytes = Buffer.concat(messages);
  const memory = new Uint8Array(32 + bytes.length);
  memory.set(bytes, 32);
  return readTimestampUs(new Int32Array(memory.buffer), 32, bytes.length, BASE_SECONDS);
}

const stamp = controlMessage(SOL_SOCKET, SCM_TIMESTAMPNS, timespec(BASE_SECONDS + 5, 123_456_789));

describe('the timestamp among control messages', () => {
  it.each<[string, Uint8Array[], number]>([
    ['alone', [stamp], 5_123_456.789],
    ['behind another, padded one', [controlMessage(0, 8, new Uint8Array(4)), stamp], 5_123_456.789],
    [
      'of a date before the base',
      [controlMessage(SOL_SOCKET, SCM_TIMESTAMPNS, timespec(BASE_SECONDS - 1, 0))],
      -1e6,
    ],
    [
      'after 2038 and after 2106',
      [controlMessage(SOL_SOCKET, SCM_TIMESTAMPNS, timespec(2 ** 33, 0))],
      (2 ** 33 - BASE_SECONDS) * 1e6,
    ],
    ['missing', [controlMessage(0, 8, new Uint8Array(4))], -1],
    ['of another level', [controlMessage(2, SCM_TIMESTAMPNS, timespec(0, 0))], -1],
    ['cut short', [controlMessage(SOL_SOCKET, SCM_TIMESTAMPNS, timespec(0, 0).subarray(0, 8))], -1],
    ['behind one of length 0', [controlMessage(0, 8, new Uint8Array(8), 0), stamp], -1],
    ['behind one longer than all', [controlMessage(0, 8, new Uint8Array(8), 1000), stamp], -1],
    ['in nothing', [], -1],
  ])('%s', (_, messages, expectedUs) => {
    expect(read(...messages)).toBeCloseTo(expectedUs, 3);
  });

  it('is looked for in any bytes without end or error', () => {
    fc.assert(
      fc.property(fc.array(fc.integer(), { maxLength: 40 }), fc.nat(200), (numbers, length) => {
        const words = Int32Array.from(numbers);
        expect(typeof readTimestampUs(words, 0, Math.min(length, words.byteLength), 0)).toBe('number');
      }),
    );
  });
});
