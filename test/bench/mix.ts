/**
 * What mixing costs: CPU nanoseconds for each participant's frame of 20 ms, in rooms of several sizes. The peer
 * is the plain N−1 mix over flat arrays, everybody decoded, subtracted and encoded: 237 ns on the machine that
 * the targets come from, so they are ratios to it, good on any machine.
 */
import { decodeG711, ENCODE_OFFSET, PCMU } from '../../media/codec/g711.ts';
import { MIX_FRAME_SAMPLES, Mixer, type MixParticipant } from '../../media/mix/mixer.ts';
import { type BenchRow, median } from './bench-row.ts';

interface BenchParticipant extends MixParticipant {
  readonly octets: Uint8Array;
  readonly heard: Uint8Array;
}

const ROOMS = [3, 10, 50, 250, 1000];
const FRAMES_PER_ROUND = 200_000;
const ROUNDS = 7;

function createParticipants(count: number): BenchParticipant[] {
  return Array.from({ length: count }, (_, participant) => ({
    octets: Uint8Array.from(
      { length: MIX_FRAME_SAMPLES },
      (_, index) => (index * 7 + participant * 13) & 0xff,
    ),
    sampleRateHz: 8000 as const,
    samples: new Int16Array(MIX_FRAME_SAMPLES),
    frameOffset: 0,
    heard: new Uint8Array(MIX_FRAME_SAMPLES),
    // The first three talk, the others are heard but softly, as rooms are.
    loudness: participant < 3 ? 4000 : 20,
    isHeard: true,
    level: 0,
    isSpeaking: false,
  }));
}

function decodeAll(participants: readonly BenchParticipant[]): void {
  for (let index = 0; index < participants.length; index++) {
    const { octets, samples } = participants[index] as BenchParticipant;
    decodeG711(PCMU, octets, 0, samples, 0, MIX_FRAME_SAMPLES);
  }
}

/** One frame of a whole room: select, sum, subtract, encode, and give everybody a copy. */
function mixOnce(mixer: Mixer<BenchParticipant>): void {
  mixer.mix();
  const { participants } = mixer;
  for (let index = 0; index < participants.length; index++) {
    const participant = participants[index] as BenchParticipant;
    participant.heard.set(mixer.encodeFor(participant, PCMU));
  }
}

/** Median over rounds of the CPU nanoseconds that each of `frames` took. */
function measureNs(frames: number, run: () => void): number {
  const repetitions = Math.max(1, Math.round(FRAMES_PER_ROUND / frames));
  const rounds = Array.from({ length: ROUNDS }, () => {
    const before = process.cpuUsage();
    for (let repetition = 0; repetition < repetitions; repetition++) run();
    const { user, system } = process.cpuUsage(before);
    return ((user + system) * 1000) / (repetitions * frames);
  });
  return median(rounds);
}

/** N−1 for everybody, clamped, over arrays that the compiler knows as constants. */
function measurePlainMixNs(room: number): number {
  const octets = Uint8Array.from({ length: MIX_FRAME_SAMPLES * room }, (_, index) => (index * 7) & 0xff);
  const heard = new Uint8Array(octets.length);
  const total = new Int32Array(MIX_FRAME_SAMPLES);
  const { decodeTable, encodeTable } = PCMU;
  return measureNs(room, () => {
    total.fill(0);
    for (let start = 0; start < octets.length; start += MIX_FRAME_SAMPLES) {
      for (let index = 0; index < MIX_FRAME_SAMPLES; index++) {
        total[index] = (total[index] as number) + (decodeTable[octets[start + index] as number] as number);
      }
    }
    for (let start = 0; start < octets.length; start += MIX_FRAME_SAMPLES) {
      for (let index = 0; index < MIX_FRAME_SAMPLES; index++) {
        const own = decodeTable[octets[start + index] as number] as number;
        const sample = Math.max(-32_768, Math.min(32_767, (total[index] as number) - own));
        heard[start + index] = encodeTable[sample + ENCODE_OFFSET] as number;
      }
    }
  });
}

/** Where the plain mix costs 237 ns: 237 ns in the smallest room, 25 ns in one of a thousand. */
function mixTarget(room: number): Pick<BenchRow, 'target'> {
  if (room === 3) return { target: { kind: 'ratio-at-most', limit: 1 } };
  return room === 1000 ? { target: { kind: 'ratio-at-most', limit: 25 / 237 } } : {};
}

export async function benchMix(): Promise<BenchRow[]> {
  const unit = 'ns';
  return ROOMS.flatMap((room) => {
    const participants = createParticipants(room);
    const mixer = new Mixer<BenchParticipant>();
    for (const participant of participants) mixer.add(participant);
    const speakers = participants.slice(0, 3);
    const value = measureNs(room, () => {
      decodeAll(speakers);
      mixOnce(mixer);
    });
    const peer = { name: 'plain N−1', value: measurePlainMixNs(room) };
    const decodeNs = measureNs(room, () => decodeAll(participants));
    return [
      { name: `mix of ${room}, a participant-frame`, value, unit, peer, ...mixTarget(room) },
      { name: `decode of ${room}, a participant-frame`, value: decodeNs, unit },
    ];
  });
}
