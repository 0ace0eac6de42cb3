import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isStun, readBindingRequest, writeBindingSuccess } from '../../../media/ice/stun-message.ts';

/** RFC 5769 §2.1: a request with its password, of a browser's shape. */
const REQUEST = Buffer.from(
  [
    '000100582112a442b7e7a701bc34d686fa87dfae802200105354554e207465737420636c69656e74',
    '002400046e0001ff80290008932ff9b151263b36000600096576746a3a68367659202020',
    '000800149aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a280280004e57a3bcf',
  ].join(''),
  'hex',
);
const PASSWORD = 'VOkJxbRl1RmTxUk/WvJxBt';
/** RFC 5769 §2.2 and §2.3: the mapped addresses of its answers. */
const TRANSACTION = REQUEST.subarray(8, 20);

describe('a binding request', () => {
  it('is read as RFC 5769 has it', () => {
    expect(readBindingRequest(REQUEST, PASSWORD)).toMatchObject({
      username: 'evtj:h6vY',
      isNominating: false,
    });
  });

  it('is nothing under another password, with a changed bit, or cut off', () => {
    expect(readBindingRequest(REQUEST, 'another')).toBeNull();
    for (let at = 0; at < 60; at++) {
      const changed = Buffer.from(REQUEST);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(readBindingRequest(changed, PASSWORD), `octet ${at}`).toBeNull();
    }
    for (let length = 0; length < 80; length++) {
      expect(readBindingRequest(REQUEST.subarray(0, length), PASSWORD)).toBeNull();
    }
  });

  it('may be any octets', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), (tail) => {
        const bytes = Buffer.concat([REQUEST.subarray(0, 20), tail]);
        bytes.writeUInt16BE(tail.length, 2);
        expect(readBindingRequest(bytes, PASSWORD)).toBeNull();
      }),
    );
  });
});

describe('the answer', () => {
  it.each([
    ['192.0.2.1', '0001a147e112a643'],
    ['::ffff:192.0.2.1', '0001a147e112a643'],
    ['2001:db8:1234:5678:11:2233:4455:6677', '0002a1470113a9faa5d3f179bc25f4b5bed2b9d9'],
  ])('tells %s as RFC 5769 has it', (address, mapped) => {
    const answer = Buffer.from(
      writeBindingSuccess({ transactionId: TRANSACTION }, address, 32_853, PASSWORD),
    );
    expect(answer.readUInt16BE(0)).toBe(0x0101);
    expect(answer.readUInt16BE(2)).toBe(answer.length - 20);
    expect(answer.toString('hex')).toContain(
      `0020${(mapped.length / 2).toString(16).padStart(4, '0')}${mapped}`,
    );
    expect(isStun(answer[0]!)).toBe(true);
  });
});
