/**
 * Finds DTMF keys in sound (ITU-T Q.23, Q.24): tones of 40 ms and more are keys, of 23 ms and less are none; a gap of
 * 10 ms does not divide a key, one of 40 ms does.
 */
import type { MediaDigit } from '../engine/media-leg.ts';
import { HOP_MS, InBandSpectrum } from './in-band-spectrum.ts';
import { readTonePair, type TonePair } from './in-band-tone-pair.ts';

/**
 * A window counts when three quarters of it are filled, so that a tone of d ms counts in (d − 10) / 5 windows, one
 * more or less: in six of 40 ms, in three at most of 23 ms.
 */
const HITS_FOR_KEY = 5;
/** So much of a window is filled when it counts first; a key is heard so much longer than it counts. */
const FILLED_MS = 15;
const HIT_MARGIN_MS = 14;
/** So a gap of g ms costs (g + 10) / 5 windows: four for 10 ms, ten for 40 ms. */
const MISSES_FOR_END = 7;
/** Below this no tone could be loud enough: −36 dBm0 in mean square, and the window need not be measured. */
const QUIET_MEAN_SQUARE = 65_536;

export class InBandDetector {
  readonly sampleRateHz: number;
  readonly #spectrum: InBandSpectrum;
  readonly #onDigit: (digit: MediaDigit) => void;
  readonly #pair: TonePair = { digit: '', levelDbm0: 0 };
  /** Samples of a hop that is not full yet. */
  readonly #pending: Int16Array;
  #pendingCount = 0;
  /** Whether the window before was measured, so that there is a phase to compare with. */
  #isMeasured = false;
  /** The key in the last window that had one, and how often it came in a row. */
  #candidate = '';
  #hits = 0;
  #misses = 0;
  #isKey = false;
  #startedAtMs = 0;
  #lastHitAtMs = 0;
  #levelSum = 0;

  /** @param onDigit called once for each key, when it is over */
  constructor(sampleRateHz: number, onDigit: (digit: MediaDigit) => void) {
    this.sampleRateHz = sampleRateHz;
    this.#spectrum = new InBandSpectrum(sampleRateHz);
    this.#pending = new Int16Array(this.#spectrum.hopSamples);
    this.#onDigit = onDigit;
  }

  /** The next `count` samples, the last of which was heard at `nowMs`. */
  listen(samples: Int16Array, offset: number, count: number, nowMs: number): void {
    const hop = this.#pending.length;
    const samplesPerMs = hop / HOP_MS;
    for (let done = 0; done < count; ) {
      const taken = Math.min(hop - this.#pendingCount, count - done);
      this.#pending.set(samples.subarray(offset + done, offset + done + taken), this.#pendingCount);
      this.#pendingCount += taken;
      done += taken;
      if (this.#pendingCount < hop) return;
      this.#pendingCount = 0;
      this.#listenToHop(nowMs - (count - done) / samplesPerMs);
    }
  }

  /** The sound ends: tells of the key held now. */
  close(): void {
    this.#finish();
    this.#isMeasured = false;
  }

  #listenToHop(nowMs: number): void {
    const spectrum = this.#spectrum;
    const isLoud = spectrum.push(this.#pending, 0) > QUIET_MEAN_SQUARE;
    if (!isLoud && this.#candidate === '') {
      this.#isMeasured = false;
      return;
    }
    spectrum.analyze();
    const isHit = this.#isMeasured && readTonePair(spectrum, this.#pair);
    this.#isMeasured = true;
    if (isHit) this.#hit(nowMs);
    else this.#miss();
  }

  #hit(nowMs: number): void {
    if (this.#pair.digit !== this.#candidate) {
      this.#finish();
      this.#candidate = this.#pair.digit;
      this.#startedAtMs = nowMs;
    }
    this.#hits++;
    this.#misses = 0;
    this.#levelSum += this.#pair.levelDbm0;
    this.#lastHitAtMs = nowMs;
    if (this.#hits >= HITS_FOR_KEY) this.#isKey = true;
  }

  #miss(): void {
    this.#misses++;
    // Before it is a key, nothing may interrupt it: the windows of speech that look like tones stand alone.
    if (!this.#isKey || this.#misses >= MISSES_FOR_END) this.#finish();
  }

  #finish(): void {
    if (this.#isKey) this.#tell();
    this.#candidate = '';
    this.#hits = 0;
    this.#misses = 0;
    this.#isKey = false;
    this.#levelSum = 0;
  }

  #tell(): void {
    // The first hit came when its window, but for a quarter, was filled.
    const atMs = this.#startedAtMs - FILLED_MS;
    this.#onDigit({
      digit: this.#candidate,
      source: 'in-band',
      durationMs: Math.round(this.#lastHitAtMs - this.#startedAtMs + HIT_MARGIN_MS),
      volumeDbm0: Math.round(this.#levelSum / this.#hits),
      packets: 0,
      packetsLost: 0,
      atMs,
    });
  }
}
