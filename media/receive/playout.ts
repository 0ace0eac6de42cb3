/**
 * Turns what a jitter buffer holds into one frame of 20 ms after the other: in order, at an even pace, with
 * what is missing concealed, with comfort noise where the sender is silent, and with a frame put in or taken
 * out where the delay must grow or shrink. It measures in samples, 8 or 16 in a millisecond; times are arguments.
 */
import type { AudioDecoder } from '../codec/audio-codec.ts';
import { JitterBuffer } from './jitter-buffer.ts';
import { PlayoutAccount, type PlayoutReport } from './playout-account.ts';
import { PlayoutDelay, type PlayoutDelayBounds } from './playout-delay.ts';
import {
  FAR_AHEAD_MS,
  FAR_BEHIND_MS,
  FRAME_MS,
  IDLE_FRAMES,
  QUIET_LOUDNESS,
  RESTART_PACKETS,
  SHORT_FRAMES,
  SHRINK_PATIENCE_FRAMES,
  VERY_LONG_FRAMES,
} from './playout-limits.ts';
import { PlayoutSound } from './playout-sound.ts';
import { NARROW, type PlayoutRate, SampleTimeline } from './sample-timeline.ts';
import { UnheardPackets } from './unheard-packets.ts';

export class Playout {
  /** Mean magnitude of the frame of the last `advance`, 0 to 32,768. */
  loudness = 0;
  readonly #bounds: PlayoutDelayBounds;
  readonly #buffer = new JitterBuffer();
  #rate: PlayoutRate = NARROW;
  #samplesPerMs: 8 | 16 = 8;
  #timeline = new SampleTimeline(NARROW);
  #delay: PlayoutDelay;
  #sound: PlayoutSound;
  /** While nobody hears it nothing is stored, but who would be late is kept account of all the same. */
  #isHeard = true;
  readonly #unheard = new UnheardPackets();
  #isPlaying = false;
  /** When the next sample to play begins, by the RTP timestamps, and the time it is played at minus itself. */
  #position = 0;
  #playoutTransit = 0;
  #unplayableRun = 0;
  #framesSinceShrink = 0;
  #idleFrames = 0;
  readonly #account = new PlayoutAccount();

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
    this.#timeline = new SampleTimeline(rate);
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
    let begin = this.#timeline.beginOf(timestamp);
    if (this.#isUnplayable(begin, duration)) {
      if (begin < this.#position) {
        this.#account.countLate();
        this.#delay.observe(arrival, arrival - begin);
      }
      if (++this.#unplayableRun < RESTART_PACKETS) return false;
      this.restart();
      begin = this.#timeline.beginOf(timestamp);
    }
    this.#unplayableRun = 0;
    this.#timeline.pass(timestamp);
    this.#observe(arrival, begin);
    if (!this.#isHeard) {
      this.#unheard.receive(begin + duration, this.#isPlaying);
      this.#countDelay(arrival, begin);
      return true;
    }
    const insertion = this.#buffer.insert(sequenceNumber, begin, codec, payload, offset, length, duration);
    if (insertion === 'late') this.#account.countLate();
    else if (insertion === 'stored') this.#countDelay(arrival, begin);
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
    const begin = this.#timeline.beginOf(timestamp);
    const arrival = arrivalMs * this.#samplesPerMs;
    if (!this.#isPlaying) this.#delay.observe(arrival, arrival - begin);
    if (this.#isHeard) this.#buffer.insert(sequenceNumber, begin, null, payload, offset, length, 0);
    else this.#unheard.receive(begin, this.#isPlaying);
  }

  /** A packet without sound of its own, such as a telephone-event: its number is not a loss. */
  receiveSilent(sequenceNumber: number, timestamp: number): void {
    const begin = this.#timeline.beginOf(timestamp);
    if (this.#isHeard) this.#buffer.insert(sequenceNumber, begin, null, this.#buffer.payloads, 0, 0);
    else this.#unheard.receive(begin, this.#isPlaying);
  }

  /** Fills the frame to be played at `nowMs`, where anybody hears it; called every 20 ms. */
  advance(nowMs: number, isHeard = true): void {
    if (isHeard !== this.#isHeard) this.#beHeard(isHeard);
    const now = nowMs * this.#samplesPerMs;
    if (!isHeard) {
      if (this.#isPlaying || this.#begin(now)) this.#advancePlaying(now);
      return;
    }
    const sound = this.#sound;
    sound.nextFrame();
    if (this.#isPlaying || this.#begin(now)) this.#advancePlaying(now);
    else sound.fill(sound.frameOffset, sound.frameSamples, -1, 0);
    this.loudness = sound.measureLoudness();
  }

  /** Drops what is stored and begins anew with the next packet: new source, new timestamps. */
  restart(): void {
    this.#buffer.clear();
    this.#delay.restart();
    this.#isPlaying = false;
    this.#unheard.restart();
    this.#unplayableRun = 0;
    this.#timeline.restart();
    this.#sound.restart();
  }

  /** Numbers since the last call. */
  takeReport(): PlayoutReport {
    return this.#account.take();
  }

  #isUnplayable(begin: number, duration: number): boolean {
    if (!this.#isPlaying) return false;
    const isFarAhead = begin > this.#position + FAR_AHEAD_MS * this.#samplesPerMs;
    return begin + duration <= this.#position || isFarAhead;
  }

  #observe(arrival: number, timestamp: number): void {
    const transit = arrival - timestamp;
    // A sender whose timestamps stood still during a pause, or jumped in it, is like a new one.
    const isNewRun = !this.#isPlaying && !this.#isWaiting;
    const farBehind = FAR_BEHIND_MS * this.#samplesPerMs;
    if (isNewRun && Math.abs(transit - this.#delay.leastTransit) > farBehind) this.#delay.restart();
    this.#delay.observe(arrival, transit);
  }

  /** A packet that will be played. */
  #countDelay(arrival: number, begin: number): void {
    if (!this.#isPlaying) return;
    this.#account.countDelay((this.#playoutTransit - (arrival - begin)) / this.#samplesPerMs);
  }

  get #isWaiting(): boolean {
    return this.#unheard.isWaiting || this.#buffer.count > 0;
  }

  #beHeard(isHeard: boolean): void {
    this.#isHeard = isHeard;
    this.#sound.isHeard = isHeard;
    this.#buffer.clear();
    this.#unheard.restart(this.#position);
    this.loudness = 0;
  }

  #begin(now: number): boolean {
    if (!this.#isWaiting || this.#delay.leastTransit === Number.POSITIVE_INFINITY) return false;
    this.#synchronize(now);
    this.#isPlaying = true;
    this.#unheard.isWaiting = false;
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
    if (!this.#isHeard) {
      this.#advanceUnheard(surplus);
      return;
    }
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

  /** As if it were played; where it is not heard it is shortened at once. */
  #advanceUnheard(surplus: number): void {
    const frame = FRAME_MS * this.#samplesPerMs;
    if (surplus >= -SHORT_FRAMES * frame) this.#position += surplus >= frame ? 2 * frame : frame;
    this.#isPlaying = this.#unheard.idleSamples(this.#position) < IDLE_FRAMES * frame;
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
