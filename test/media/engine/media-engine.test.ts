import { createSocket } from 'node:dgram';
import { describe, expect, it } from 'vitest';
import { BACKENDS, EngineRig } from './engine-rig.ts';
import { LegRecorder } from './leg-recorder.ts';
import {
  mediaSession,
  PCMA_FORMAT,
  type RtpCaller,
  rtpPacket,
  tonePayload,
  tonePower,
  until,
} from './rtp-caller.ts';

const FIRST_PORT = 20_000 + (process.pid % 4) * 1_000;

describe.each(BACKENDS)('media over %s', (backend) => {
  const rig = new EngineRig(backend, FIRST_PORT);

  describe('two and three legs in a mix', () => {
    it('hear each other and not themselves', async () => {
      const engine = await rig.start();
      const a = await rig.join(engine, 'a');
      const b = await rig.join(engine, 'b', { format: PCMA_FORMAT });
      const c = await rig.join(engine, 'c');
      await Promise.all([a.caller.sendTone(a.leg, 440, 1000), b.caller.sendTone(b.leg, 1000, 1000)]);
      const lastSecond = (caller: RtpCaller) => caller.heard.slice(-6400, -1600);
      const powers = [a, b, c].map(({ caller }) => [
        tonePower(lastSecond(caller), 440),
        tonePower(lastSecond(caller), 1000),
      ]);
      const sent = (8000 / 32_768) ** 2;
      expect(powers[0]![0]).toBeLessThan(sent / 1000);
      expect(powers[0]![1]).toBeGreaterThan(sent / 4);
      expect(powers[1]![0]).toBeGreaterThan(sent / 4);
      expect(powers[1]![1]).toBeLessThan(sent / 1000);
      expect(powers[2]![0]).toBeGreaterThan(sent / 4);
      expect(powers[2]![1]).toBeGreaterThan(sent / 4);
      expect(b.caller.packets.every(({ payloadType }) => payloadType === 8)).toBe(true);
    });

    it('send silence without a pause while alone', async () => {
      const engine = await rig.start();
      const { caller } = await rig.join(engine, 'a');
      await until(() => caller.packets.length >= 25);
      expect(caller.heard.every((sample) => sample === 0)).toBe(true);
      expect(caller.packets.every(({ length }) => length === 172)).toBe(true);
      const [first, last] = [caller.packets[0]!, caller.packets[24]!];
      expect((last.sequenceNumber - first.sequenceNumber) & 0xffff).toBe(24);
      // At least: a stall of the machine leaves frames out, and the clock of the medium goes on.
      expect((last.timestamp - first.timestamp) >>> 0).toBeGreaterThanOrEqual(24 * 160);
    });
  });

  describe('a report', () => {
    it('says exactly what loss, duplication and reordering were injected', async () => {
      const engine = await rig.start();
      const { caller, leg } = await rig.join(engine, 'a');
      // 100 packets: 10, 40 and 41 lost, 20 twice, 30 after 31.
      const order = Array.from({ length: 100 }, (_, index) => index)
        .filter((index) => ![10, 40, 41].includes(index))
        .flatMap((index) => (index === 20 ? [20, 20] : index === 30 ? [31] : index === 31 ? [30] : [index]));
      await until(() => caller.packets.length > 0);
      for (const sequenceNumber of order) {
        const payload = tonePayload(440, sequenceNumber * 160, 160);
        caller.send(
          rtpPacket({ sequenceNumber: sequenceNumber + 65_500, timestamp: sequenceNumber * 160, payload }),
          leg,
        );
      }
      caller.sendControl(Uint8Array.of(0x80, 201, 0, 1, 1, 2, 3, 4), leg);
      await until(() => caller.packets.length > 5);
      const report = await leg.close();
      expect(report).toMatchObject({ legId: 'a', isFinal: true, codec: 'PCMU', clockRateHz: 8000 });
      expect(report!.received).toMatchObject({
        packets: 98,
        bytes: 98 * 172,
        expected: 100,
        lost: 3,
        lostCumulative: 3,
        duplicates: 1,
        reordered: 1,
        rtcpPackets: 1,
        rtcpBytes: 8,
      });
      expect(report!.sent.packets).toBeGreaterThan(5);
      expect(report!.sent.bytes).toBe(report!.sent.packets * 172);
      expect(report!.mosListening).toBeGreaterThan(1);
      await until(() => caller.controlPackets.length > 0);
      expect(caller.controlPackets.at(-1)!.includes('a@test')).toBe(true);
      expect([...caller.controlPackets.at(-1)!].slice(-8, -6)).toEqual([0x81, 203]);
    });

    it('comes each period, and counts every packet once', async () => {
      const engine = await rig.start({ reportPeriodMs: 200 });
      const { caller, leg, recorder } = await rig.join(engine, 'a');
      await caller.sendTone(leg, 440, 1000);
      const last = await leg.close();
      const whole = recorder.reports.slice(0, 4);
      // The test's own timers are not exact; where the cuts fall is shown with a fake clock.
      for (const { received } of whole) expect(received.packets).toBeGreaterThan(0);
      expect(whole).toHaveLength(4);
      const all = [...recorder.reports, last!];
      expect(all.reduce((sum, { received }) => sum + received.packets, 0)).toBe(50);
      for (let index = 1; index < all.length; index++) {
        expect(all[index]!.intervalStartMs).toBe(all[index - 1]!.intervalEndMs);
      }
      expect(all.map(({ isFinal }) => isFinal)).toEqual([...recorder.reports.map(() => false), true]);
    });
  });

  describe('addresses', () => {
    it.each(['::', '::1'])('may be IPv6: bound to %s', async (bindAddress) => {
      const engine = await rig.start();
      const caller = rig.keep(createSocket(bindAddress === '::' ? 'udp4' : 'udp6'));
      const address = bindAddress === '::' ? '127.0.0.1' : '::1';
      await new Promise<void>((resolve) => caller.bind(0, address, resolve));
      const { port } = caller.address();
      let heard = 0;
      caller.on('message', () => heard++);
      const request = { legId: 'a', mixId: 'a', bindAddress, canonicalName: 'a', openedAtMs: Date.now() };
      const leg = await engine.openLeg(request, new LegRecorder());
      leg.update(mediaSession(port, { remoteRtp: { address, port }, remoteRtcp: null }));
      caller.send(
        rtpPacket({ sequenceNumber: 1, timestamp: 0, payload: new Uint8Array(160) }),
        leg.rtpPort,
        address,
      );
      await until(() => heard > 3);
      expect((await leg.close())!.received.packets).toBe(1);
    });
  });

  describe('packets from strangers', () => {
    it('are refused, counted and told at most once a second', async () => {
      const engine = await rig.start();
      const { leg, recorder } = await rig.join(engine, 'a');
      const stranger = rig.keep(createSocket('udp4'));
      const packet = rtpPacket({ sequenceNumber: 1, timestamp: 0, payload: new Uint8Array(160) });
      for (let count = 0; count < 50; count++) stranger.send(packet, leg.rtpPort, '127.0.0.1');
      await until(() => recorder.refusals.length > 0);
      expect(recorder.refusals[0]).toMatchObject({ address: '127.0.0.1', port: stranger.address().port });
      expect(recorder.refusals[0]!.packets).toBeLessThanOrEqual(50);
      const report = await leg.close();
      expect(report!.received.packets).toBe(0);
      expect(recorder.refusals).toHaveLength(1);
    });

    it('and rubbish from the caller itself harm nobody', async () => {
      const engine = await rig.start();
      const { caller, leg } = await rig.join(engine, 'a');
      await until(() => caller.packets.length > 0);
      caller.send(Uint8Array.of(), leg);
      caller.send(Uint8Array.of(0x80), leg);
      caller.send(new Uint8Array(2000).fill(0xff), leg);
      caller.sendControl(Uint8Array.of(0x80, 200, 0xff, 0xff), leg);
      caller.send(rtpPacket({ sequenceNumber: 1, timestamp: 0, payload: new Uint8Array(160) }), leg);
      const sentBefore = caller.packets.length;
      await until(() => caller.packets.length > sentBefore + 2);
      expect((await leg.close())!.received.packets).toBe(1);
    });
  });
});
