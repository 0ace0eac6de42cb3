import { describe, expect, it } from 'vitest';
import { ReceiveStreams } from '../../../media/receive/receive-stream.ts';
import {
  AUDIO,
  COMFORT_NOISE,
  DUPLICATE,
  IN_ORDER,
  type PacketKind,
  REORDERED,
  RESTARTED,
  STRAY,
  TELEPHONE_EVENT,
} from '../../../media/receive/reception.ts';

const MARK = 'm';
const EVENT = 'e';
const NOISE = 'n';

/** Packets of 20 ms that arrive on time unless a delay is given; `[sequence number, delayUs, what]`. */
type Step = readonly [sequenceNumber: number, delayUs?: number, what?: string];

class Scenario {
  readonly streams = new ReceiveStreams();
  readonly slot = this.streams.create(0xdead_beef, 8000);
  readonly receptions: number[] = [];

  receive(steps: readonly Step[]): this {
    for (const [sequenceNumber, delayUs = 0, what = ''] of steps) {
      const kind: PacketKind = what === EVENT ? TELEPHONE_EVENT : what === NOISE ? COMFORT_NOISE : AUDIO;
      const arrivalUs = 1e15 + sequenceNumber * 20_000 + delayUs;
      const timestamp = sequenceNumber * 160;
      const isMarked = what === MARK;
      this.receptions.push(
        this.streams.receive(this.slot, sequenceNumber & 0xffff, timestamp, 172, isMarked, arrivalUs, kind),
      );
    }
    return this;
  }

  get report() {
    return this.streams.report(this.slot);
  }
}

const steps = (...sequenceNumbers: number[]): Step[] => sequenceNumbers.map((number) => [number]);
const from = (first: number, count: number): Step[] =>
  Array.from({ length: count }, (_, index): Step => [first + index]);

describe('what became of packets', () => {
  it.each([
    ['in order', steps(1, 2, 3), [IN_ORDER, IN_ORDER, IN_ORDER]],
    ['a gap', steps(1, 4), [IN_ORDER, IN_ORDER]],
    ['overtaken', steps(1, 3, 2), [IN_ORDER, IN_ORDER, REORDERED]],
    ['before the first', steps(5, 4), [IN_ORDER, REORDERED]],
    ['the same twice', steps(1, 1), [IN_ORDER, DUPLICATE]],
    ['an old one twice', steps(1, 2, 3, 2), [IN_ORDER, IN_ORDER, IN_ORDER, DUPLICATE]],
    ['overtaken, then twice', steps(1, 3, 2, 2), [IN_ORDER, IN_ORDER, REORDERED, DUPLICATE]],
    ['the largest gap', steps(1, 3000), [IN_ORDER, IN_ORDER]],
    ['a gap of MAX_DROPOUT', steps(1, 3001), [IN_ORDER, STRAY]],
    ['99 behind', steps(200, 101), [IN_ORDER, REORDERED]],
    ['MAX_MISORDER behind', steps(200, 100), [IN_ORDER, STRAY]],
    ['a restart', steps(1, 5000, 5001, 5002), [IN_ORDER, STRAY, RESTARTED, IN_ORDER]],
    ['a restart backwards', steps(5000, 1, 2, 3), [IN_ORDER, STRAY, RESTARTED, IN_ORDER]],
    ['two strays', steps(1, 9000, 20_000, 2), [IN_ORDER, STRAY, STRAY, IN_ORDER]],
    ['a wrap', steps(65_534, 65_535, 65_536, 65_537), [IN_ORDER, IN_ORDER, IN_ORDER, IN_ORDER]],
    ['overtaken at the wrap', steps(65_534, 65_536, 65_535), [IN_ORDER, IN_ORDER, REORDERED]],
    ['restarted at the wrap', steps(100, 65_535, 65_536, 65_537), [IN_ORDER, STRAY, RESTARTED, IN_ORDER]],
  ])('%s', (_, packets, expected) => {
    // 65,535 lies 101 behind 100, one too far to be overtaken.
    expect(new Scenario().receive(packets).receptions).toEqual(expected);
  });
});

