import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCompound, type RtcpPacket, serializeCompound } from '../../../media/rtcp/compound.ts';
import type { ReportBlock } from '../../../media/rtcp/report-block.ts';
import { extendedReport } from './extended-report-arbitrary.ts';

const uint32 = fc.integer({ min: 0, max: 0xffff_ffff });
const words = fc
  .array(uint32, { maxLength: 4 })
  .map((list) => new Uint8Array(list.flatMap((word) => [word >>> 24, word >>> 16, word >>> 8, word])));
const text = fc.string({ unit: 'grapheme', maxLength: 30 });

const reportBlock: fc.Arbitrary<ReportBlock> = fc.record({
  synchronizationSource: uint32,
  fractionLost: fc.nat(255),
  cumulativeLost: fc.integer({ min: -0x80_0000, max: 0x7f_ffff }),
  extendedHighestSequenceNumber: uint32,
  jitter: uint32,
  lastSenderReport: uint32,
  delaySinceLastSenderReport: uint32,
});
const reportBlocks = fc.array(reportBlock, { maxLength: 31 });

const report: fc.Arbitrary<RtcpPacket> = fc.oneof(
  fc.record({
    type: fc.constant('sender-report' as const),
    synchronizationSource: uint32,
    ntpTimestamp: fc.record({ seconds: uint32, fraction: uint32 }),
    rtpTimestamp: uint32,
    packetCount: uint32,
    octetCount: uint32,
    reportBlocks,
    profileExtension: words,
  }),
  fc.record({
    type: fc.constant('receiver-report' as const),
    synchronizationSource: uint32,
    reportBlocks,
    profileExtension: words,
  }),
);

const follower: fc.Arbitrary<RtcpPacket> = fc.oneof(
  report,
  fc.record({
    type: fc.constant('source-description' as const),
    chunks: fc.array(
      fc.record({
        source: uint32,
        items: fc.array(fc.record({ itemType: fc.integer({ min: 1, max: 255 }), text }), { maxLength: 4 }),
      }),
      { maxLength: 31 },
    ),
  }),
  fc.record({
    type: fc.constant('goodbye' as const),
    sources: fc.array(uint32, { maxLength: 31 }),
    reason: fc.option(text),
  }),
  fc.record({
    type: fc.constant('application-defined' as const),
    subtype: fc.nat(31),
    source: uint32,
    name: fc.string({ unit: 'grapheme-ascii', minLength: 4, maxLength: 4 }),
    content: words,
  }),
  fc.record({
    type: fc.constant('unknown' as const),
    packetType: fc.integer({ min: 205, max: 223 }).filter((type) => type !== 207),
    count: fc.nat(31),
    content: words,
  }),
);

const compound = fc
  .tuple(report, fc.array(fc.oneof(follower, extendedReport), { maxLength: 5 }))
  .map(([first, rest]) => [first, ...rest]);

/** A sender report with one block, laid beside the diagrams of RFC 3550 §6.4.1. */
const SENDER_REPORT = [
  [0x81, 200, 0, 12],
  [0x11, 0x22, 0x33, 0x44],
  [0xe8, 0xb5, 0x5d, 0x12, 0x80, 0, 0, 0],
  [0, 0, 0x1f, 0x40],
  [0, 0, 0, 250],
  [0, 0, 0x9c, 0x40],
  [0x55, 0x66, 0x77, 0x88],
  [0x40, 0xff, 0xff, 0xfd],
  [0, 1, 0, 10],
  [0, 0, 0, 24],
  [0x5d, 0x10, 0x80, 0],
  [0, 1, 0, 0],
].flat();
const CNAME = [[0x81, 202, 0, 4], [0x11, 0x22, 0x33, 0x44], [1, 5], [...Buffer.from('a@b.c')], [0]].flat();
const padTo = (bytes: number[], length: number): number[] => [
  ...bytes,
  ...Array(length - bytes.length).fill(0),
];

