import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseQualityReport } from '../../../signaling/quality-report/parse.ts';
import {
  FIGURES,
  type QualityFigure,
  type QualityMetrics,
  type QualityReport,
} from '../../../signaling/quality-report/quality-report.ts';
import { serializeQualityReport } from '../../../signaling/quality-report/serialize.ts';
import { sessionReport } from '../../support/session-report.ts';

const parse = (text: string) => parseQualityReport(Buffer.from(text));
const accepted = (text: string): QualityReport => {
  const parsed = parse(text);
  if (!parsed.isValid) throw new Error(parsed.defect);
  return parsed.report;
};

const word = fc.stringMatching(/^[\x21-\x7e]{1,20}$/);
const sentence = fc.array(word, { minLength: 1, maxLength: 3 }).map((words) => words.join(' '));
const text = fc.option(sentence);
const number = fc.option(fc.integer({ min: -1000, max: 60_000 }).map((value) => value / 10));
const timeMs = fc.option(
  fc.date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true }).map(Number),
);
const address = fc.option(
  fc.record({
    address: fc.oneof(fc.ipV4(), fc.ipV6()),
    port: fc.option(fc.nat(65_535)),
    synchronizationSource: fc.option(fc.nat(0xffff_ffff).map((value) => `0x${value.toString(16)}`)),
  }),
);
/** 127 stands for "not measured" in some. */
const figures = fc
  .uniqueArray(fc.constantFrom(...FIGURES.map(({ figure }) => figure)))
  .chain((names) =>
    fc.record(
      Object.fromEntries(names.map((name) => [name, fc.integer({ min: -90, max: 126 }).map((n) => n / 2)])),
    ),
  ) as fc.Arbitrary<Partial<Record<QualityFigure, number>>>;

const metrics: fc.Arbitrary<QualityMetrics | null> = fc.option(
  fc.record({
    startMs: timeMs,
    endMs: timeMs,
    session: fc.option(
      fc.record({
        payloadType: number,
        encodingName: text,
        sampleRateHz: number,
        frameDurationMs: number,
        frameOctets: number,
        framesPerPacket: number,
        packetsPerSecond: number,
        concealment: number,
        hasSilenceSuppression: fc.option(fc.boolean()),
      }),
    ),
    figures,
    algorithm: text,
  }),
);

const report: fc.Arbitrary<QualityReport> = fc
  .record({
    kind: fc.constantFrom('session' as const, 'interval' as const, 'alert' as const),
    isFinal: fc.boolean(),
    alert: fc.record({ type: word, severity: word, direction: word }),
    callId: sentence,
    localId: text,
    remoteId: text,
    originId: text,
    localGroup: text,
    remoteGroup: text,
    localMac: text,
    remoteMac: text,
    localAddress: address,
    remoteAddress: address,
    dialogId: text,
    localMetrics: metrics,
    remoteMetrics: metrics,
  })
  .filter(({ kind, localMetrics }) => kind === 'alert' || localMetrics !== null)
  .map((fields) => ({
    ...fields,
    isFinal: fields.kind !== 'alert' && fields.isFinal,
    alert: fields.kind === 'alert' ? fields.alert : null,
  }));

