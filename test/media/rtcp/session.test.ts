import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createVoipMetrics } from '../../../media/quality/voip-metrics.ts';
import { HeardPackets } from '../../../media/receive/heard-packets.ts';
import { parseCompound, type RtcpPacket, serializeCompound } from '../../../media/rtcp/compound.ts';
import type { ReceptionCounters } from '../../../media/rtcp/reception-report.ts';
import { RtcpSession } from '../../../media/rtcp/session.ts';

const START_US = 1_700_000_000_123_456;
const OURS = 0xaaaa_0001;
const THEIRS = 0xbbbb_0002;
const received: ReceptionCounters = {
  synchronizationSource: THEIRS,
  extendedHighestSequenceNumber: 1250,
  expected: 250,
  received: 240,
  jitter: 33,
};
const sent = (packets: number) => ({ packets, octets: packets * 160, rtpTimestamp: packets * 160 });
const METRICS = createVoipMetrics({
  source: OURS,
  heard: new HeardPackets().read(),
  encodingName: 'PCMU',
  packetTimeMs: 20,
  roundTripTimeUs: null,
  jitterBufferDelayMs: 40,
  jitterBufferMaximumMs: 200,
});
const createSession = (synchronizationSource: number): RtcpSession =>
  new RtcpSession({
    synchronizationSource,
    canonicalName: `leg-${synchronizationSource}`,
    random: () => 0.5,
  });

function packetsOf(bytes: Uint8Array): readonly RtcpPacket[] {
  const compound = parseCompound(bytes);
  if (!compound.isValid) throw new Error(compound.defect);
  return compound.packets;
}

describe('RtcpSession reports', () => {
  it('sends SR and CNAME while it sends', () => {
    const packets = packetsOf(createSession(OURS).buildReport(START_US, sent(250), received));
    expect(packets).toMatchObject([
      {
        type: 'sender-report',
        synchronizationSource: OURS,
        rtpTimestamp: 40_000,
        packetCount: 250,
        octetCount: 40_000,
        reportBlocks: [
          {
            synchronizationSource: THEIRS,
            cumulativeLost: 10,
            fractionLost: 10,
            jitter: 33,
            lastSenderReport: 0,
          },
        ],
      },
      {
        type: 'source-description',
        chunks: [{ source: OURS, items: [{ itemType: 1, text: `leg-${OURS}` }] }],
      },
    ]);
  });

  it('sends an empty RR before anything happened', () => {
    const packets = packetsOf(createSession(OURS).buildReport(START_US, sent(0), null));
    expect(packets).toMatchObject([
      { type: 'receiver-report', reportBlocks: [] },
      { type: 'source-description' },
    ]);
  });

  it('turns receiver once two intervals passed without data (RFC 3550 §6.4)', () => {
    const session = createSession(OURS);
    const kinds = [10, 10, 10, 11].map(
      (packets, index) =>
        packetsOf(session.buildReport(START_US + index * 5e6, sent(packets), null))[0]?.type,
    );
    expect(kinds).toEqual(['sender-report', 'sender-report', 'receiver-report', 'sender-report']);
  });

  it('begins the fraction anew with another source', () => {
    const session = createSession(OURS);
    session.buildReport(START_US, sent(1), { ...received, expected: 1000, received: 1000 });
    const packets = packetsOf(
      session.buildReport(START_US, sent(2), {
        ...received,
        synchronizationSource: 9,
        expected: 100,
        received: 50,
      }),
    );
    expect(packets[0]).toMatchObject({
      reportBlocks: [{ synchronizationSource: 9, fractionLost: 128, lastSenderReport: 0 }],
    });
  });

  it('says BYE last', () => {
    const packets = packetsOf(createSession(OURS).buildGoodbye(START_US, sent(1), null));
    expect(packets.map(({ type }) => type)).toEqual(['sender-report', 'source-description', 'goodbye']);
    expect(packets[2]).toMatchObject({ sources: [OURS], reason: null });
  });

  it('spaces reports by RFC 3550 §6.2, the first at half the time', () => {
    const session = createSession(OURS);
    expect(session.nextReportDelayMs()).toBeCloseTo(2500 / (Math.E - 1.5), 6);
    session.buildReport(START_US, sent(1), null);
    expect(session.nextReportDelayMs()).toBeCloseTo(5000 / (Math.E - 1.5), 6);
  });
});

