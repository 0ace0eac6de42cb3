import { describe, expect, it } from 'vitest';
import { PCMA, PCMU } from '../../../media/codec/g711.ts';
import { Playout } from '../../../media/receive/playout.ts';
import { tonePayload, tonePower } from '../engine/rtp-caller.ts';

const BOUNDS = { minimumMs: 20, maximumMs: 200, initialMs: 40 };
const TONE_POWER = (8000 / 32_768) ** 2;

/** A sender of 20 ms packets of a 400 Hz tone, a network, and a playout that runs on the same fake clock. */
class Call {
  readonly playout = new Playout(BOUNDS);
  isHeard = true;
  readonly played: number[] = [];
  #nextFrameMs = 1_000_000_000_003;
  readonly #arrivals: { atMs: number; deliver: () => void }[] = [];

  packet(
    sequenceNumber: number,
    {
      delayMs = 0,
      atMs = sequenceNumber * 20,
      timestamp = sequenceNumber * 160,
      codec = PCMU,
      length = 160,
    } = {},
  ): this {
    const arrivalMs = 1_000_000_000_000 + atMs + delayMs;
    const payload = tonePayload(400, timestamp, length, codec);
    const deliver = (): void => {
      this.playout.receiveAudio(
        sequenceNumber & 0xffff,
        timestamp >>> 0,
        codec,
        payload,
        0,
        length,
        arrivalMs,
      );
    };
    this.#arrivals.push({ atMs: arrivalMs, deliver });
    return this;
  }

  packets(from: number, count: number, delayMs: (sequenceNumber: number) => number | null = () => 0): this {
    for (let sequenceNumber = from; sequenceNumber < from + count; sequenceNumber++) {
      const delay = delayMs(sequenceNumber);
      if (delay !== null) this.packet(sequenceNumber, { delayMs: delay });
    }
    return this;
  }

  at(atMs: number, deliver: () => void): this {
    this.#arrivals.push({ atMs: 1_000_000_000_000 + atMs, deliver });
    return this;
  }