describe('parseCompound', () => {
  it('reads a sender report and its block, the loss with its sign', () => {
    const bytes = new Uint8Array([...SENDER_REPORT, ...padTo(CNAME, 20)]);
    expect(SENDER_REPORT).toHaveLength(52);
    expect(parseCompound(bytes)).toEqual({
      isValid: true,
      packets: [
        {
          type: 'sender-report',
          synchronizationSource: 0x11223344,
          ntpTimestamp: { seconds: 0xe8b55d12, fraction: 0x80000000 },
          rtpTimestamp: 8000,
          packetCount: 250,
          octetCount: 40_000,
          reportBlocks: [
            {
              synchronizationSource: 0x55667788,
              fractionLost: 64,
              cumulativeLost: -3,
              extendedHighestSequenceNumber: 65_546,
              jitter: 24,
              lastSenderReport: 0x5d108000,
              delaySinceLastSenderReport: 65_536,
            },
          ],
          profileExtension: new Uint8Array(0),
        },
        {
          type: 'source-description',
          chunks: [{ source: 0x11223344, items: [{ itemType: 1, text: 'a@b.c' }] }],
        },
      ],
    });
  });

  const emptyReport = [0x80, 201, 0, 1, 0, 0, 0, 1];
  it.each([
    ['nothing at all', [], 'bad-length', 0],
    ['half a header', [0x80, 201, 0], 'bad-length', 0],
    ['version 1', [0x40, 201, 0, 1, 0, 0, 0, 1], 'bad-version', 0],
    ['a length beyond the datagram', [0x80, 201, 0, 2, 0, 0, 0, 1], 'bad-length', 0],
    ['BYE first', [0x81, 203, 0, 1, 0, 0, 0, 1], 'report-not-first', 0],
    ['a tail too short for a header', [...emptyReport, 0x80], 'bad-length', 8],
    [
      'padding before the last packet',
      [0xa0, 201, 0, 2, 0, 0, 0, 1, 0, 0, 0, 4, ...emptyReport],
      'bad-padding',
      0,
    ],
    ['padding of no whole words', [0xa0, 201, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3], 'bad-padding', 0],
    ['padding of length zero', [0xa0, 201, 0, 1, 0, 0, 0, 0], 'bad-padding', 0],
    ['padding over the header', [0xa0, 201, 0, 1, 0, 0, 0, 8], 'bad-padding', 0],
    ['more report blocks than bytes', [0x81, 201, 0, 1, 0, 0, 0, 1], 'bad-content', 0],
    ['a sender report without its figures', [0x80, 200, 0, 1, 0, 0, 0, 1], 'bad-content', 0],
    [
      'an SDES item that runs out',
      [...emptyReport, 0x81, 202, 0, 2, 0, 0, 0, 1, 1, 9, 65, 65],
      'bad-content',
      8,
    ],
    [
      'an SDES list without an end',
      [...emptyReport, 0x81, 202, 0, 2, 0, 0, 0, 1, 1, 2, 65, 65],
      'bad-content',
      8,
    ],
    ['BYE with more sources than bytes', [...emptyReport, 0x82, 203, 0, 1, 0, 0, 0, 1], 'bad-content', 8],
    ['BYE with a reason cut short', [...emptyReport, 0x80, 203, 0, 1, 4, 65, 65, 65], 'bad-content', 8],
    ['APP without a name', [...emptyReport, 0x80, 204, 0, 1, 0, 0, 0, 1], 'bad-content', 8],
  ] as const)('refuses %s', (_, bytes, defect, offset) => {
    expect(parseCompound(new Uint8Array(bytes))).toEqual({ isValid: false, defect, offset });
  });

  it('leaves the padding of the last packet out', () => {
    const parsed = parseCompound(new Uint8Array([0xa0, 201, 0, 2, 0, 0, 0, 1, 0, 0, 0, 4]));
    expect(parsed).toMatchObject({
      packets: [{ type: 'receiver-report', profileExtension: new Uint8Array(0) }],
    });
  });

  it('passes over types it does not know', () => {
    const parsed = parseCompound(new Uint8Array([...emptyReport, 0x80, 207, 0, 0]));
    expect(parsed).toMatchObject({
      packets: [{ type: 'receiver-report' }, { type: 'unknown', packetType: 207 }],
    });
  });

  it('gives back what was serialized', () => {
    fc.assert(
      fc.property(compound, (packets) => {
        expect(parseCompound(serializeCompound(packets))).toEqual({ isValid: true, packets });
      }),
      { numRuns: 500 },
    );
  });

  it('never throws on arbitrary bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(typeof parseCompound(bytes).isValid).toBe('boolean');
      }),
      { numRuns: 5000 },
    );
  });

  it('never throws on a compound with bytes changed or missing', () => {
    fc.assert(
      fc.property(
        compound,
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 }),
        fc.nat(),
        (packets, edits, cut) => {
          const bytes = serializeCompound(packets);
          for (const [at, value] of edits) bytes[at % bytes.length] = value;
          expect(typeof parseCompound(bytes.subarray(0, cut % (bytes.length + 1))).isValid).toBe('boolean');
        },
      ),
      { numRuns: 2000 },
    );
  });
});

describe('serializeCompound', () => {
  it('holds a cumulative loss beyond 24 bits at their ends', () => {
    const block = (cumulativeLost: number): ReportBlock => ({
      synchronizationSource: 1,
      fractionLost: 0,
      cumulativeLost,
      extendedHighestSequenceNumber: 0,
      jitter: 0,
      lastSenderReport: 0,
      delaySinceLastSenderReport: 0,
    });
    const bytes = serializeCompound([
      {
        type: 'receiver-report',
        synchronizationSource: 1,
        reportBlocks: [block(2 ** 24), block(-(2 ** 24))],
        profileExtension: new Uint8Array(0),
      },
    ]);
    expect(parseCompound(bytes)).toMatchObject({
      packets: [{ reportBlocks: [{ cumulativeLost: 0x7f_ffff }, { cumulativeLost: -0x80_0000 }] }],
    });
  });

  it('cuts a text at 255 bytes without breaking a character', () => {
    const bytes = serializeCompound([
      {
        type: 'receiver-report',
        synchronizationSource: 1,
        reportBlocks: [],
        profileExtension: new Uint8Array(0),
      },
      { type: 'goodbye', sources: [1], reason: 'ä'.repeat(200) },
    ]);
    expect(parseCompound(bytes)).toMatchObject({ packets: [{}, { reason: 'ä'.repeat(127) }] });
  });
});