describe('RtcpSession round trips', () => {
  /** Ours reports, theirs hears it `oneWayUs` later and answers after `holdUs`. */
  function exchange(ours: RtcpSession, theirs: RtcpSession, atUs: number, oneWayUs: number, holdUs: number) {
    const report = ours.buildReport(atUs, sent(1), null);
    theirs.receive(report, atUs + oneWayUs);
    const answer = theirs.buildReport(atUs + oneWayUs + holdUs, sent(0), {
      ...received,
      synchronizationSource: OURS,
    });
    return ours.receive(answer, atUs + oneWayUs + holdUs + oneWayUs);
  }

  it('are measured from LSR and DLSR to a few microseconds', () => {
    fc.assert(
      fc.property(fc.nat(2_000_000), fc.nat(60_000_000), fc.nat(10_000_000), (oneWayUs, holdUs, offsetUs) => {
        const ours = createSession(OURS);
        const heard = exchange(ours, createSession(THEIRS), START_US + offsetUs, oneWayUs, holdUs);
        expect(heard).toMatchObject({ isValid: true });
        const tripUs = ours.takeRoundTripTimeUs() ?? Number.NaN;
        expect(Math.abs(tripUs - 2 * oneWayUs)).toBeLessThan(16);
      }),
    );
  });

  it('are averaged over the interval, which taking ends', () => {
    const ours = createSession(OURS);
    const theirs = createSession(THEIRS);
    exchange(ours, theirs, START_US, 10_000, 1e6);
    expect(ours.takeRoundTripTimeUs()).toBeCloseTo(20_000, -2);
    expect(ours.takeRoundTripTimeUs()).toBeNull();
    const report = ours.buildReport(START_US + 5e6, sent(2), null);
    for (const holdUs of [0, 100_000]) {
      theirs.receive(report, START_US + 5e6);
      const block = { ...received, synchronizationSource: OURS };
      ours.receive(theirs.buildReport(START_US + 5e6, sent(0), block), START_US + 5e6 + holdUs);
    }
    expect(ours.takeRoundTripTimeUs()).toBeCloseTo(50_000, -2);
  });

  const answer = (lastSenderReport: number, delaySinceLastSenderReport: number): Uint8Array =>
    serializeCompound([
      {
        type: 'receiver-report',
        synchronizationSource: THEIRS,
        reportBlocks: [
          {
            synchronizationSource: OURS,
            fractionLost: 3,
            cumulativeLost: -2,
            extendedHighestSequenceNumber: 77,
            jitter: 5,
            lastSenderReport,
            delaySinceLastSenderReport,
          },
        ],
        profileExtension: new Uint8Array(0),
      },
    ]);

  it('are not made from an LSR we never sent, though the rest of the block counts', () => {
    const session = createSession(OURS);
    session.buildReport(START_US, sent(1), null);
    expect(session.receive(answer(0x1234_5678, 0), START_US + 1)).toMatchObject({ roundTripTimeUs: null });
    expect(session.remoteReception).toMatchObject({ lostCumulative: -2, jitter: 5, fractionLost: 3 });
    expect(session.takeRoundTripTimeUs()).toBeNull();
  });

  it('are never negative', () => {
    const session = createSession(OURS);
    const [report] = packetsOf(session.buildReport(START_US, sent(1), null));
    if (report?.type !== 'sender-report') throw new Error('no sender report');
    const { seconds, fraction } = report.ntpTimestamp;
    const middle = ((seconds << 16) | (fraction >>> 16)) >>> 0;
    expect(session.receive(answer(middle, 66), START_US + 500)).toMatchObject({ roundTripTimeUs: 0 });
    expect(session.receive(answer(middle, 65_536), START_US + 500)).toMatchObject({ roundTripTimeUs: null });
  });
});

