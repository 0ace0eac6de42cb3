import { createSocket } from 'node:dgram';
import { existsSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { MediaPortsExhausted } from '../../../media/engine/media-leg.ts';
import { BACKENDS, EngineRig, legRequest, openLeg } from './engine-rig.ts';
import { LegRecorder } from './leg-recorder.ts';
import { until } from './rtp-caller.ts';

const FIRST_PORT = 25_000 + (process.pid % 4) * 1_000;

const THOUSANDS = 3000;
const OUR_DESCRIPTORS = '/proc/self/fd';

function countDescriptors(): number {
  return readdirSync(OUR_DESCRIPTORS).length;
}

describe.each(BACKENDS)('media over %s', (backend) => {
  const rig = new EngineRig(backend, FIRST_PORT);

  describe('ports', () => {
    it('are even, and come back after a thousand legs', async () => {
      const engine = await rig.start();
      const { portsFree } = engine.statistics();
      expect(portsFree).toBe(50);
      for (let round = 0; round < 100; round++) {
        const legs = await Promise.all(
          Array.from({ length: 10 }, (_, index) => openLeg(engine, `${round}.${index}`)),
        );
        expect(legs.every(({ rtpPort, rtcpPort }) => rtpPort % 2 === 0 && rtcpPort === rtpPort + 1)).toBe(
          true,
        );
        await Promise.all(legs.map((leg) => leg.close()));
      }
      expect(engine.statistics()).toMatchObject({ legs: 0, openSockets: 0, portsFree });
    });

    it('are enough for thousands of legs at once, each on the range of its worker', async () => {
      const engine = await rig.start({ portRange: [30_000, 41_999], workers: 3 });
      const open = (index: number) => openLeg(engine, `${index}`, new LegRecorder(), `mix ${index}`);
      const legs = await Promise.all(Array.from({ length: THOUSANDS }, (_, index) => open(index)));
      expect(new Set(legs.map(({ rtpPort }) => rtpPort)).size).toBe(THOUSANDS);
      const shares = [30_000, 34_000, 38_000].map(
        (first) => legs.filter(({ rtpPort }) => rtpPort >= first && rtpPort < first + 4000).length,
      );
      expect(shares).toEqual([THOUSANDS / 3, THOUSANDS / 3, THOUSANDS / 3]);
      expect(engine.statistics()).toMatchObject({ legs: THOUSANDS, portsFree: 6000 - THOUSANDS });
      await Promise.all(legs.map((leg) => leg.close()));
      expect(engine.statistics()).toMatchObject({ legs: 0, portsFree: 6000 });
    });

    it('run out with an error of their own', async () => {
      const engine = await rig.start({ portRange: [rig.nextPort, rig.nextPort + 3] });
      const first = await openLeg(engine, 'a');
      await openLeg(engine, 'b');
      await expect(openLeg(engine, 'c')).rejects.toThrow(MediaPortsExhausted);
      await first.close();
      await expect(openLeg(engine, 'd')).resolves.toMatchObject({ rtpPort: first.rtpPort });
    });

    it('come from the range that a leg names', async () => {
      const [first, other] = [rig.nextPort, rig.nextPort + 50] as const;
      const engine = await rig.start({
        workers: 2,
        portRange: [first, first + 7],
        namedPortRanges: { other: [other, other + 3] },
      });
      const open = (legId: string) =>
        engine.openLeg({ ...legRequest(legId, legId), portRangeName: 'other' }, new LegRecorder());
      const named = [await open('a'), await open('b')];
      expect(named.map(({ rtpPort }) => rtpPort).sort()).toEqual([other, other + 2]);
      await expect(open('c')).rejects.toThrow(/among 2\d+–2\d+ \(1 legs there\)/);
      expect((await openLeg(engine, 'd')).rtpPort).toBeLessThan(first + 8);
      expect(engine.statistics()).toMatchObject({ legs: 3, portsFree: 3 });
      await Promise.all(named.map((leg) => leg.close()));
      await expect(open('e')).resolves.toMatchObject({ legId: 'e' });
    });

    it('of a range that is not there are an error of the program', async () => {
      const engine = await rig.start();
      const request = { ...legRequest('a', 'a'), portRangeName: 'other' };
      await expect(engine.openLeg(request, new LegRecorder())).rejects.toThrow(RangeError);
    });

    it('that another program holds are passed over', async () => {
      const other = rig.keep(createSocket('udp4'));
      await new Promise<void>((resolve) => other.bind(rig.nextPort, '127.0.0.1', resolve));
      const engine = await rig.start({ portRange: [rig.nextPort, rig.nextPort + 3] });
      await expect(openLeg(engine, 'a')).resolves.toMatchObject({ rtpPort: other.address().port + 2 });
      await expect(openLeg(engine, 'b')).rejects.toThrow(MediaPortsExhausted);
    });

    it('cannot be had at an address that is not ours', async () => {
      const engine = await rig.start();
      const request = { legId: 'a', mixId: 'a', bindAddress: '192.0.2.1', canonicalName: 'a', openedAtMs: 0 };
      await expect(engine.openLeg(request, new LegRecorder())).rejects.toThrow('EADDRNOTAVAIL');
      expect(engine.statistics()).toMatchObject({ legs: 0, portsFree: 50 });
    });
  });

  describe('an engine', () => {
    it('says what sockets it has', async () => {
      const engine = await rig.start();
      expect(engine.statistics().backend).toBe(backend);
    });

    it('stops with legs open, without calling them lost', async () => {
      const engine = await rig.start();
      const { leg, recorder } = await rig.join(engine, 'a');
      await engine.stop();
      expect(recorder.losses).toEqual([]);
      await expect(leg.close()).resolves.toBeNull();
      await expect(openLeg(engine, 'b')).rejects.toThrow('stopped');
    });

    it('does not take the same leg twice', async () => {
      const engine = await rig.start();
      await openLeg(engine, 'a');
      await expect(openLeg(engine, 'a')).rejects.toThrow('leg a is open already');
    });

    it('does not start where its workers cannot', async () => {
      const workerEntry = new URL('./no-such-worker.ts', import.meta.url);
      await expect(rig.start({ workerEntry })).rejects.toThrow('no-such-worker');
    });
  });

  describe('a worker that dies', () => {
    it('takes only its legs, and another takes its place', async () => {
      const losses: unknown[] = [];
      const engine = await rig.start({
        workers: 2,
        workerEntry: new URL('./mortal-worker.ts', import.meta.url),
        onWorkerLost: (loss) => losses.push(loss),
      });
      const [lost, kept] = [new LegRecorder(), new LegRecorder()];
      const lostLeg = await openLeg(engine, 'lost', lost, 'one');
      const keptLeg = await openLeg(engine, 'kept', kept, 'two');
      await expect(openLeg(engine, 'die', new LegRecorder(), 'one')).rejects.toThrow('told to die');
      expect(lost.losses).toEqual(['told to die']);
      expect(kept.losses).toEqual([]);
      expect(losses).toEqual([{ worker: 0, detail: 'told to die', legs: 2 }]);
      await expect(lostLeg.close()).resolves.toBeNull();
      const again = await openLeg(engine, 'again', new LegRecorder(), 'one');
      expect(engine.statistics().legs).toBe(2);
      await Promise.all([again.close(), keptLeg.close()]);
    });
  });

  describe.runIf(existsSync(OUR_DESCRIPTORS))('descriptors', () => {
    const workerEntry = new URL('./mortal-worker.ts', import.meta.url);

    async function baseline(): Promise<number> {
      const first = await rig.start({ workerEntry });
      await first.stop();
      return countDescriptors();
    }

    it('are all closed after a thousand legs', async () => {
      const before = await baseline();
      const engine = await rig.start();
      const idle = countDescriptors();
      for (let round = 0; round < 50; round++) {
        const legs = await Promise.all(
          Array.from({ length: 20 }, (_, index) => openLeg(engine, `${round}.${index}`)),
        );
        if (round === 0) expect(countDescriptors()).toBeGreaterThanOrEqual(idle + 40);
        await Promise.all(legs.map((leg) => leg.close()));
      }
      await until(() => countDescriptors() === idle);
      await engine.stop();
      await until(() => countDescriptors() === before);
    });

    it('are all closed when the worker dies with legs open', async () => {
      const before = await baseline();
      const engine = await rig.start({ workerEntry });
      for (let leg = 0; leg < 10; leg++) await openLeg(engine, `${leg}`);
      expect(countDescriptors()).toBeGreaterThanOrEqual(before + 20);
      await expect(openLeg(engine, 'die')).rejects.toThrow('told to die');
      await engine.stop();
      await until(() => countDescriptors() === before);
    });

    it('are all closed when the engine stops with legs open', async () => {
      const before = await baseline();
      const engine = await rig.start();
      for (let leg = 0; leg < 10; leg++) await openLeg(engine, `${leg}`);
      await engine.stop();
      await until(() => countDescriptors() === before);
    });
  });
});
