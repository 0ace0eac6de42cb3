import { describe, expect, it } from 'vitest';
import { encodeG711, PCMU } from '../../../media/codec/g711.ts';
import { createTelephoneEventPackets } from '../../../media/dtmf/telephone-event-sender.ts';
import { join, keySound, silence } from '../dtmf/dtmf-sound.ts';
import { CALLER_PORT, FakeLeg } from './fake-leg.ts';
import { PCMA_FORMAT, rtpPacket } from './rtp-caller.ts';

const SILENCE = new Uint8Array(160).fill(0xff);

describe('the reports of a leg', () => {
  it('count 3000 packets of 172 bytes a minute', () => {
    const leg = new FakeLeg();
    leg.update();
    leg.runWithTone(150_000, 65_000);
    const final = leg.close();
    expect(leg.recorder.reports).toHaveLength(2);
    for (const { received, sent } of leg.recorder.reports) {
      expect(received).toMatchObject({
        packets: 3000,
        bytes: 516_000,
        expected: 3000,
        lost: 0,
        late: 0,
        jitterUs: 0,
      });
      expect(sent).toMatchObject({ packets: 3000, bytes: 516_000 });
    }
    expect(final).toMatchObject({ isFinal: true, received: { packets: 1500, lostCumulative: 0 } });
    expect(final!.mosConversational).toBeGreaterThan(4.3);
    expect(final!.quality).toMatchObject({ codec: 'PCMU', lossPercent: 0 });
  });

  it('are cut between packets, whatever their jitter and however late the first', () => {
    const leg = new FakeLeg({ reportPeriodMs: 1000 });
    leg.update();
    leg.run(5000, (tick) => {
      const jitterMs = tick === 0 ? 15 : [0, 7, 3, 8][tick % 4]!;
      leg.receive(
        { sequenceNumber: tick, timestamp: tick * 160, payload: SILENCE },
        CALLER_PORT,
        leg.nowMs + jitterMs,
      );
    });
    expect(leg.recorder.reports.map(({ received }) => received.packets)).toEqual([50, 50, 50, 50]);
  });

  it('stay exact when the SSRC changes, and when the sequence begins anew', () => {
    const leg = new FakeLeg();
    leg.update();
    leg.run(2000, (tick) => {
      if (tick === 10) return;
      leg.receive({ sequenceNumber: tick, timestamp: tick * 160, payload: SILENCE });
    });
    leg.run(2000, (tick) => {
      if (tick === 20 || tick === 21) return;
      const sequenceNumber = 40_000 + tick + (tick >= 50 ? 9000 : 0);
      leg.receive({ sequenceNumber, timestamp: tick * 160, payload: SILENCE, synchronizationSource: 2 });
    });
    expect(leg.close()!.received).toMatchObject({
      packets: 197,
      expected: 200,
      lost: 3,
      lostCumulative: 3,
      duplicates: 0,
      synchronizationSource: 2,
    });
  });

  it('begin with packets that overtook the answer, and leave older ones out', () => {
    const leg = new FakeLeg();
    leg.run(500, (tick) => leg.receive({ sequenceNumber: tick, timestamp: tick * 160, payload: SILENCE }));
    leg.update();
    leg.run(500, (tick) =>
      leg.receive({ sequenceNumber: 25 + tick, timestamp: (25 + tick) * 160, payload: SILENCE }),
    );
    expect(leg.close()!.received).toMatchObject({ packets: 30, lost: 0 });
  });

  it('do not exist for a leg that never had media', () => {
    const leg = new FakeLeg();
    expect(leg.close()).toBeNull();
    leg.receive(rtpPacket({ sequenceNumber: 1, timestamp: 0, payload: SILENCE }));
    expect(leg.streams.slots).toBe(0);
  });
});

describe('what a leg sends', () => {
  it.each([
    ['sendrecv', true, true],
    ['sendonly', true, false],
    ['recvonly', false, true],
    ['inactive', false, false],
  ] as const)('follows the direction: %s', (direction, sends, isHeard) => {
    const leg = new FakeLeg();
    leg.update({ direction });
    leg.run(200);
    expect(leg.sentRtp.length > 0).toBe(sends);
    expect(leg.media.isHeard).toBe(isHeard);
    leg.media.isMuted = true;
    expect(leg.media.isHeard).toBe(false);
  });

  it('pauses while there is no address, and goes on in time', () => {
    const leg = new FakeLeg();
    leg.update();
    leg.run(100);
    leg.update({ remoteRtp: null });
    leg.run(100);
    leg.update({ format: PCMA_FORMAT, packetTimeMs: 40 });
    leg.run(200);
    expect(leg.sentRtp.map(({ bytes }) => bytes.length)).toEqual([
      172, 172, 172, 172, 172, 332, 332, 332, 332, 332,
    ]);
    const view = new DataView(leg.sentRtp[5]!.bytes.buffer);
    const before = new DataView(leg.sentRtp[4]!.bytes.buffer);
    expect((view.getUint32(4) - before.getUint32(4)) >>> 0).toBe(6 * 160);
    expect(view.getUint8(1)).toBe(0x80 | 8);
    expect(leg.sentRtp[5]!.bytes[12]).toBe(0xd5);
  });

  it('goes to the learned address where that is asked for', () => {
    const leg = new FakeLeg({ isNatLearned: true });
    leg.update();
    leg.receive({ sequenceNumber: 1, timestamp: 0, payload: SILENCE }, 5555);
    leg.run(20);
    expect(leg.sentRtp[0]!.to.port).toBe(5555);
    leg.receiveControl(Uint8Array.of(0x80, 201, 0, 1, 1, 2, 3, 4), 6666);
    leg.run(8000);
    expect(leg.sentRtcp[0]!.to.port).toBe(6666);
  });
});