  /** Runs until `untilMs`, with the packets in order of arrival. */
  run(untilMs: number): this {
    this.#arrivals.sort((a, b) => a.atMs - b.atMs);
    for (; this.#nextFrameMs < 1_000_000_000_000 + untilMs; this.#nextFrameMs += 20) {
      while (this.#arrivals[0] !== undefined && this.#arrivals[0].atMs <= this.#nextFrameMs) {
        this.#arrivals.shift()!.deliver();
      }
      this.playout.advance(this.#nextFrameMs, this.isHeard);
      const { samples, frameOffset } = this.playout;
      this.played.push(...samples.subarray(frameOffset, frameOffset + 160));
    }
    return this;
  }

  /** Share of frames of a whole tone, from `fromMs` on. */
  tone(fromMs: number, toMs: number): number {
    return tonePower(this.played.slice(fromMs * 8, toMs * 8), 400) / TONE_POWER;
  }

  /** Samples between the first and the last that are not silent. */
  get soundedSamples(): number {
    const first = this.played.findIndex((sample) => sample !== 0);
    return this.played.findLastIndex((sample) => sample !== 0) - first + 1;
  }
}

describe('playout', () => {
  it('gives an even stream back whole, after its delay', () => {
    const call = new Call().packets(0, 50).run(1300);
    expect(call.tone(200, 900)).toBeGreaterThan(0.98);
    expect(call.playout.takeReport()).toMatchObject({ late: 0 });
    expect(call.soundedSamples).toBeGreaterThan(49 * 160);
  });

  it('puts reordered packets right', () => {
    const call = new Call().packets(0, 50, (sequence) => (sequence % 5 === 0 ? 21 : 0)).run(1000);
    expect(call.tone(200, 900)).toBeGreaterThan(0.95);
    expect(call.playout.takeReport().late).toBe(0);
  });

  it('reports how long packets waited', () => {
    const call = new Call().packets(0, 500).run(10_000);
    call.playout.takeReport();
    call.packets(500, 100).run(12_000);
    const { delayMs } = call.playout.takeReport();
    expect(delayMs).toBeGreaterThanOrEqual(15);
    expect(delayMs).toBeLessThan(50);
    expect(call.playout.takeReport()).toEqual({ late: 0, delayMs: null });
  });

  it('conceals a lost packet, and falls silent when all are lost', () => {
    const call = new Call().packets(0, 30, (sequence) => (sequence === 20 ? null : 0)).run(600);
    expect(call.tone(300, 550)).toBeGreaterThan(0.95);
    call.run(1200);
    expect(call.played.slice(-160).every((sample) => sample === 0)).toBe(true);
    expect(call.playout.loudness).toBe(0);
  });

  it('grows with late packets until they are in time', () => {
    const jitterMs = (sequence: number): number => (sequence >= 50 && sequence % 3 === 0 ? 90 : 0);
    const call = new Call().packets(0, 400, jitterMs).run(4000);
    expect(call.playout.takeReport().late).toBeGreaterThan(0);
    call.run(8000);
    expect(call.playout.takeReport().late).toBe(0);
    expect(call.tone(5000, 7000)).toBeGreaterThan(0.9);
  });

  it('shrinks again when the jitter is over', () => {
    const call = new Call().packets(0, 100, (sequence) => (sequence % 4) * 40).packets(100, 2000);
    call.run(2000);
    expect(call.playout.takeReport().delayMs).toBeGreaterThan(60);
    call.run(38_000);
    call.playout.takeReport();
    call.run(41_000);
    expect(call.playout.takeReport().delayMs).toBeLessThan(45);
  });

  it.each([
    ['fast', -0.001],
    ['slow', 0.001],
  ])('follows a sender whose clock is %s by 1000 ppm', (_, drift) => {
    const call = new Call().packets(0, 3000, (sequence) => 40 + sequence * 20 * drift).run(58_000);
    const { late, delayMs } = call.playout.takeReport();
    expect(late).toBeLessThan(30);
    expect(delayMs).toBeLessThan(80);
    expect(call.tone(55_000, 55_200)).toBeGreaterThan(0.5);
  });

  it('takes packets of any length, and a change of codec, in its stride', () => {
    const call = new Call();
    let [timestamp, sequenceNumber] = [0, 65_530];
    for (const length of Array.from(
      { length: 60 },
      (_, index) => [80, 160, 480, 37, 240, 123, 1][index % 7]!,
    )) {
      const codec = sequenceNumber % 2 === 0 ? PCMU : PCMA;
      call.packet(sequenceNumber++, { atMs: timestamp / 8, timestamp, length, codec });
      timestamp += length;
    }
    call.run(timestamp / 8);
    expect(call.tone(200, timestamp / 8 - 50)).toBeGreaterThan(0.95);
  });

  it('goes on when the timestamps jump or wrap', () => {
    const call = new Call();
    for (let sequence = 0; sequence < 200; sequence++) {
      const jump = sequence >= 100 ? 123_456_789 : 0;
      const timestamp = (4_294_967_000 + sequence * 160 + jump) % 2 ** 32;
      call.packet(sequence, { atMs: sequence * 20, timestamp });
    }
    call.run(4000);
    expect(call.tone(200, 1800)).toBeGreaterThan(0.9);
    expect(call.tone(2500, 3900)).toBeGreaterThan(0.9);
  });

  it('loses nothing after a pause in which the timestamps stood still', () => {
    const call = new Call().packets(0, 50);
    for (let sequence = 50; sequence < 100; sequence++) call.packet(sequence, { atMs: 5000 + sequence * 20 });
    call.run(8000);
    expect(call.playout.takeReport().late).toBe(0);
    expect(call.tone(6200, 6900)).toBeGreaterThan(0.95);
  });

  it('makes comfort noise while the sender is silent, and none between digits', () => {
    const call = new Call().packets(0, 20);
    call.at(400, () =>
      call.playout.receiveComfortNoise(20, 20 * 160, Uint8Array.of(40), 0, 1, 1_000_000_000_400),
    );
    call.run(3000);
    const noise = call.played.slice(-8000);
    const power = noise.reduce((sum, sample) => sum + sample * sample, 0) / noise.length;
    expect(10 * Math.log10(power / 32_768 ** 2)).toBeCloseTo(-40, 0);
    call.packet(21, { atMs: 3000, timestamp: 150 * 160 });
    call.at(3020, () => call.playout.receiveSilent(22, 150 * 160));
    call.run(3400);
    expect(call.played.slice(-160).every((sample) => sample === 0)).toBe(true);
  });

  it('skips what it missed after a stall of its own', () => {
    const call = new Call().packets(0, 60).run(500);
    const stalled = call.playout;
    stalled.advance(1_000_000_001_500);
    stalled.advance(1_000_000_001_520);
    expect(stalled.takeReport().late).toBe(0);
  });

  it('counts the same where nobody hears it, and is heard again at once', () => {
    const delayMs = (sequenceNumber: number): number | null => {
      if (sequenceNumber % 23 === 0) return null;
      return sequenceNumber % 50 === 7 ? 90 : (sequenceNumber * 7) % 13;
    };
    const heard = new Call().packets(0, 200, delayMs).run(4000);
    const passed = new Call().packets(0, 200, delayMs);
    passed.isHeard = false;
    passed.run(4000);
    const report = passed.playout.takeReport();
    expect(report).toEqual(heard.playout.takeReport());
    expect(report.late).toBeGreaterThan(0);
    expect(passed.played.every((sample) => sample === 0)).toBe(true);

    passed.isHeard = true;
    passed.packets(200, 50).run(5000);
    expect(passed.tone(4200, 4900)).toBeGreaterThan(0.95);
  });
});