describe('counts', () => {
  it.each([
    ['nothing lost', from(1, 100), { packets: 100, expected: 100, lost: 0 }],
    ['one lost', steps(1, 3), { packets: 2, expected: 3, lost: 1, lossRuns: 1 }],
    ['mended', steps(1, 3, 2), { packets: 3, expected: 3, lost: 0, reordered: 1, lossRuns: 0 }],
    [
      'a duplicate does not fill the hole',
      steps(1, 3, 3),
      { packets: 3, expected: 3, lost: 1, duplicates: 1 },
    ],
    [
      'overtaken at the very beginning',
      steps(11, 10, 12),
      { packets: 3, expected: 3, lost: 0, reordered: 1 },
    ],
    ['overtaken by three at the beginning', steps(13, 10), { expected: 4, lost: 2, lossRuns: 1 }],
    ['a run split in two', steps(1, 5, 3), { expected: 5, lost: 2, lossRuns: 2 }],
    ['a run shortened', steps(1, 5, 2), { expected: 5, lost: 2, lossRuns: 1 }],
    ['two runs', steps(1, 3, 5), { expected: 5, lost: 2, lossRuns: 2 }],
    ['a gap longer than the window', steps(1, 300, 299), { expected: 300, lost: 297, lossRuns: 1 }],
    ['a stray is a packet and no more', steps(1, 9000, 2), { packets: 3, expected: 2, lost: 0, restarts: 0 }],
    [
      'a restart loses nothing',
      [...from(1, 10), ...from(9000, 10)],
      { packets: 20, expected: 20, lost: 0, restarts: 1 },
    ],
    [
      'loss before a restart stays',
      [...steps(1, 3), ...from(9000, 3)],
      { expected: 6, lost: 1, lostCumulative: 1 },
    ],
    ['loss after a restart counts', [...steps(1), ...steps(9000, 9001, 9003)], { expected: 5, lost: 1 }],
    [
      'back and forth',
      [...from(1, 5), ...from(9000, 5), ...from(20_000, 5)],
      { expected: 15, lost: 0, restarts: 2 },
    ],
  ])('%s', (_, packets, expected) => {
    expect(new Scenario().receive(packets).report).toMatchObject(expected);
  });

  it('counts RTP header and payload as bytes', () => {
    expect(new Scenario().receive(from(1, 3000)).report).toMatchObject({ packets: 3000, bytes: 3000 * 172 });
  });

  it('tells nothing of a stream without packets', () => {
    expect(new Scenario().report).toMatchObject({
      packets: 0,
      expected: 0,
      lost: 0,
      jitterUs: null,
      burstRatio: null,
    });
  });

  it.each([
    ['isolated losses among ten', [1, 3, 5, 7, 9, 10], (4 / 4) * (1 - 4 / 10)],
    ['one burst among ten', [1, 6, 7, 8, 9, 10], 4 * (1 - 4 / 10)],
    ['two bursts among ten', [1, 4, 5, 8, 9, 10], 2 * (1 - 4 / 10)],
  ])('burst ratio: %s', (_, sequenceNumbers, ratio) => {
    expect(new Scenario().receive(steps(...sequenceNumbers)).report.burstRatio).toBeCloseTo(ratio, 12);
  });
});

