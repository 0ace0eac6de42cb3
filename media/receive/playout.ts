/**
 * Turns what a jitter buffer holds into one frame of 20 ms after the other: in order, at an even pace, with
 * what is missing concealed, with comfort noise where the sender is silent, and with a frame put in or taken
 * out where the delay must grow or shrink. It measures in samples, 8 or 16 in a millisecond; times are arguments.
 */
import type { AudioDecoder } from '../codec/audio-codec.ts';
import { JitterBuffer } from './jitter-buffer.ts';
import { PlayoutDelay, type PlayoutDelayBounds } from './playout-delay.ts';
import { PlayoutSound } from './playout-sound.ts';

/** A buffer that runs short by half a frame takes one in. */
const SHORT_FRAMES = 0.5;
/** Too long by three frames, it gives one up even while somebody talks. */
const VERY_LONG_FRAMES = 3;
/** Else it waits for silence, at most two seconds. */
const SHRINK_PATIENCE_FRAMES = 100;
/** Mean magnitude below which a frame can be shortened unheard: −50 dBov. */
const QUIET_LOUDNESS = 100;
/** Packets in a row that cannot be played before the sender's timestamps are believed to have jumped. */
const RESTART_PACKETS = 5;
/** A packet due later than this cannot belong to the same run of timestamps. */
const FAR_AHEAD_MS = 2000;
/** After a stall of ours longer than this, what is stored is skipped rather than played fast. */
const FAR_BEHIND_MS = 500;
/** After half a second without a packet the next one begins a new run. */
const IDLE_FRAMES = 25;

export interface PlayoutReport {
  /** Packets that came too late to be played. */
  readonly late: number;
  /** Mean time from arrival to playout; null where nothing was played. */
  readonly delayMs: number | null;
}

/** How RTP timestamps and samples are counted. */
export interface PlayoutRate {
  readonly clockRateHz: number;
  readonly sampleRateHz: 8000 | 16_000;
}

const NARROW: PlayoutRate = { clockRateHz: 8000, sampleRateHz: 8000 };

export class Playout {
  /** Mean magnitude of the frame of the last `advance`, 0 to 32,768. */
  loudness = 0;
  readonly #bounds: PlayoutDelayBounds;
  readonly #buffer = new JitterBuffer();
  #rate: PlayoutRate = NARROW;
  #samplesPerMs: 8 | 16 = 8;
  /** Samples for each tick of the RTP clock. */
  #samplesPerTick = 1;
  #delay: PlayoutDelay;
  #sound: PlayoutSound;
  #isPlaying = false;
  /** When the next sample to play begins, by the RTP timestamps, and the time it is played at minus itself. */
  #position = 0;
  #playoutTransit = 0;
  /** In ticks, unwrapped. */
  #lastTimestamp = 0;
  #unplayableRun = 0;
  #framesSinceShrink = 0;
  #idleFrames = 0;
  #late = 0;
  #delaySumMs = 0;
  #delayPackets = 0;

  constructor(bounds: PlayoutDelayBounds) {
    this.#bounds = bounds;
    this.#delay = new PlayoutDelay(bounds, this.#samplesPerMs);
    this.#sound = new PlayoutSound(this.#buffer, this.#samplesPerMs);
  }

  /** Holds the frame of the last `advance`: `frameSamples` of them from `frameOffset` on. */
  get samples(): Int16Array {
    return this.#sound.samples;
  }

  get frameOffset(): number {
    return this.#sound.frameOffset;
  }

  get frameSamples(): number {
    return this.#sound.frameSamples;
  }

  get sampleRateHz(): 8000 | 16_000 {
    return this.#rate.sampleRateHz;
  }

