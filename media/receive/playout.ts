/**
 * Turns what a jitter buffer holds into one frame of 20 ms after the other: in order, at an even pace, with
 * what is missing concealed, with comfort noise where the sender is silent, and with a frame put in or taken
 * out where the delay must grow or shrink. It measures in samples of 8 kHz; times are arguments.
 */
import { ComfortNoise } from '../codec/comfort-noise.ts';
import { decodeG711, type G711Codec } from '../codec/g711.ts';
import { CONCEALMENT_HISTORY, PacketLossConcealment } from '../codec/packet-loss-concealment.ts';
import { JitterBuffer } from './jitter-buffer.ts';
import { PlayoutDelay, type PlayoutDelayBounds } from './playout-delay.ts';

export const FRAME_SAMPLES = 160;
const SAMPLES_PER_MS = 8;
/** Eight frames are played before the samples are moved back to the beginning. */
const SAMPLES_LENGTH = CONCEALMENT_HISTORY + 10 * FRAME_SAMPLES;
/** A buffer that runs short by half a frame takes one in. */
const SHORT_SAMPLES = FRAME_SAMPLES / 2;
/** Too long by three frames, it gives one up even while somebody talks. */
const VERY_LONG_SAMPLES = 3 * FRAME_SAMPLES;
/** Else it waits for silence, at most two seconds. */
const SHRINK_PATIENCE_FRAMES = 100;
/** Mean magnitude below which a frame can be shortened unheard: −50 dBov. */
const QUIET_LOUDNESS = 100;
/** Packets in a row that cannot be played before the sender's timestamps are believed to have jumped. */
const RESTART_PACKETS = 5;
/** A packet due later than this cannot belong to the same run of timestamps: 2 s. */
const FAR_AHEAD_SAMPLES = 2000 * SAMPLES_PER_MS;
/** After a stall of ours longer than this, what is stored is skipped rather than played fast: 500 ms. */
const FAR_BEHIND_SAMPLES = 500 * SAMPLES_PER_MS;
/** After half a second without a packet the next one begins a new run. */
const IDLE_FRAMES = 25;

/** What missing samples are made of. */
type Filling = 'concealment' | 'comfort-noise' | 'silence';

export interface PlayoutReport {
  /** Packets that came too late to be played. */
  readonly late: number;
  /** Mean time from arrival to playout; null where nothing was played. */
  readonly delayMs: number | null;
}

export class Playout {
  readonly samples = new Int16Array(SAMPLES_LENGTH);
  /** Where the frame of the last `advance` begins in `samples`. */
  frameOffset = CONCEALMENT_HISTORY;
  /** Mean magnitude of that frame, 0 to 32,768. */
  loudness = 0;
  readonly #buffer = new JitterBuffer();
  readonly #delay: PlayoutDelay;
  readonly #concealment = new PacketLossConcealment();
  /** Made when the sender first sends some; most never do. */
  #noise: ComfortNoise | null = null;
  #filling: Filling = 'silence';
  #isPlaying = false;
  /** RTP timestamp, unwrapped, of the next sample to play, and the time it is played at minus itself. */
  #position = 0;
  #playoutTransit = 0;
  #lastTimestamp = 0;
  #unplayableRun = 0;
  #framesSinceShrink = 0;
  #idleFrames = 0;
  #late = 0;
  #delaySum = 0;
  #delayPackets = 0;

  constructor(bounds: PlayoutDelayBounds) {
    this.#delay = new PlayoutDelay(bounds);
  }

  /** What a packet of least transit waits now, before it is played. */
  get targetDelayMs(): number {
    return this.#delay.targetSamples / SAMPLES_PER_MS;
  }

