import { describe, expect, it } from 'vitest';
import { SrtpSender } from '../../../media/srtp/srtp-sender.ts';
import { applyTo, masterKey } from '../srtp/srtp-packets.ts';
import { BACKENDS, EngineRig } from './engine-rig.ts';
import { rtpPacket, tonePayload, tonePower, until } from './rtp-caller.ts';

const FIRST_PORT = 24_000 + (process.pid % 4) * 1_000;

describe.each(BACKENDS)('a leg that moves to another mix over %s', (backend) => {
  const rig = new EngineRig(backend, FIRST_PORT);

  it.each([
    ['on its own worker', 1],
    ['on another worker', 2],
  ])('%s hears who is there, and keeps its ports and its losses', async (_, workers) => {
    const engine = await rig.start({ workers });
    const pairs = engine.statistics().portsFree;
    const a = await rig.join(engine, 'a', {}, 'meeting');
    const b = await rig.join(engine, 'b', {}, 'welcome');
    const { rtpPort } = b.leg;
    const send = (sequenceNumber: number) =>
      b.caller.send(
        rtpPacket({
          sequenceNumber,
          timestamp: sequenceNumber * 160,
          payload: tonePayload(1000, sequenceNumber * 160, 160),
        }),
        b.leg,
      );
    for (const sequenceNumber of [0, 1, 4, 5]) send(sequenceNumber);
    await until(() => b.caller.packets.length > 5);
    await b.leg.moveTo('meeting');
    b.leg.join();
    await a.caller.sendTone(a.leg, 440, 600);
    await until(() => tonePower(b.caller.heard.slice(-3200, -800), 440) > 0.005);
    for (const sequenceNumber of [6, 7, 9]) send(sequenceNumber);
    await until(() => a.caller.heard.slice(-1600).some((sample) => sample !== 0));
    expect(b.leg.rtpPort).toBe(rtpPort);
    const report = await b.leg.close();
    expect(report!.received.lostCumulative).toBe(3);
    const all = [...b.recorder.reports, report!];
    expect(all.reduce((sum, { received }) => sum + received.packets, 0)).toBe(7);
    expect(all.filter(({ isFinal }) => isFinal)).toHaveLength(1);
    await a.leg.close();
    expect(engine.statistics().portsFree).toBe(pairs);
    // The ports that were lent are taken again by whom they belong to.
    const again = await rig.join(engine, 'c', {}, 'welcome');
    expect(again.leg.rtpPort).toBeGreaterThan(0);
  });

  it('goes on under SRTP after its sequence numbers began again twice', async () => {
    const suite = 'AES_CM_128_HMAC_SHA1_80';
    const key = (seed: number) => {
      const { key: octets, salt } = masterKey(suite, seed);
      return { masterKey: octets, masterSalt: salt, lifetimePackets: null };
    };
    const security = { encryption: { suite, sending: key(1), receiving: key(2) } };
    const engine = await rig.start({ workers: 2 });
    await rig.join(engine, 'a', {}, 'meeting');
    const b = await rig.join(engine, 'b', { security }, 'welcome');
    const sender = new SrtpSender(masterKey(suite, 2));
    const send = (sequenceNumber: number) => {
      const packet = rtpPacket({ sequenceNumber, timestamp: 0, payload: tonePayload(1000, 0, 160) });
      b.caller.send(applyTo(sender.protect.bind(sender), packet)!, b.leg);
    };
    const numbers = [30_000, 60_000, 20_000, 50_000, 10_000, 40_000];
    for (const number of numbers) send(number);
    await until(() => b.caller.packets.length > 5);
    await b.leg.moveTo('meeting');
    b.leg.join();
    for (const number of [40_001, 40_002, 40_003]) send(number);
    const goingOn = b.caller.packets.length + 10;
    await until(() => b.caller.packets.length > goingOn);
    const report = await b.leg.close();
    const packets = [...b.recorder.reports, report!].map(({ received }) => received.packets);
    expect(packets).toEqual([numbers.length, 3]);
  });

  it('is closed properly when that is asked for on the way', async () => {
    const engine = await rig.start({ workers: 2 });
    await rig.join(engine, 'a', {}, 'meeting');
    const b = await rig.join(engine, 'b', {}, 'welcome');
    const moving = b.leg.moveTo('meeting');
    const report = await b.leg.close();
    await moving;
    expect(report === null || report.isFinal).toBe(true);
    expect(engine.statistics().legs).toBe(1);
  });
});