  /** From now packets and samples are of these rates; where that changes anything, it begins anew. */
  configure(rate: PlayoutRate): void {
    const { clockRateHz, sampleRateHz } = rate;
    if (clockRateHz === this.#rate.clockRateHz && sampleRateHz === this.#rate.sampleRateHz) return;
    this.#rate = rate;
    this.#samplesPerMs = sampleRateHz === 8000 ? 8 : 16;
    this.#samplesPerTick = sampleRateHz / clockRateHz;
    this.#delay = new PlayoutDelay(this.#bounds, this.#samplesPerMs);
    this.#sound = new PlayoutSound(this.#buffer, this.#samplesPerMs);
    this.restart();
  }

  /** What a packet of least transit waits now, before it is played. */
  get targetDelayMs(): number {
    return this.#delay.targetSamples / this.#samplesPerMs;
  }

  /**
   * An audio packet arrived. `timestamp` is that of its header, unsigned.
   * @returns false where it cannot be played any more
   */
  receiveAudio(
    sequenceNumber: number,
    timestamp: number,
    codec: AudioDecoder,
    payload: Uint8Array,
    offset: number,
    length: number,
    arrivalMs: number,
  ): boolean {
    const duration = codec.decodeTable === null ? codec.durationOf(payload, offset, length) : length;
    if (duration === 0) {
      this.receiveSilent(sequenceNumber, timestamp);
      return false;
    }
    const arrival = arrivalMs * this.#samplesPerMs;
    let begin = this.#beginOf(timestamp);
    if (this.#isUnplayable(begin, duration)) {
      if (begin < this.#position) this.#receiveLate(arrival, begin);
      if (++this.#unplayableRun < RESTART_PACKETS) return false;
      this.restart();
      begin = this.#beginOf(timestamp);
    }
    this.#unplayableRun = 0;
    this.#lastTimestamp = this.#unwrap(timestamp);
    this.#observe(arrival, begin);
    const insertion = this.#buffer.insert(sequenceNumber, begin, codec, payload, offset, length, duration);
    if (insertion === 'late') this.#late++;
    if (insertion === 'stored' && this.#isPlaying) {
      this.#delaySumMs += (this.#playoutTransit - (arrival - begin)) / this.#samplesPerMs;
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
    const begin = this.#beginOf(timestamp);
    const arrival = arrivalMs * this.#samplesPerMs;
    if (!this.#isPlaying) this.#delay.observe(arrival, arrival - begin);
    this.#buffer.insert(sequenceNumber, begin, null, payload, offset, length, 0);
  }

  /** A packet without sound of its own, such as a telephone-event: its number is not a loss. */
  receiveSilent(sequenceNumber: number, timestamp: number): void {
    this.#buffer.insert(sequenceNumber, this.#beginOf(timestamp), null, this.#buffer.payloads, 0, 0);
  }

  /** Fills the frame to be played at `nowMs`, where anybody hears it; called every 20 ms. */
  advance(nowMs: number, isHeard = true): void {
    const sound = this.#sound;
    sound.isHeard = isHeard;
    sound.nextFrame();
    const now = nowMs * this.#samplesPerMs;
    if (this.#isPlaying || this.#begin(now)) this.#advancePlaying(now);
    else sound.fill(sound.frameOffset, sound.frameSamples, -1, 0);
    this.loudness = sound.measureLoudness();
  }

  /** Drops what is stored and begins anew with the next packet: new source, new timestamps. */
  restart(): void {
    this.#buffer.clear();
    this.#delay.restart();
    this.#isPlaying = false;
    this.#unplayableRun = 0;
    this.#lastTimestamp = 0;
    this.#sound.restart();
  }

  /** Numbers since the last call. */
  takeReport(): PlayoutReport {
    const delayMs = this.#delayPackets === 0 ? null : Math.max(0, this.#delaySumMs / this.#delayPackets);
    const report = { late: this.#late, delayMs };
    this.#late = 0;
    this.#delaySumMs = 0;
    this.#delayPackets = 0;
    return report;
  }

  /** Nearest to the last one, so that timestamps run on beyond 32 bits. */
  #unwrap(timestamp: number): number {
    return this.#lastTimestamp + ((timestamp - this.#lastTimestamp) | 0);
  }

  /** When what bears a timestamp begins, in samples; where ticks are finer, all of a stream are rounded alike. */
  #beginOf(timestamp: number): number {
    return Math.floor(this.#unwrap(timestamp) * this.#samplesPerTick);
  }

  #isUnplayable(begin: number, duration: number): boolean {
    if (!this.#isPlaying) return false;
    const isFarAhead = begin > this.#position + FAR_AHEAD_MS * this.#samplesPerMs;
    return begin + duration <= this.#position || isFarAhead;
  }

  #observe(arrival: number, timestamp: number): void {
    const transit = arrival - timestamp;
    // A sender whose timestamps stood still during a pause, or jumped in it, is like a new one.
    const isNewRun = !this.#isPlaying && this.#buffer.count === 0;
    const farBehind = FAR_BEHIND_MS * this.#samplesPerMs;
    if (isNewRun && Math.abs(transit - this.#delay.leastTransit) > farBehind) this.#delay.restart();
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
    if (surplus > FAR_BEHIND_MS * this.#samplesPerMs) this.#synchronize(now);
    const { frameOffset, frameSamples } = this.#sound;
    if (surplus < -SHORT_FRAMES * frameSamples) {
      this.#sound.fill(frameOffset, frameSamples, -1, 0);
    } else {
      this.#read(frameOffset);
      if (surplus >= frameSamples) this.#shrink(surplus);
    }
    if (this.#idleFrames < IDLE_FRAMES) return;
    this.#isPlaying = false;
    this.#sound.rest();
  }

  /** Plays one frame from packets, with gaps filled, and moves the position on. */
  #read(offset: number): void {
    const end = offset + this.#sound.frameSamples;
    let at = offset;
    this.#idleFrames++;
    while (at < end) {
      const slot = this.#buffer.peek();
      const gap = slot < 0 ? end - at : (this.#buffer.timestamps[slot] as number) - this.#position;
      if (gap > 0) {
        const filled = Math.min(gap, end - at);
        this.#sound.fill(at, filled, slot, gap);
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
    this.#idleFrames = 0;
    if (buffer.codecs[slot] === null) {
      this.#sound.pause(slot);
      buffer.take();
      return 0;
    }
    const duration = buffer.durations[slot] as number;
    const count = Math.max(0, Math.min(duration - played, end - at));
    this.#sound.play(slot, played, at, count);
    this.#position += count;
    if (played + count >= duration) buffer.take();
    return count;
  }

  /** Gives one frame up, where that is not heard or cannot wait. */
  #shrink(surplus: number): void {
    const { frameOffset, frameSamples } = this.#sound;
    const isPatient =
      surplus < VERY_LONG_FRAMES * frameSamples && this.#framesSinceShrink < SHRINK_PATIENCE_FRAMES;
    if (isPatient && this.#sound.measureLoudness() > QUIET_LOUDNESS) return;
    this.#read(frameOffset + frameSamples);
    this.#sound.blend();
    this.#framesSinceShrink = 0;
  }
}
