import { describe, expect, it } from 'vitest';
import type { LegMedia } from '../../../media/engine/leg-media.ts';
import { LegTicks } from '../../../media/engine/leg-ticks.ts';
import type { OpenLeg } from '../../../media/engine/open-leg.ts';
import { Mixer } from '../../../media/mix/mixer.ts';
import { WorkerRecordings } from '../../../media/record/worker-recordings.ts';
import { ChurnMap } from '../../../memory/churn-map.ts';
import { FakeLeg } from './fake-leg.ts';
import { tonePayload } from './rtp-caller.ts';

const START_MS = 1_700_000_000_000;
const TELEPHONE_EVENT = {
  payloadType: 101,
  encodingName: 'telephone-event',
  clockRateHz: 8000,
  channels: 1,
  parameters: null,
};

/** Two legs whose packets go to each other. */
function trunkCall(): readonly [FakeLeg, FakeLeg] {
  const [caller, callee] = [new FakeLeg(), new FakeLeg()];
  for (const leg of [caller, callee]) leg.update({ telephoneEvent: TELEPHONE_EVENT });
  caller.media.relay.to(callee.media.relay);
  callee.media.relay.to(caller.media.relay);
  return [caller, callee];
}

function schedule(fakes: readonly FakeLeg[]) {
  const legs = new ChurnMap<string, OpenLeg>();
  const mixers = new ChurnMap<string, Mixer<LegMedia>>();
  const places = { mixer: () => undefined, participant: () => undefined };
  const recordings = new WorkerRecordings<LegMedia>(places, () => {});
  const open = fakes.map(({ media }, index) => {
    const leg = { media, mixId: 'm', ports: null, mixer: null, awaitedSession: null } as unknown as OpenLeg;
    legs.set(String(index), leg);
    return leg;
  });
  return { ticks: new LegTicks(legs, mixers, recordings), mixers, open };
}

/** Late, lost and overtaken ones, and a pause; by number, null for a lost one. */
function delayMs(number: number): number | null {
  if (number % 31 === 0 || (number > 150 && number < 200)) return null;
  if (number % 17 === 0) return 260;
  return (number * 7) % 23;
}

/** Runs both calls alike, from tick to tick, with the packets that arrived before it. */
function run(fakes: readonly FakeLeg[], durationMs: number, tick: (nowMs: number) => void): void {
  const arrivals = Array.from({ length: durationMs / 20 }, (_, number) => ({
    number,
    delay: delayMs(number),
  }))
    .flatMap(({ number, delay }) => (delay === null ? [] : [{ number, atMs: number * 20 + 3 + delay }]))
    .toSorted((one, other) => one.atMs - other.atMs);
  for (let nowMs = 0; nowMs < durationMs; nowMs += 20) {
    for (; arrivals[0] !== undefined && arrivals[0].atMs <= nowMs; arrivals.shift()) {
      const { number, atMs } = arrivals[0];
      for (const fake of fakes) {
        const timestamp = number * 160;
        const payload = tonePayload(440, timestamp, 160);
        fake.receive({ sequenceNumber: number & 0xffff, timestamp, payload }, undefined, atMs);
      }
    }
    for (const fake of fakes) fake.nowMs = nowMs;
    tick(START_MS + nowMs);
  }
}

describe('legs at rest', () => {
  it('send and report what they would if they were asked at every tick', () => {
    const [resting, asked] = [trunkCall(), trunkCall()];
    const { ticks } = schedule(resting);
    run([resting[0], asked[0]], 10_000, (nowMs) => {
      ticks.tick(nowMs);
      for (const { media } of asked) media.advance(nowMs, false);
    });
    expect(resting.map(({ media }) => media.isAtRest)).toEqual([true, true]);
    expect(resting[1].sentRtp.map(({ bytes }) => bytes)).toEqual(asked[1].sentRtp.map(({ bytes }) => bytes));
    expect(resting[1].sentRtp.length).toBeGreaterThan(400);
    expect(resting[0].sentRtcp.length).toBe(asked[0].sentRtcp.length);
    const [report, expected] = [resting[0].close(), asked[0].close()];
    expect(report).toEqual(expected);
    expect(report?.received.late).toBeGreaterThan(10);
  });

  it('tell of silence, and send reports, while nothing comes', () => {
    const call = trunkCall();
    const { ticks } = schedule(call);
    for (let nowMs = 0; nowMs < 12_000; nowMs += 20) ticks.tick(START_MS + nowMs);
    expect(call[0].recorder.silences).toHaveLength(1);
    expect(call[0].sentRtcp.length).toBeGreaterThan(0);
  });

  it('are heard from the next tick on where somebody listens', () => {
    const call = trunkCall();
    const { ticks, mixers, open } = schedule(call);
    let loudness = 0;
    run([call[0]], 2000, (nowMs) => {
      if (nowMs === START_MS + 1000) {
        const mixer = new Mixer<LegMedia>();
        mixers.set('m', mixer);
        for (const leg of open) {
          leg.mixer = mixer;
          mixer.add(leg.media);
        }
        ticks.change();
      }
      ticks.tick(nowMs);
      if (nowMs < START_MS + 1000) expect(call[0].media.loudness).toBe(0);
      else loudness = Math.max(loudness, call[0].media.loudness);
    });
    expect(call[0].media.isAtRest).toBe(false);
    expect(loudness).toBeGreaterThan(1000);
  });
});
