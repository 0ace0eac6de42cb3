import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keysOfKeypad } from '../../../signaling/h323/keypad.ts';
import {
  contentOf,
  createQ931,
  parseQ931,
  Q931Error,
  type Q931Message,
  serializeQ931,
} from '../../../signaling/h323/q931.ts';
import {
  parseCause,
  parseNumber,
  parseText,
  serializeCalledNumber,
  serializeCause,
  serializeText,
} from '../../../signaling/h323/q931-elements.ts';

const hex = (text: string) => Buffer.from(text.replace(/ /g, ''), 'hex');

describe('Q.931 messages', () => {
  it('have a call reference with a direction, a type and elements', () => {
    const message = parseQ931(hex('08 02 8ac8 5a 08028090 7e00030501ff'));
    expect(message).toMatchObject({
      callReference: 0x0ac8,
      isFromDestination: true,
      type: 'releaseComplete',
    });
    expect(parseCause(contentOf(message, 'cause')!)).toBe(16);
    expect([...contentOf(message, 'userUser')!]).toEqual([1, 0xff]);
  });

  it.each([
    ['nothing', '', 'truncated', 100],
    ['too little', '08 02 0001', 'truncated', 100],
    ['another protocol', '09 02 0001 05', 'protocol-discriminator', 97],
    ['a call reference of one octet', '08 01 01 05 00', 'call-reference', 81],
    ['an element past the end', '08 02 0001 05 70ff31', 'element-length', 100],
    ['an element without its length', '08 02 0001 05 70', 'element-length', 100],
    ['a user-user element past the end', '08 02 0001 05 7effff05', 'element-length', 100],
    ['a user-user element of nothing', '08 02 0001 05 7e0000', 'element-length', 100],
    ['user information that is no ASN.1', '08 02 0001 05 7e00020400', 'element-length', 100],
  ])('refuse %s', (_name, octets, code, q850Cause) => {
    expect(() => parseQ931(hex(octets))).toThrow(expect.objectContaining({ code, q850Cause }));
  });

  it('keep types that Q.931 does not have', () => {
    const message = parseQ931(hex('08 02 0001 42'));
    expect([message.type, message.typeCode]).toEqual([null, 0x42]);
    expect(Buffer.from(serializeQ931(message))).toEqual(hex('08 02 0001 42'));
  });

  it('take the first of repeated elements', () => {
    expect(parseText(contentOf(parseQ931(hex('08 02 0001 05 280141 280142')), 'display')!)).toBe('A');
  });

  it('do not mistake elements of another codeset', () => {
    // A non-locking shift to codeset 6 before a display, then a display of codeset 0.
    const shifted = parseQ931(hex('08 02 0001 05 9e 280141 280142'));
    expect(parseText(contentOf(shifted, 'display')!)).toBe('B');
    const locked = parseQ931(hex('08 02 0001 05 96 280141 280142'));
    expect(contentOf(locked, 'display')).toBeNull();
  });

  it('are written with elements in ascending order', () => {
    const contents = { keypad: serializeText('1'), cause: serializeCause(16), display: serializeText('x') };
    const message = createQ931('information', { callReference: 1, isFromDestination: true }, contents);
    expect(message.elements.map(({ identifier }) => identifier)).toEqual([0x08, 0x28, 0x2c]);
  });

  it('come back as they were written', () => {
    const element = fc.oneof(
      fc.record({
        identifier: fc.integer({ min: 1, max: 0x7d }),
        content: fc.uint8Array({ maxLength: 255 }),
      }),
      fc.record({ identifier: fc.constant(0x7e), content: fc.uint8Array({ maxLength: 2000 }) }),
    );
    const message = fc.record({
      callReference: fc.integer({ min: 0, max: 0x7fff }),
      isFromDestination: fc.boolean(),
      type: fc.constant(null),
      typeCode: fc.constant(0x7f),
      elements: fc.array(
        element.map((one) => ({ ...one, codeset: 0 })),
        { maxLength: 8 },
      ),
    });
    fc.assert(
      fc.property(message, (sent) => {
        expect(parseQ931(new Uint8Array(serializeQ931(sent as Q931Message)))).toEqual(sent);
      }),
    );
  });

  it('are refused with a typed error or understood, whatever the octets', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (noise) => {
        const octets = Buffer.concat([hex('08 02 0001 05'), noise]);
        try {
          expect(Buffer.from(serializeQ931(parseQ931(octets)))).toEqual(octets);
        } catch (error) {
          expect(error).toBeInstanceOf(Q931Error);
        }
      }),
    );
  });
});

describe('information elements', () => {
  it.each([
    ['310032', '1'],
    ['636c69656e7400', 'client'],
    ['b1526f6f6d', 'Room'],
    ['4bc3bc636865', 'Küche'],
    ['4bfc636865', 'Küche'],
    ['00', ''],
    ['', ''],
  ])('read %s as the text "%s"', (octets, text) => {
    expect(parseText(hex(octets))).toBe(text);
  });

  it.each([
    ['81 31323334', '1234'],
    ['00 80 31323334', '1234'],
    ['80', ''],
    ['', ''],
  ])('read %s as the number "%s"', (octets, digits) => {
    expect(parseNumber(hex(octets))).toBe(digits);
  });

  it.each([
    ['8090', 16],
    ['00 80 af', 47],
    ['80', null],
    ['', null],
  ])('read %s as the cause %s', (octets, cause) => {
    expect(parseCause(hex(octets))).toBe(cause);
  });

  it('are written as they are read', () => {
    expect(parseNumber(serializeCalledNumber('6064724824'))).toBe('6064724824');
    expect(parseCause(serializeCause(88))).toBe(88);
    expect(parseText(serializeText('Ž\n'.repeat(60)))).toBe('?'.repeat(82));
  });

  it.each([
    ['3100', ['1']],
    ['2a2341', ['*', '#', 'A']],
    ['782031', ['1']],
  ])('read the keypad %s as keys', (octets, keys) => {
    expect(keysOfKeypad(hex(octets))).toEqual(keys);
  });
});