describe('parseQualityReport', () => {
  it('reads a session report whole', () => {
    expect(accepted(sessionReport('call-1@192.0.2.1'))).toEqual({
      kind: 'session',
      isFinal: true,
      alert: null,
      callId: 'call-1@192.0.2.1',
      localId: '"Room 7" <sip:room@192.0.2.1>',
      remoteId: '<sip:6064724824@192.0.2.9>',
      originId: '"Room 7" <sip:room@192.0.2.1>',
      localGroup: null,
      remoteGroup: null,
      localMac: '00:15:65:00:00:01',
      remoteMac: null,
      localAddress: { address: '192.0.2.1', port: 11_784, synchronizationSource: '0x1a2a9c52' },
      remoteAddress: { address: '192.0.2.9', port: 10_000, synchronizationSource: 'ce2256d2' },
      dialogId: 'call-1@192.0.2.1;to-tag=8472761;from-tag=9123dh311',
      localMetrics: {
        startMs: Date.UTC(2026, 10, 23, 4, 0, 0),
        endMs: Date.UTC(2026, 10, 23, 4, 1, 30),
        session: {
          payloadType: 0,
          encodingName: 'PCMU',
          sampleRateHz: 8000,
          frameDurationMs: 20,
          frameOctets: null,
          framesPerPacket: 1,
          packetsPerSecond: 50,
          concealment: 3,
          hasSilenceSuppression: false,
        },
        figures: {
          jitterBufferAdaptation: 3,
          jitterBufferRate: 2,
          jitterBufferNominalMs: 40,
          jitterBufferMaximumMs: 80,
          jitterBufferAbsoluteMaximumMs: 120,
          lossPercent: 5,
          discardPercent: 2,
          burstLossPercent: 0.7,
          burstDurationMs: 60,
          gapLossPercent: 2,
          gapDurationMs: 500,
          gapThreshold: 16,
          roundTripDelayMs: 200,
          endSystemDelayMs: 140,
          symmetricOneWayDelayMs: 200,
          jitterMs: 2,
          meanAbsoluteJitterMs: 10,
          signalLevelDbm0: -18,
          noiseLevelDbm0: -50,
          ratingListening: 90,
          ratingConversational: 85,
          mosListening: 4.2,
          mosConversational: 4.1,
        },
        algorithm: 'P.564',
      },
      remoteMetrics: null,
    });
  });

  it('takes the lines in any order, and leaves out what stands for "not measured"', () => {
    const read = accepted(
      'VQSessionReport: CallTerm\nLocalMetrics:\nQualityEst:RLQ=127 MOSLQ=3.8\nCallID:a@b\nSignal: SL=127\nX-Own: 1',
    );
    expect(read).toMatchObject({ callId: 'a@b', localMetrics: { figures: { mosListening: 3.8 } } });
    expect(Object.keys(read.localMetrics?.figures ?? {})).toEqual(['mosListening']);
  });

  it('reads an alert and an interval report', () => {
    expect(accepted('VQAlertReport: Type=NLR Severity=Critical Dir=local\r\nCallID: a\r\n')).toMatchObject({
      kind: 'alert',
      alert: { type: 'NLR', severity: 'Critical', direction: 'local' },
      localMetrics: null,
    });
    expect(accepted('VQIntervalReport\r\nCallID: a\r\nLocalMetrics:\r\n')).toMatchObject({
      kind: 'interval',
      isFinal: false,
    });
  });

  it.each([
    ['nothing', '', 'begins with'],
    ['another text', 'v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\n', 'begins with'],
    ['no call', 'VQSessionReport: CallTerm\r\nLocalMetrics:\r\n', 'CallID'],
    ['no figures', 'VQSessionReport: CallTerm\r\nCallID: a\r\n', 'LocalMetrics'],
    [
      'a figure that is none',
      'VQSessionReport\r\nCallID: a\r\nLocalMetrics:\r\nPacketLoss: NLR=much\r\n',
      'PacketLoss: NLR is no number: much',
    ],
    [
      'an address without one',
      'VQSessionReport\r\nCallID: a\r\nLocalAddr: PORT=1\r\n',
      'LocalAddr needs IP=',
    ],
  ])('refuses %s', (_, body, defect) => {
    expect(parse(body)).toMatchObject({ isValid: false, defect: expect.stringContaining(defect) });
  });

  it('never throws', () => {
    const pieces = fc.constantFrom(
      'VQSessionReport',
      ': ',
      '\r\n',
      'CallID',
      'a',
      '=',
      '"',
      '\\',
      'NLR',
      'LocalMetrics',
      ' ',
      '1',
    );
    const scraps = fc.array(fc.oneof(pieces, fc.string()), { maxLength: 60 }).map((list) => list.join(''));
    fc.assert(
      fc.property(
        fc.oneof(
          scraps,
          scraps.map((rest) => `VQSessionReport: CallTerm\r\n${rest}`),
        ),
        (body) => {
          parse(body);
        },
      ),
      { numRuns: 10_000 },
    );
    fc.assert(
      fc.property(fc.uint8Array(), (body) => {
        parseQualityReport(body);
      }),
    );
  });

  it('is done with the longest message at once, whatever is in it', () => {
    for (const piece of ['a', 'a=', '"', '="\\', 'a ', '\r\n ']) {
      const body = `VQSessionReport\r\nCallID: a\r\nLocalMetrics:\r\nDelay: ${piece.repeat(65_536 / piece.length)}`;
      const startMs = performance.now();
      parse(body);
      // A quadratic reading takes many seconds.
      expect(performance.now() - startMs).toBeLessThan(2000);
    }
  });

  it('gives back what was serialized', () => {
    fc.assert(
      fc.property(report, (written) => {
        expect(parseQualityReport(serializeQualityReport(written))).toEqual({
          isValid: true,
          report: written,
        });
      }),
    );
  });
});