describe('RtcpSession.receive', () => {
  it('changes nothing on a malformed datagram', () => {
    const session = createSession(OURS);
    expect(session.receive(new Uint8Array([1, 2, 3]), START_US)).toEqual({
      isValid: false,
      defect: 'bad-length',
      offset: 0,
    });
    expect(session.remoteReception).toBeNull();
  });

  it('tells who said BYE', () => {
    const bytes = createSession(THEIRS).buildGoodbye(START_US, sent(1), null);
    expect(createSession(OURS).receive(bytes, START_US)).toMatchObject({
      goodbyes: [THEIRS],
      isCollision: false,
    });
  });

  it('notices that another uses our SSRC (RFC 3550 §8.2)', () => {
    const bytes = createSession(OURS).buildReport(START_US, sent(1), null);
    expect(createSession(OURS).receive(bytes, START_US)).toMatchObject({ isCollision: true });
  });

  it('answers with LSR and DLSR of the report it heard', () => {
    const session = createSession(OURS);
    session.receive(createSession(THEIRS).buildReport(START_US, sent(1), null), START_US + 1000);
    const [report] = packetsOf(session.buildReport(START_US + 1000 + 250_000, sent(1), received));
    expect(report).toMatchObject({ reportBlocks: [{ delaySinceLastSenderReport: 16_384 }] });
  });
});

describe('RtcpSession extended reports (RFC 3611)', () => {
  const everything = { voipMetrics: null, hasReferenceTime: true };

  it('measures the round trip from a reference time that comes back, though it sends nothing', () => {
    const [ours, theirs] = [createSession(OURS), createSession(THEIRS)];
    const question = ours.buildReport(START_US, sent(0), null, everything);
    expect(packetsOf(question).map(({ type }) => type)).toEqual([
      'receiver-report',
      'source-description',
      'extended-report',
    ]);
    theirs.receive(question, START_US + 30_000);
    const answer = theirs.buildReport(START_US + 1_030_000, sent(0), null, everything);
    expect(ours.receive(answer, START_US + 1_050_000)).toMatchObject({ isValid: true });
    expect(ours.lastRoundTripTimeUs).toBeCloseTo(50_000, -2);
    expect(ours.takeRoundTripTimeUs()).toBeCloseTo(50_000, -2);
  });

  it('says nothing of it where nothing was agreed', () => {
    const theirs = createSession(THEIRS);
    theirs.receive(createSession(OURS).buildReport(START_US, sent(0), null, everything), START_US);
    expect(packetsOf(theirs.buildReport(START_US, sent(1), null))).toHaveLength(2);
  });

  it('keeps what is said about our stream until it is taken, and counts what it does not read', () => {
    const about = (source: number) => ({ type: 'voip-metrics', source }) as const;
    const session = createSession(OURS);
    const bytes = serializeCompound([
      {
        type: 'receiver-report',
        synchronizationSource: THEIRS,
        reportBlocks: [],
        profileExtension: new Uint8Array(0),
      },
      {
        type: 'extended-report',
        synchronizationSource: THEIRS,
        blocks: [
          { ...METRICS, ...about(OURS), lossRate: 26 },
          { ...METRICS, ...about(THEIRS) },
          { type: 'other', blockType: 1, typeSpecific: 0, content: new Uint8Array(8) },
        ],
      },
    ]);
    session.receive(bytes, START_US);
    expect(session.takeRemoteReport()).toMatchObject({
      voipMetrics: { source: OURS, lossRate: 26 },
      statisticsSummary: null,
      otherBlocks: 1,
    });
    expect(session.takeRemoteReport()).toBeNull();
  });

  it('takes the report before an extended one that is broken', () => {
    const report = createSession(THEIRS).buildReport(START_US, sent(1), null);
    const broken = new Uint8Array([0x80, 207, 0, 2, 0, 0, 0, 1, 7, 0, 0, 8]);
    const reception = createSession(OURS).receive(new Uint8Array([...report, ...broken]), START_US);
    expect(reception).toMatchObject({
      isValid: true,
      packets: [{}, {}, { type: 'unknown', packetType: 207 }],
    });
  });
});
