import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CaptureDecoder } from '../../../media/capture/capture-decoder.ts';
import { CaptureDefect } from '../../../media/capture/capture-format.ts';

interface Seen {
  readonly bytes: readonly number[];
  readonly linkType: number;
  readonly arrivalUs: number;
}

function decode(file: Uint8Array, splits: readonly number[] = []) {
  const packets: Seen[] = [];
  const decoder = new CaptureDecoder({
    onPackets(view, { count, offsets, lengths, linkTypes, arrivalsUs }) {
      for (let index = 0; index < count; index++) {
        const offset = view.byteOffset + (offsets[index] ?? 0);
        packets.push({
          bytes: [...new Uint8Array(view.buffer, offset, lengths[index])],
          linkType: linkTypes[index] ?? 0,
          arrivalUs: arrivalsUs[index] ?? 0,
        });
      }
    },
  });
  let defect: CaptureDefect | null = null;
  try {
    const edges = [0, ...splits.map((split) => split % (file.length + 1)).sort((a, b) => a - b), file.length];
    for (const [index, edge] of edges.slice(1).entries()) decoder.push(file.subarray(edges[index], edge));
    decoder.end();
  } catch (error) {
    if (!(error instanceof CaptureDefect)) throw error;
    defect = error;
  }
  return { packets, defect: defect && { reason: defect.reason, offset: defect.offset } };
}

/** Words of two or four bytes in the byte order of the file. */
class Writer {
  readonly #bytes: number[] = [];
  readonly #isLittleEndian: boolean;

  constructor(isLittleEndian: boolean) {
    this.#isLittleEndian = isLittleEndian;
  }

  words(...values: number[]): this {
    for (const value of values) this.#add(value, 4);
    return this;
  }

  halves(...values: number[]): this {
    for (const value of values) this.#add(value, 2);
    return this;
  }

  bytes(bytes: readonly number[]): this {
    this.#bytes.push(...bytes);
    return this;
  }

  done(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }

  #add(value: number, width: number): void {
    const bytes = Array.from({ length: width }, (_, index) => Math.floor(value / 256 ** index) % 256);
    this.#bytes.push(...(this.#isLittleEndian ? bytes : bytes.reverse()));
  }
}

function pcap(isLittleEndian: boolean, magic: number, linkType = 1): Uint8Array {
  return new Writer(isLittleEndian)
    .words(magic, 0x0004_0002, 0, 0, 65_535, linkType)
    .words(1_700_000_000, 250_000, 3, 3)
    .bytes([1, 2, 3])
    .words(1_700_000_001, 999_999, 0, 60)
    .words(1_700_000_002, 500, 2, 2)
    .bytes([4, 5])
    .done();
}

const MICROSECONDS = 0xa1b2c3d4;
const NANOSECONDS = 0xa1b23c4d;
const at = (seconds: number, us: number): number => (1_700_000_000 + seconds) * 1e6 + us;

describe('pcap', () => {
  it.each([
    ['little-endian, microseconds', true, MICROSECONDS, 1],
    ['big-endian, microseconds', false, MICROSECONDS, 1],
    ['little-endian, nanoseconds', true, NANOSECONDS, 1000],
    ['big-endian, nanoseconds', false, NANOSECONDS, 1000],
  ])('%s', (_, isLittleEndian, magic, unitsPerUs) => {
    expect(decode(pcap(isLittleEndian, magic, 113))).toEqual({
      packets: [
        { bytes: [1, 2, 3], linkType: 113, arrivalUs: at(0, 250_000 / unitsPerUs) },
        { bytes: [], linkType: 113, arrivalUs: expect.closeTo(at(1, 999_999 / unitsPerUs), 2) },
        { bytes: [4, 5], linkType: 113, arrivalUs: at(2, 500 / unitsPerUs) },
      ],
      defect: null,
    });
  });

  it('keeps the frame check sequence bits out of the link type', () => {
    expect(decode(pcap(true, MICROSECONDS, 0x5400_0001)).packets[0]?.linkType).toBe(1);
  });

  it('says where a record is longer than any packet, after the packets before', () => {
    const file = new Writer(true)
      .bytes([...pcap(true, MICROSECONDS)])
      .words(0, 0, 0xffff_fff0, 0)
      .done();
    expect(decode(file)).toMatchObject({
      packets: { length: 3 },
      defect: { reason: 'record-too-long', offset: 24 + 3 * 16 + 5 },
    });
  });
});

function block(writer: Writer, type: number, length: number, body: (writer: Writer) => Writer): Writer {
  return body(writer.words(type, length)).words(length);
}

function pcapng(isLittleEndian: boolean): Writer {
  const writer = new Writer(isLittleEndian);
  block(writer, 0x0a0d0d0a, 28, (w) => w.words(0x1a2b3c4d, 1, 0xffff_ffff, 0xffff_ffff));
  block(writer, 1, 20, (w) => w.halves(1, 0).words(0));
  // The second interface counts nanoseconds from one hour on.
  const offset = isLittleEndian ? [3600, 0] : [0, 3600];
  return block(writer, 1, 44, (w) =>
    w
      .halves(276, 0)
      .words(0)
      .halves(9, 1)
      .bytes([9, 0, 0, 0])
      .halves(14, 8)
      .words(...offset)
      .halves(0, 0),
  );
}

