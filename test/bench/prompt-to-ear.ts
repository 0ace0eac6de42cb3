/**
 * How long a caller waits for what it is to hear: from `play` on the main thread to the arrival of the first packet with
 * sound in it, in the real engine over loopback. Half a frame of 20 ms is the least there can be on average.
 */
import { createSocket } from 'node:dgram';
import { setTimeout as pause } from 'node:timers/promises';
import { createMediaEngine } from '../../media/engine/media-engine.ts';
import { createClip } from '../../media/prompt/clip.ts';
import { type BenchRow, median } from './bench-row.ts';
import { openLeg, session } from './media-leg.ts';

const ROUNDS = 40;
const CLIP = 'tone';
/** 100 ms at 16 kHz. */
const CLIP_SAMPLES = 1600;
const HEADER_LENGTH = 12;
/** µ-law of silence, and of what an encoder makes of the noise below it. */
const QUIET_OCTETS = new Set([0xff, 0x7f, 0xfe, 0x7e]);

export async function benchPromptToEar(): Promise<BenchRow[]> {
  const tone = createClip(
    Int16Array.from({ length: CLIP_SAMPLES }, (_, index) => Math.round(8000 * Math.sin(index))),
  );
  const engine = createMediaEngine({ portRange: [30_000, 30_999], workers: 1, clips: { [CLIP]: tone } });
  await engine.start();
  const socket = createSocket('udp4');
  let heard = (): void => {};
  socket.on('message', (packet) => {
    if (packet.subarray(HEADER_LENGTH).some((octet) => !QUIET_OCTETS.has(octet))) heard();
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  try {
    const leg = await openLeg(engine, 'prompt', session(socket.address().port));
    const delaysMs: number[] = [];
    // The first two warm up: a clip is made narrowband where it is first played.
    for (let round = 0; round < ROUNDS + 2; round++) {
      // Plays begin anywhere within a frame; the last clip is over by then.
      await pause(150 + ((round * 7) % 20));
      const { promise, resolve } = Promise.withResolvers<void>();
      heard = resolve;
      const startedMs = performance.now();
      leg.play([CLIP], { ducks: true });
      await promise;
      delaysMs.push(performance.now() - startedMs);
    }
    const measured = delaysMs.slice(2);
    await leg.close();
    return [
      { name: 'from play to the first packet with sound, median', value: median(measured), unit: 'ms' },
      { name: 'from play to the first packet with sound, worst', value: Math.max(...measured), unit: 'ms' },
    ];
  } finally {
    socket.close();
    await engine.stop();
  }
}
