import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LegArrivals } from '../../../media/engine/leg-arrivals.ts';
import { LegReceiver } from '../../../media/engine/leg-receiver.ts';
import type { MediaSession } from '../../../media/engine/media-leg.ts';
import { ReceiveStreams } from '../../../media/receive/receive-stream.ts';
import { createRtpHeader, readRtpHeader } from '../../../media/rtp/packet.ts';
import { FakeLeg } from './fake-leg.ts';
import { mediaSession, type RtpPacketFields, rtpPacket } from './rtp-caller.ts';

const START_MS = 1_700_000_000_000;
const SOUND = new Uint8Array(160).fill(0xd5);
/** Of key 5, ended, 20 ms long (RFC 4733 §2.3). */
const KEY = Uint8Array.of(5, 0x80 | 10, 0, 160);
const PERIOD_MS = 1000;

/** A leg whose packets go to a leg like it, and are played to nobody. */
function restingLeg(): FakeLeg {
  const [leg, other] = [new FakeLeg({ reportPeriodMs: PERIOD_MS }), new FakeLeg()];
  for (const each of [leg, other]) each.update();
  leg.media.relay.to(other.media.relay);
  other.media.relay.to(leg.media.relay);
  leg.media.isAtRest = true;
  leg.media.advance(START_MS);
  return leg;
}

/** What packets do, with what is told beside counting them. */
function createArrivals() {
  const told: unknown[] = [];
  const streams = new ReceiveStreams();
  const bounds = { minimumMs: 20, maximumMs: 200, initialMs: 40 };
  const receiver = new LegReceiver(null, streams, bounds, (digit) => told.push(digit));
  const reporter = {
    align: (timestamp: number, atMs: number) => told.push({ timestamp, atMs }),
    tellDue: (_session: MediaSession, atMs: number) => told.push({ dueMs: atMs }),
  };
  const watch = { hear: (atMs: number) => told.push({ heardAtMs: atMs }) };
  const { output } = new FakeLeg();
  receiver.update(mediaSession(4000));
  receiver.advance(START_MS, false);
  return { arrivals: new LegArrivals({ receiver, reporter, watch, output }), receiver, told };
}

const arrival = fc.record({
  kind: fc.constantFrom('sound', 'sound', 'sound', 'key', 'noise', 'other law', 'unknown', 'padded'),
  step: fc.constantFrom(1, 1, 1, 1, 0, 2, -1, 40),
  gapMs: fc.double({ min: 0, max: 45, noNaN: true }),
  isMarked: fc.boolean(),
  isNewSource: fc.constantFrom(false, false, false, false, false, false, false, true),
  isRestarted: fc.constantFrom(false, false, false, false, false, false, false, true),
});
type Arrival = typeof arrival extends fc.Arbitrary<infer T> ? T : never;

const PAYLOADS: Readonly<Record<string, Pick<RtpPacketFields, 'payloadType' | 'payload'>>> = {
  key: { payloadType: 101, payload: KEY },
  noise: { payloadType: 13, payload: Uint8Array.of(60) },
  'other law': { payloadType: 8, payload: SOUND },
  unknown: { payloadType: 77, payload: SOUND },
};

function packetOf({ kind, isMarked }: Arrival, sequenceNumber: number, source: number): Uint8Array {
  const fields = PAYLOADS[kind] ?? { payloadType: 0, payload: SOUND };
  const timestamp = (sequenceNumber * 160) >>> 0;
  const numbers = { sequenceNumber: sequenceNumber & 0xffff, timestamp, isMarked };
  const packet = rtpPacket({ ...fields, ...numbers, synchronizationSource: source });
  if (kind !== 'padded') return packet;
  const padded = Uint8Array.from([...packet, 0, 0, 0, 4]);
  padded[0] = 0xa0; // with the padding bit, RFC 3550 §5.1
  return padded;
}

/** @param isAsked after each packet, so that none stays noted */
function play(arrivals: readonly Arrival[], isAsked: boolean): unknown {
  const session = mediaSession(4000);
  const { arrivals: leg, receiver, told } = createArrivals();
  const header = createRtpHeader();
  let [sequenceNumber, source, atMs] = [65_500, 0x9111_1111, 0];
  for (const each of arrivals) {
    sequenceNumber += each.step;
    if (each.isNewSource) source++;
    atMs += each.gapMs;
    const packet = packetOf(each, sequenceNumber, source);
    expect(readRtpHeader(new DataView(packet.buffer), 0, packet.length, header)).toBe(true);
    leg.take(session, true, header, packet, packet.length, START_MS + atMs, atMs * 1000);
    if (isAsked) leg.countNoted(session);
    if (each.isRestarted) leg.restart(session);
  }
  leg.countNoted(session);
  receiver.end();
  return [told, receiver.totals.take(), receiver.heard, receiver.playout.takeReport(), receiver.counters];
}

describe('packets of a leg at rest', () => {
  it('count for what they are, noted or counted at once', () => {
    fc.assert(
      fc.property(fc.array(arrival, { maxLength: 120 }), (arrivals) => {
        expect(play(arrivals, false)).toEqual(play(arrivals, true));
      }),
      { numRuns: 300 },
    );
  });

  it('are all in the last report, whenever the leg is closed', () => {
    for (let packets = 1; packets < 40; packets++) {
      const leg = restingLeg();
      for (let number = 0; number < packets; number++) {
        leg.receive(
          { sequenceNumber: number, timestamp: number * 160, payload: SOUND },
          undefined,
          number * 20,
        );
      }
      leg.nowMs = packets * 20;
      expect(leg.close()!.received).toMatchObject({
        packets,
        expected: packets,
        bytes: packets * 172,
        lost: 0,
      });
    }
  });

  it('are in the report of the interval in which they came', () => {
    const leg = restingLeg();
    for (let number = 0; number < 120; number++) {
      leg.receive(
        { sequenceNumber: number, timestamp: number * 160, payload: SOUND },
        undefined,
        number * 20,
      );
    }
    leg.media.advance(START_MS + 2400);
    expect(leg.recorder.reports.map(({ received }) => received.packets)).toEqual([50, 50]);
  });

  it('may be as long as a datagram can be', () => {
    const leg = restingLeg();
    const lengths = [160, 160, 16_383, 16_384, 65_000, 160];
    for (const [number, length] of lengths.entries()) {
      const payload = new Uint8Array(length).fill(0xd5);
      leg.receive({ sequenceNumber: number, timestamp: number * 160, payload }, undefined, number * 20);
    }
    const bytes = lengths.reduce((sum, length) => sum + 12 + length, 0);
    expect(leg.close()!.received).toMatchObject({ packets: lengths.length, bytes });
  });

  it('tell of a key at once', () => {
    const leg = restingLeg();
    for (let number = 0; number < 5; number++) {
      leg.receive(
        { sequenceNumber: number, timestamp: number * 160, payload: SOUND },
        undefined,
        number * 20,
      );
    }
    // Its end comes three times (RFC 4733 §2.5.1.4).
    for (let number = 5; number < 8; number++) {
      const key = { sequenceNumber: number, timestamp: 800, payload: KEY, payloadType: 101 };
      leg.receive(key, undefined, number * 20);
    }
    expect(leg.recorder.digits.map(({ digit }) => digit)).toEqual(['5']);
  });
});
