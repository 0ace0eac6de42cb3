import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BitReader, DEFAULT_PER_LIMITS } from '../../../../signaling/h323/per/bit-reader.ts';
import { BitWriter } from '../../../../signaling/h323/per/bit-writer.ts';
import { SchemaCompiler } from '../../../../signaling/h323/per/compile.ts';
import { PerError } from '../../../../signaling/h323/per/per-error.ts';
import type { SchemaType } from '../../../../signaling/h323/per/schema.ts';

function codecOf(type: SchemaType, others: Record<string, SchemaType> = {}) {
  const codec = new SchemaCompiler({ m: { T: type, ...others } }).codec('m.T');
  return {
    encode(value: unknown): string {
      const writer = new BitWriter();
      codec.encode(writer, value);
      return Buffer.from(writer.finish()).toString('hex');
    },
    decode(hex: string, limits = DEFAULT_PER_LIMITS): unknown {
      return codec.decode(new BitReader(Buffer.from(hex, 'hex'), limits));
    },
  };
}

function failure(run: () => unknown): PerError {
  try {
    run();
  } catch (error) {
    if (error instanceof PerError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

const octets = (hex: string) => new Uint8Array(Buffer.from(hex, 'hex'));

/** Worked by hand from the clauses of X.691 named beside them. */
const ENCODINGS: readonly (readonly [string, SchemaType, unknown, string])[] = [
  ['§12 BOOLEAN', 'BOOLEAN', true, '80'],
  ['§11.1.3 nothing at all is one octet', 'NULL', null, '00'],
  ['§11.5.4 a range of one value', { integer: [7, 7] }, 7, '00'],
  ['§11.5.7.1 a bit field', { integer: [3, 6] }, 6, 'c0'],
  ['§11.5.7.1 255 values', { integer: [1, 255] }, 255, 'fe'],
  ['§11.5.7.2 256 values', { integer: [1, 256] }, 256, 'ff'],
  ['§11.5.7.3 64 K values', { integer: [0, 65_535] }, 258, '0102'],
  ['§11.5.7.4 more, one octet', { integer: [0, 4_294_967_295] }, 5, '0005'],
  ['§11.5.7.4 more, four octets', { integer: [0, 4_294_967_295] }, 4_294_967_295, 'c0ffffffff'],
  ['§11.5.7.4 three octets at most', { integer: [0, 16_777_215] }, 65_536, '80010000'],
  ['§11.7 semi-constrained', { integer: [1, null] }, 128, '017f'],
  ['§11.8 unconstrained', { integer: [null, null] }, -129, '02ff7f'],
  ['§11.8 unconstrained', { integer: [null, null] }, 128, '020080'],
  ['§11.8 longer than a double is exact', { integer: [null, null] }, 2n ** 63n, '09008000000000000000'],
  ['§11.8 negative and long', { integer: [null, null] }, -(2n ** 63n), '088000000000000000'],
  ['§13.1 extensible, inside', { integer: [0, 255, '...'] }, 9, '0009'],
  ['§13.1 extensible, outside', { integer: [0, 255, '...'] }, 256, '80020100'],
  ['§14 ENUMERATED', { enumerated: ['a', 'b', 'c'] }, 'c', '80'],
  ['§14.3 an addition', { enumerated: ['a'], additions: ['b'] }, 'b', '80'],
  ['§14.3 an addition unknown here', { enumerated: ['a'], additions: [] }, 70, 'c00146'],
  ['§16.9 16 bits', { bitString: [16, 16] }, { bitLength: 16, octets: octets('abcd') }, 'abcd'],
  ['§16.10 17 bits', { bitString: [17, 17] }, { bitLength: 17, octets: octets('abcd80') }, 'abcd80'],
  ['§16.11 any number', { bitString: [0, null] }, { bitLength: 3, octets: octets('a0') }, '03a0'],
  ['§17.6 two octets', { octetString: [2, 2] }, octets('0102'), '0102'],
  ['§17.8 up to 131', { octetString: [1, 131] }, octets('05'), '0005'],
  ['§17.8 none', { octetString: [0, null] }, octets(''), '00'],
  ['§24 OBJECT IDENTIFIER', 'OBJECT IDENTIFIER', '0.0.8.2250.0.7', '060008914a0007'],
  ['§24 arcs over 39 below 2', 'OBJECT IDENTIFIER', '2.999.3', '03883703'],
  ['§30 IA5String', { string: 'IA5String', size: [1, 64] }, 'AZ', '04415a'],
  ['§30 GeneralString', { string: 'GeneralString' }, 'é', '01e9'],
  ['§30 BMPString', { string: 'BMPString', size: [1, 256] }, 'Ž1', '01017d0031'],
  ['§30.5.4 by place', { string: 'IA5String', size: [1, 128], from: '0123456789#*,' }, '19#', '044c00'],
  ['§30.5.4 by code', { string: 'IA5String', size: [1, 1], from: '0123456789#*ABCD!' }, '5', '35'],
  ['§30 NumericString', { string: 'NumericString', size: [1, 16] }, '0 9', '2010a0'],
];

describe('aligned PER', () => {
  it.each(ENCODINGS)('%s', (_clause, type, value, hex) => {
    const codec = codecOf(type);
    expect(codec.encode(value)).toBe(hex);
    expect(codec.decode(hex)).toEqual(value);
  });

  it('pads to an octet before aligned fields only', () => {
    const codec = codecOf({
      sequence: [
        ['flag', 'BOOLEAN'],
        ['small', { integer: [0, 7] }],
        ['word', { integer: [0, 65_535] }],
      ],
    });
    expect(codec.encode({ flag: true, small: 5, word: 0x1234 })).toBe('d01234');
  });

  it.each([1, 127, 128, 16_383, 16_384, 16_385, 65_536, 81_920, 200_000])('carries %i octets', (count) => {
    const codec = codecOf({ octetString: [0, null] });
    const value = Uint8Array.from({ length: count }, (_, index) => index * 7);
    const hex = codec.encode(value);
    const unlimited = { ...DEFAULT_PER_LIMITS, maxOctets: 1 << 20 };
    expect(Buffer.from(codec.decode(hex, unlimited) as Uint8Array).equals(value)).toBe(true);
  });

  it('cuts 16 K and more into fragments', () => {
    const hex = codecOf({ octetString: [0, null] }).encode(new Uint8Array(16_385));
    expect([hex.slice(0, 2), hex.slice(2 + 32_768)]).toEqual(['c1', '0100']);
    expect(
      codecOf({ octetString: [0, null] })
        .encode(new Uint8Array(16_384))
        .slice(-2),
    ).toBe('00');
  });

  it('reads a known addition whose open type came in fragments', () => {
    const codec = codecOf({ sequence: [], additions: [['long', { octetString: [0, null] }]] });
    const value = { long: new Uint8Array(20_000).fill(9) };
    expect(codec.decode(codec.encode(value))).toEqual(value);
  });
});

describe('extensions', () => {
  const versionOne: SchemaType = { sequence: [['a', { integer: [0, 255] }]], additions: [['b', 'BOOLEAN']] };
  const versionTwo: SchemaType = {
    sequence: [['a', { integer: [0, 255] }]],
    additions: [
      ['b', 'BOOLEAN'],
      ['c', { octetString: [0, null] }],
      ['d', { sequence: [['e', 'BOOLEAN']] }],
    ],
  };

  it('of a later version are kept and written again byte for byte', () => {
    const sent = codecOf(versionTwo).encode({ a: 5, b: true, c: octets('aabb'), d: { e: true } });
    const received = codecOf(versionOne).decode(sent);
    expect(received).toMatchObject({ a: 5, b: true });
    expect(codecOf(versionOne).encode(received)).toBe(sent);
  });

  it('of an earlier version are written with as many bits as they came with', () => {
    const sent = codecOf(versionOne).encode({ a: 5, b: true });
    expect(codecOf(versionTwo).encode(codecOf(versionTwo).decode(sent))).toBe(sent);
  });

  it('of a copy are kept too', () => {
    const sent = codecOf(versionTwo).encode({ a: 5, c: octets('aabb') });
    const received = codecOf(versionOne).decode(sent) as object;
    expect(codecOf(versionOne).encode({ ...received, a: 5 })).toBe(sent);
  });

  it('may be more than 64', () => {
    const additions = Array.from({ length: 70 }, (_, index) => [`x${index}`, 'BOOLEAN'] as const);
    const many = codecOf({ sequence: [], additions });
    const sent = many.encode({ x0: true, x69: false });
    expect(many.decode(sent)).toEqual({ x0: true, x69: false });
    expect(
      codecOf({ sequence: [], additions: [] }).encode(codecOf({ sequence: [], additions: [] }).decode(sent)),
    ).toBe(sent);
  });

  it('that are alternatives we do not know are kept raw', () => {
    const sent = codecOf({
      choice: [['a', 'NULL']],
      additions: [
        ['b', 'NULL'],
        ['c', { octetString: [0, null] }],
      ],
    }).encode({
      choice: 'c',
      value: octets('0102'),
    });
    const known = codecOf({ choice: [['a', 'NULL']], additions: [['b', 'NULL']] });
    expect(known.decode(sent)).toEqual({ choice: '?', value: { index: 1, octets: octets('020102') } });
    expect(known.encode(known.decode(sent))).toBe(sent);
  });
});

describe('errors', () => {
  const nested: SchemaType = {
    sequence: [
      ['list', { sequenceOf: { choice: [['one', { sequence: [['number', { integer: [0, 4] }]] }]] } }],
    ],
  };

  it('name the field', () => {
    const error = failure(() => codecOf(nested).decode('023c'));
    expect([error.code, error.path]).toEqual(['out-of-range', 'list[1].one.number']);
    expect(failure(() => codecOf(nested).encode({ list: [{ choice: 'two', value: null }] })).path).toBe(
      'list[0]',
    );
    expect(failure(() => codecOf(nested).encode({})).message).toBe('list: list is missing');
  });

  it.each<[string, SchemaType, string, string]>([
    ['an end too early', { octetString: [0, null] }, '05010203', 'truncated'],
    ['a value outside its range', { integer: [0, 4] }, 'a0', 'out-of-range'],
    ['a size outside its range', { octetString: [1, 131] }, 'ff', 'out-of-range'],
    ['a fragment of five units', { octetString: [0, null] }, 'c5', 'out-of-range'],
    ['a place outside the alphabet', { string: 'NumericString', size: [1, 16] }, '00f0', 'out-of-range'],
    ['an identifier that does not end', 'OBJECT IDENTIFIER', '0188', 'truncated'],
    ['an INTEGER without octets', { integer: [null, null] }, '00', 'out-of-range'],
    ['a bitmap of none', { sequence: [], additions: [] }, 'c000', 'out-of-range'],
  ])('%s', (_case, type, hex, code) => {
    expect(failure(() => codecOf(type).decode(hex)).code).toBe(code);
  });

  it.each<[string, SchemaType, unknown]>([
    ['a number for octets', { octetString: [0, null] }, 5],
    ['a fraction', { integer: [0, 5] }, 1.5],
    ['too long a string', { string: 'IA5String', size: [1, 2] }, 'abc'],
    ['a character outside the alphabet', { string: 'IA5String', size: [1, 2], from: '01' }, '2'],
    ['a wide character', { string: 'GeneralString' }, 'Ž'],
    ['no boolean', 'BOOLEAN', 'true'],
    ['no identifier', 'OBJECT IDENTIFIER', 'itu-t'],
    ['no array', { sequenceOf: 'NULL' }, {}],
    ['an unknown name', { enumerated: ['a'] }, 'b'],
    ['bits that are not there', { bitString: [0, null] }, { bitLength: 9, octets: octets('00') }],
  ])('refuse to encode %s', (_case, type, value) => {
    expect(['invalid-value', 'out-of-range']).toContain(failure(() => codecOf(type).encode(value)).code);
  });
});

describe('limits', () => {
  it('stop a list of a great many nothings', () => {
    // Four fragments of 16 K elements, each of no bits: 65,536 elements in one octet.
    expect(failure(() => codecOf({ sequenceOf: 'NULL' }).decode('c400')).code).toBe('too-many-items');
  });

  it('stop a type inside itself', () => {
    const circular: SchemaType = {
      choice: [
        ['deeper', 'T'],
        ['end', 'NULL'],
      ],
    };
    expect(failure(() => codecOf(circular).decode('00'.repeat(40))).code).toBe('too-deep');
  });

  it('stop a message that is too long', () => {
    expect(failure(() => codecOf('BOOLEAN').decode('00'.repeat(65_532))).code).toBe('too-long');
  });
});

describe('any value', () => {
  it('of integers comes back', () => {
    const bounds = fc.tuple(fc.integer(), fc.nat(0xffff_ffff)).chain(([lower, range]) => {
      const upper = lower + range;
      return fc.tuple(
        fc.constant([lower, upper] as const),
        fc.integer({ min: lower, max: Math.min(upper, 2 ** 31 - 1) }),
      );
    });
    fc.assert(
      fc.property(bounds, ([range, value]) => {
        const codec = codecOf({ integer: range });
        expect(codec.decode(codec.encode(value))).toBe(value);
      }),
    );
    fc.assert(
      fc.property(fc.bigInt(), (value) => {
        const codec = codecOf({ integer: [null, null] });
        expect(BigInt(codec.decode(codec.encode(value)) as number)).toBe(value);
      }),
    );
  });

  it('of octets that are no message is refused with a typed error or understood', () => {
    const type: SchemaType = {
      sequence: [
        ['a', { sequenceOf: 'T' }, 'OPTIONAL'],
        ['b', { string: 'BMPString' }, 'OPTIONAL'],
      ],
      additions: [['c', { bitString: [0, null] }]],
    };
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        try {
          const value = codecOf(type).decode(Buffer.from(bytes).toString('hex'));
          expect(codecOf(type).decode(codecOf(type).encode(value))).toEqual(value);
        } catch (error) {
          expect(error).toBeInstanceOf(PerError);
        }
      }),
    );
  });
});