  /**
   * An audio packet arrived. `timestamp` is that of its header, unsigned.
   * @returns false where it cannot be played any more
   */
  receiveAudio(
    sequenceNumber: number,
    timestamp: number,
    codec: G711Codec,
    payload: Uint8Array,
    offset: number,
    length: number,
    arrivalMs: number,
  ): boolean {
    const arrival = arrivalMs * SAMPLES_PER_MS;
    let unwrapped = this.#unwrap(timestamp);
    if (this.#isUnplayable(unwrapped, length)) {
      if (unwrapped < this.#position) this.#receiveLate(arrival, unwrapped);
      if (++this.#unplayableRun < RESTART_PACKETS) return false;
      this.restart();
      unwrapped = this.#unwrap(timestamp);
    }
    this.#unplayableRun = 0;
    this.#lastTimestamp = unwrapped;
    this.#observe(arrival, unwrapped);
    const insertion = this.#buffer.insert(sequenceNumber, unwrapped, codec, payload, offset, length);
    if (insertion === 'late') this.#late++;
    if (insertion === 'stored' && this.#isPlaying) {
      this.#delaySum += this.#playoutTransit - (arrival - unwrapped);
      this.#delayPackets++;
    }
    return insertion !== 'late';
  }

  /** A comfort-noise packet: from its timestamp on, what is missing is noise (RFC 3389 §4). */
  receiveComfortNoise(
    sequenceNumber: number,
    timestamp: number,
    payload: Uint8Array,
    offset: number,
    length: number,
    arrivalMs: number,
  ): void {
    const unwrapped = this.#unwrap(timestamp);
    const arrival = arrivalMs * SAMPLES_PER_MS;
    if (!this.#isPlaying) this.#delay.observe(arrival, arrival - unwrapped);
    this.#buffer.insert(sequenceNumber, unwrapped, null, payload, offset, length);
  }

  /** A packet without sound of its own, such as a telephone-event: its number is not a loss. */
  receiveSilent(sequenceNumber: number, timestamp: number): void {
    this.#buffer.insert(sequenceNumber, this.#unwrap(timestamp), null, this.#buffer.payloads, 0, 0);
  }

  /** Fills the frame to be played at `nowMs`; called every 20 ms. */
  advance(nowMs: number): void {
    this.#makeRoom();
    this.frameOffset += FRAME_SAMPLES;
    const now = nowMs * SAMPLES_PER_MS;
    if (this.#isPlaying || this.#begin(now)) this.#advancePlaying(now);
    else this.#fill(this.frameOffset, FRAME_SAMPLES);
    this.loudness = measureLoudness(this.samples, this.frameOffset);
  }

  /** Drops what is stored and begins anew with the next packet: new source, new timestamps. */
  restart(): void {
    this.#buffer.clear();
    this.#delay.restart();
    this.#isPlaying = false;
    this.#unplayableRun = 0;
    this.#lastTimestamp = 0;
  }

  /** Numbers since the last call. */
  takeReport(): PlayoutReport {
    const delayMs =
      this.#delayPackets === 0 ? null : Math.max(0, this.#delaySum / this.#delayPackets / SAMPLES_PER_MS);
    const report = { late: this.#late, delayMs };
    this.#late = 0;
    this.#delaySum = 0;
    this.#delayPackets = 0;
    return report;
  }

  /** Nearest to the last one, so that timestamps run on beyond 32 bits. */
  #unwrap(timestamp: number): number {
    return this.#lastTimestamp + ((timestamp - this.#lastTimestamp) | 0);
  }

  #isUnplayable(timestamp: number, length: number): boolean {
    if (!this.#isPlaying) return false;
    return timestamp + length <= this.#position || timestamp > this.#position + FAR_AHEAD_SAMPLES;
  }

  #observe(arrival: number, timestamp: number): void {
    const transit = arrival - timestamp;
    // A sender whose timestamps stood still during a pause, or jumped in it, is like a new one.
    const isNewRun = !this.#isPlaying && this.#buffer.count === 0;
    if (isNewRun && Math.abs(transit - this.#delay.leastTransit) > FAR_BEHIND_SAMPLES) this.#delay.restart();
    this.#delay.observe(arrival, transit);
  }

  #receiveLate(arrival: number, timestamp: number): void {
    this.#late++;
    this.#delay.observe(arrival, arrival - timestamp);
  }

  #begin(now: number): boolean {
    if (this.#buffer.count === 0 || this.#delay.leastTransit === Number.POSITIVE_INFINITY) return false;
    this.#synchronize(now);
    this.#isPlaying = true;
    this.#idleFrames = 0;
    return true;
  }

  /** Moves the position to where the target delay wants it. */
  #synchronize(now: number): void {
    this.#playoutTransit = this.#delay.leastTransit + this.#delay.targetSamples;
    this.#position = Math.floor(now - this.#playoutTransit);
  }

  #advancePlaying(now: number): void {
    this.#playoutTransit = now - this.#position;
    const surplus = this.#playoutTransit - this.#delay.leastTransit - this.#delay.targetSamples;
    this.#framesSinceShrink++;
    if (surplus > FAR_BEHIND_SAMPLES) this.#synchronize(now);
    if (surplus < -SHORT_SAMPLES) {
      this.#fill(this.frameOffset, FRAME_SAMPLES);
    } else {
      this.#read(this.frameOffset);
      if (surplus >= FRAME_SAMPLES) this.#shrink(surplus);
    }
    if (this.#idleFrames >= IDLE_FRAMES) this.#rest();
  }

  /** Nothing came for long: what was concealed has faded, noise goes on. */
  #rest(): void {
    this.#isPlaying = false;
    if (this.#filling === 'concealment') this.#filling = 'silence';
  }

  /** Plays one frame from packets, with gaps filled, and moves the position on. */
  #read(offset: number): void {
    const end = offset + FRAME_SAMPLES;
    let at = offset;
    this.#idleFrames++;
    while (at < end) {
      const slot = this.#buffer.peek();
      const gap = slot < 0 ? end - at : (this.#buffer.timestamps[slot] as number) - this.#position;
      if (gap > 0) {
        const filled = Math.min(gap, end - at);
        this.#fill(at, filled);
        this.#position += filled;
        at += filled;
      } else {
        at += this.#play(slot, at, end, -gap);
      }
    }
  }

  /** Plays from a packet of which `played` samples are over already; returns how many it gave. */
  #play(slot: number, at: number, end: number, played: number): number {
    const buffer = this.#buffer;
    const codec = buffer.codecs[slot];
    const length = buffer.lengths[slot] as number;
    this.#idleFrames = 0;
    if (codec === null || codec === undefined) {
      this.#filling = length === 0 ? 'silence' : 'comfort-noise';
      if (length > 0) this.#noise ??= new ComfortNoise();
      this.#noise?.update(buffer.payloads, buffer.payloadOffset(slot), length);
      buffer.take();
      return 0;
    }
    const count = Math.max(0, Math.min(length - played, end - at));
    decodeG711(codec, buffer.payloads, buffer.payloadOffset(slot) + played, this.samples, at, count);
    this.#concealment.resume(this.samples, at, count);
    this.#filling = 'concealment';
    this.#position += count;
    if (played + count >= length) buffer.take();
    return count;
  }

  #fill(at: number, count: number): void {
    if (this.#filling === 'concealment') this.#concealment.conceal(this.samples, at, count);
    else if (this.#filling === 'comfort-noise') this.#noise?.generate(this.samples, at, count);
    else this.samples.fill(0, at, at + count);
  }

  /** Blends the frame just read with the one behind it, so that two are played in the time of one. */
  #shrink(surplus: number): void {
    const isPatient = surplus < VERY_LONG_SAMPLES && this.#framesSinceShrink < SHRINK_PATIENCE_FRAMES;
    if (isPatient && measureLoudness(this.samples, this.frameOffset) > QUIET_LOUDNESS) return;
    const next = this.frameOffset + FRAME_SAMPLES;
    this.#read(next);
    for (let index = 0; index < FRAME_SAMPLES; index++) {
      const before = this.samples[this.frameOffset + index] as number;
      const after = this.samples[next + index] as number;
      const weight = (index + 1) / (FRAME_SAMPLES + 1);
      this.samples[this.frameOffset + index] = Math.round(before + (after - before) * weight);
    }
    this.#framesSinceShrink = 0;
  }

  #makeRoom(): void {
    const end = this.frameOffset + FRAME_SAMPLES;
    if (end + 2 * FRAME_SAMPLES <= SAMPLES_LENGTH) return;
    this.samples.copyWithin(0, end - CONCEALMENT_HISTORY, end);
    this.frameOffset = CONCEALMENT_HISTORY - FRAME_SAMPLES;
  }
}

function measureLoudness(samples: Int16Array, offset: number): number {
  let sum = 0;
  for (let index = offset; index < offset + FRAME_SAMPLES; index++) sum += Math.abs(samples[index] as number);
  return sum / FRAME_SAMPLES;
}