describe('jitter (RFC 3550 A.8)', () => {
  it('is the mean and maximum of the running jitter, the first packet apart', () => {
    const { report } = new Scenario().receive([[1], [2, 1600], [3]]);
    const second = 1600 / 16;
    const third = second + (1600 - second) / 16;
    expect(report.jitterUs).toBeCloseTo((second + third) / 2, 9);
    expect(report.jitterMaxUs).toBeCloseTo(third, 9);
    expect(report.jitterPackets).toBe(2);
  });

  it('has none while packets keep time', () => {
    expect(new Scenario().receive(from(1, 100)).report).toMatchObject({ jitterUs: 0, jitterMaxUs: 0 });
  });

  it('leaves telephone-events and comfort noise out', () => {
    const { report } = new Scenario().receive([
      [1],
      [2],
      [3, 9000, EVENT],
      [4, 7000, EVENT],
      [5, 5000, NOISE],
      [6],
    ]);
    expect(report).toMatchObject({ jitterUs: 0, jitterPackets: 2, packets: 6, expected: 6, lost: 0 });
  });

  it('takes the first packet after silence as reference only', () => {
    const { report } = new Scenario().receive([[1], [2], [3, 500_000, MARK], [4, 500_000]]);
    expect(report).toMatchObject({ jitterUs: 0, jitterPackets: 2 });
  });

  it('waits for audio where a stream begins with an event', () => {
    const { report } = new Scenario().receive([[1, 4000, EVENT], [2], [3]]);
    expect(report).toMatchObject({ jitterUs: 0, jitterPackets: 1 });
  });

  it('leaves copies out, which the network made', () => {
    const { report } = new Scenario().receive([[1], [2], [2, 5000], [3]]);
    expect(report).toMatchObject({ jitterUs: 0, jitterPackets: 2 });
  });

  it('takes an overtaken packet in, in order of arrival', () => {
    const { report } = new Scenario().receive([[1], [3], [2, 24_000]]);
    expect(report.jitterPackets).toBe(2);
    expect(report.jitterMaxUs).toBeCloseTo(24_000 / 16, 9);
  });

  it('begins anew after a restart, and ignores strays', () => {
    const { report } = new Scenario().receive([[1], [2], [9000, 77_777], [9001, 77_777], [9002, 77_777]]);
    expect(report).toMatchObject({ jitterUs: 0, jitterPackets: 2 });
  });

  it('does not mind where the timestamps wrap', () => {
    const streams = new ReceiveStreams();
    const slot = streams.create(1, 8000);
    for (let index = 0; index < 10; index++) {
      streams.receive(slot, index, (0xffff_ff00 + index * 160) >>> 0, 172, false, index * 20_000, AUDIO);
    }
    expect(streams.report(slot)).toMatchObject({ jitterUs: 0, jitterPackets: 9 });
  });

  it('runs in the units of the clock', () => {
    const streams = new ReceiveStreams();
    const slot = streams.create(1, 48_000);
    streams.receive(slot, 1, 0, 100, false, 0, AUDIO);
    streams.receive(slot, 2, 960, 100, false, 21_000, AUDIO);
    expect(streams.report(slot).jitterUs).toBeCloseTo(1000 / 16, 9);
    expect(streams.receptionCounters(slot).jitter).toBe(3);
  });
});

describe('takeReport', () => {
  it('ends the interval and keeps what is cumulative', () => {
    const scenario = new Scenario().receive(steps(1, 2, 4, 4));
    const first = scenario.streams.takeReport(scenario.slot);
    expect(first).toMatchObject({
      packets: 4,
      bytes: 688,
      expected: 4,
      lost: 1,
      duplicates: 1,
      lostCumulative: 1,
    });
    expect(scenario.report).toMatchObject({
      packets: 0,
      bytes: 0,
      expected: 0,
      lost: 0,
      duplicates: 0,
      jitterUs: null,
    });
    expect(scenario.receive(steps(5, 7)).report).toMatchObject({
      packets: 2,
      expected: 3,
      lost: 1,
      lossRuns: 1,
      expectedCumulative: 7,
      lostCumulative: 2,
    });
  });

  it('mends the cumulative loss by a packet late from the minute before, and never goes below zero', () => {
    const scenario = new Scenario().receive(steps(1, 3));
    scenario.streams.takeReport(scenario.slot);
    expect(scenario.receive(steps(2)).report).toMatchObject({
      packets: 1,
      expected: 0,
      lost: 0,
      lostCumulative: 0,
    });
  });

  it('goes on with the running jitter', () => {
    const scenario = new Scenario().receive([[1], [2, 1600]]);
    scenario.streams.takeReport(scenario.slot);
    expect(scenario.receive([[3, 1600]]).report.jitterUs).toBeCloseTo(100 - 100 / 16, 9);
  });

  it('reads the same as long as nothing arrives', () => {
    const scenario = new Scenario().receive(steps(1, 4, 3, 3));
    expect(scenario.report).toEqual(scenario.report);
    expect(scenario.streams.takeReport(scenario.slot)).toEqual(
      new Scenario().receive(steps(1, 4, 3, 3)).report,
    );
  });
});