const enhanced = (writer: Writer, number: number, units: number, bytes: readonly number[]): Writer =>
  block(writer, 6, 32 + 4, (w) =>
    w
      .words(number, Math.floor(units / 2 ** 32), units % 2 ** 32, bytes.length, bytes.length)
      .bytes([...bytes, 0, 0, 0, 0].slice(0, 4)),
  );

describe('pcapng', () => {
  it.each([
    ['little-endian', true],
    ['big-endian', false],
  ])('%s: interfaces, enhanced, simple and obsolete packets, unknown blocks', (_, isLittleEndian) => {
    const writer = pcapng(isLittleEndian);
    enhanced(writer, 0, at(0, 5), [1, 2, 3]);
    enhanced(writer, 1, 2_000_000_500, [4]);
    block(writer, 0x0bad, 16, (w) => w.words(7));
    block(writer, 3, 20, (w) => w.words(3).bytes([9, 8, 7, 0]));
    block(writer, 2, 36, (w) => w.halves(0, 0).words(0, 77, 2, 2).bytes([6, 6, 0, 0]));
    expect(decode(writer.done())).toEqual({
      packets: [
        { bytes: [1, 2, 3], linkType: 1, arrivalUs: at(0, 5) },
        { bytes: [4], linkType: 276, arrivalUs: expect.closeTo(3_602_000_000.5, 3) },
        { bytes: [9, 8, 7], linkType: 1, arrivalUs: expect.closeTo(3_602_000_000.5, 3) },
        { bytes: [6, 6], linkType: 1, arrivalUs: 77 },
      ],
      defect: null,
    });
  });

  it('begins anew with each section, even in the other byte order', () => {
    const first = enhanced(pcapng(true), 1, 0, [1]).done();
    const second = enhanced(pcapng(false), 0, 3, [2]).done();
    expect(decode(Uint8Array.from([...first, ...second]))).toMatchObject({
      packets: [{ linkType: 276 }, { linkType: 1, arrivalUs: 3 }],
      defect: null,
    });
  });

  const length = pcapng(true).done().length;
  it.each([
    ['an interface not described', enhanced(pcapng(true), 2, 0, [1]).done(), 'unknown-interface', length],
    ['lengths that differ', pcapng(true).words(5, 12, 16).done(), 'bad-block', length],
    ['a length below the minimum', pcapng(true).words(5, 8, 8).done(), 'bad-block', length],
    [
      'a block longer than any packet',
      pcapng(true).words(6, 0x7000_0000, 0).done(),
      'record-too-long',
      length,
    ],
    [
      'a packet longer than its block',
      block(pcapng(true), 6, 32, (w) => w.words(0, 0, 0, 9, 9)).done(),
      'bad-block',
      length,
    ],
  ])('says where there is %s', (_, file, reason, offset) => {
    expect(decode(file).defect).toEqual({ reason, offset });
  });
});

describe('any file', () => {
  it.each([
    ['nothing', new Uint8Array(0), 'empty'],
    ['a few bytes', new Uint8Array(7), 'not-a-capture'],
    ['something else', new Uint8Array(4000).fill(0x41), 'not-a-capture'],
  ])('%s is told apart', (_, file, reason) => {
    expect(decode(file)).toEqual({ packets: [], defect: { reason, offset: 0 } });
  });

  const files = [
    pcap(true, MICROSECONDS),
    pcap(false, NANOSECONDS),
    enhanced(pcapng(true), 0, 1, [1, 2]).done(),
  ];

  it('gives the same packets wherever it is split', () => {
    fc.assert(
      fc.property(fc.constantFrom(...files), fc.array(fc.nat(500), { maxLength: 10 }), (file, splits) => {
        expect(decode(file, splits)).toEqual(decode(file));
      }),
    );
  });

  it('gives what is whole before a cut, and says from where the rest is missing', () => {
    const file = pcap(true, MICROSECONDS);
    expect(decode(file.subarray(0, 24 + 19 + 16 + 5))).toMatchObject({
      packets: { length: 2 },
      defect: { reason: 'truncated', offset: 24 + 19 + 16 },
    });
  });

  it('takes records longer than its buffer at first', () => {
    const bytes = Array.from({ length: 262_144 }, (_, index) => index & 0xff);
    const file = new Writer(true)
      .words(MICROSECONDS, 0, 0, 0, 0, 1)
      .words(1, 2, bytes.length, 0)
      .bytes([])
      .done();
    const whole = new Uint8Array(file.length + bytes.length);
    whole.set(file);
    whole.set(bytes, file.length);
    const { packets, defect } = decode(whole);
    expect(defect).toBeNull();
    expect(packets[0]?.bytes).toEqual(bytes);
  });

  it('never throws anything else, nor hangs, on files with bytes changed', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...files),
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 6 }),
        (file, edits) => {
          const changed = Uint8Array.from(file);
          for (const [place, value] of edits) changed[place % changed.length] = value;
          expect(decode(changed).packets.length).toBeLessThan(20);
        },
      ),
      { numRuns: 5000 },
    );
  });
});