describe('keys, silence and strangers', () => {
  it('a key is told once, and its packets are no loss', () => {
    const leg = new FakeLeg();
    leg.update();
    leg.runWithTone(400);
    const packets = createTelephoneEventPackets('4', {
      durationMs: 100,
      packetTimeMs: 20,
      clockRateHz: 8000,
    });
    leg.run(140, (tick) => {
      const { payload, isMarked } = packets[tick]!;
      leg.receive({ sequenceNumber: 20 + tick, timestamp: 20 * 160, payload, isMarked, payloadType: 101 });
    });
    leg.runWithTone(400, 27);
    expect(leg.recorder.digits).toMatchObject([
      { digit: '4', durationMs: 100, packets: 7, source: 'rfc4733' },
    ]);
    expect(leg.since(leg.recorder.digits[0]!.atMs)).toBe(400);
    expect(leg.close()!.received).toMatchObject({ packets: 47, lost: 0, late: 0 });
  });

  it('a key held when the call ends is told', () => {
    const leg = new FakeLeg();
    leg.update();
    leg.receive({ sequenceNumber: 1, timestamp: 0, payload: Uint8Array.of(9, 10, 0, 160), payloadType: 101 });
    leg.close();
    expect(leg.recorder.digits).toMatchObject([{ digit: '9', durationMs: 20 }]);
  });

  it.each([
    [null, ['7']],
    [{ ...PCMA_FORMAT, encodingName: 'telephone-event', payloadType: 101 }, []],
  ])('a key in the sound is heard where telephone-events are %j', (telephoneEvent, digits) => {
    const sound = join(silence(200), keySound({ digit: '7', durationMs: 100 }), silence(300));
    const leg = new FakeLeg();
    leg.update({ telephoneEvent });
    leg.run(600, (tick) => {
      const payload = new Uint8Array(160);
      encodeG711(PCMU, sound, tick * 160, payload, 0, 160);
      leg.receive({ sequenceNumber: tick, timestamp: tick * 160, payload });
    });
    expect(leg.recorder.digits.map(({ digit }) => digit)).toEqual(digits);
    if (digits.length === 0) return;
    // Heard when it was played: 40 ms after it came, the jitter buffer's delay.
    expect(leg.recorder.digits[0]).toMatchObject({ source: 'in-band', packets: 0 });
    expect(leg.recorder.digits[0]!.durationMs).toBeCloseTo(100, -1.3);
    expect(leg.since(leg.recorder.digits[0]!.atMs)).toBeGreaterThan(200);
    expect(leg.since(leg.recorder.digits[0]!.atMs)).toBeLessThan(280);
  });

  it('silence is told once, its end too, and a hold is none', () => {
    const leg = new FakeLeg();
    leg.update();
    leg.runWithTone(1000);
    leg.run(7000);
    leg.runWithTone(1000, 400);
    leg.update({ direction: 'sendonly' });
    leg.run(20_000);
    expect(leg.recorder.silences.map(({ isSilent }) => isSilent)).toEqual([true, false]);
    expect(leg.recorder.silences[0]!.silentForMs).toBe(5000);
  });

  it('strangers, rubbish and payload types nobody agreed on are counted', () => {
    const leg = new FakeLeg();
    leg.update();
    for (let packet = 0; packet < 1000; packet++) {
      leg.receive({ sequenceNumber: packet, timestamp: 0, payload: SILENCE }, 9999);
    }
    leg.receive(Uint8Array.of(0x80, 0, 1));
    leg.receive({ sequenceNumber: 1, timestamp: 0, payload: SILENCE, payloadType: 99 });
    leg.run(900);
    leg.receive({ sequenceNumber: 1, timestamp: 0, payload: SILENCE }, 9998);
    leg.run(900);
    expect(leg.recorder.refusals).toEqual([
      { address: '127.0.0.1', port: 9999, packets: 1000 },
      { address: '127.0.0.1', port: 9998, packets: 1 },
    ]);
    expect(leg.media.discards).toEqual({
      malformedPackets: 1,
      unknownPayloadPackets: 1,
      refusedPackets: 1001,
    });
    expect(leg.close()!.received).toMatchObject({ packets: 1, lost: 0 });
  });

  it('a leg gives its stream record back', () => {
    const leg = new FakeLeg();
    leg.update();
    leg.runWithTone(100);
    leg.runWithTone(100, 0, { synchronizationSource: 5 });
    leg.close();
    expect(leg.streams.create(1, 8000)).toBeLessThan(leg.streams.slots);
    expect(leg.streams.slots).toBe(1);
  });
});
