/**
 * ITU-T G.722 at 64 kbit/s (mode 1): two sub-bands of ADPCM, six bits an 8 kHz sample for the lower and two for the
 * higher one. An octet is two samples at 16 kHz.
 */
import { MirrorFilter } from './g722-mirror-filter.ts';
import { HIGHER_SCALE, LOWER_SCALE, SubBand, saturate } from './g722-sub-band.ts';
import { HIGHER_MULTIPLIER, ILN, ILP, LOWER_MULTIPLIER, Q6, QM2, QM4, QM6 } from './g722-table.ts';

export const G722 = {
  encodingName: 'G722',
  /** RFC 3551 §6 */
  payloadType: 9,
  /** What RTP timestamps count; an error of RFC 1890 that RFC 3551 §4.5.2 keeps. */
  clockRateHz: 8000,
  sampleRateHz: 16_000,
} as const;

/** Bits that the encoder drops: 12 for the gain of the filter, one each for the sum of two and for 15 bits (§5.2.1). */
const ENCODER_SHIFT = 14;
const DECODER_SHIFT = 11;
/** The first decision level of the higher sub-band (G.722 table 16, Q2). */
const Q2 = 564;

/** Encodes one stream. */
export class G722Encoder {
  readonly #filter = new MirrorFilter();
  readonly #lower = new SubBand(LOWER_SCALE);
  readonly #higher = new SubBand(HIGHER_SCALE);

  /** Goes on where another encoder is now. */
  resume(other: G722Encoder): void {
    this.#filter.copy(other.#filter);
    this.#lower.copy(other.#lower);
    this.#higher.copy(other.#higher);
  }

  /** Encodes `count` octets from twice as many samples at 16 kHz; both arrays must hold them. */
  encode(
    samples: Int16Array,
    sampleOffset: number,
    octets: Uint8Array,
    octetOffset: number,
    count: number,
  ): void {
    const filter = this.#filter;
    for (let index = 0; index < count; index++) {
      const at = sampleOffset + index * 2;
      filter.push(samples[at] as number, samples[at + 1] as number);
      const lower = this.#encodeLower((filter.even + filter.odd) >> ENCODER_SHIFT);
      const higher = this.#encodeHigher((filter.even - filter.odd) >> ENCODER_SHIFT);
      octets[octetOffset + index] = (higher << 6) | lower;
    }
  }

  #encodeLower(sample: number): number {
    const band = this.#lower;
    const difference = saturate(sample - band.prediction);
    const codes = difference < 0 ? ILN : ILP;
    const code = codes[findInterval(difference < 0 ? ~difference : difference, band.scaleFactor)] as number;
    const quantized = (band.scaleFactor * (QM4[code >> 2] as number)) >> 15;
    band.adapt(quantized, LOWER_MULTIPLIER[code >> 2] as number);
    return code;
  }

  #encodeHigher(sample: number): number {
    const band = this.#higher;
    const difference = saturate(sample - band.prediction);
    const magnitude = difference < 0 ? ~difference : difference;
    const isOuter = magnitude >= (Q2 * band.scaleFactor) >> 12;
    // G.722 table 16: 00 and 01 are negative, outer and inner; 10 and 11 positive.
    const code = (difference < 0 ? 0 : 2) + (isOuter ? 0 : 1);
    const quantized = (band.scaleFactor * (QM2[code] as number)) >> 15;
    band.adapt(quantized, HIGHER_MULTIPLIER[code] as number);
    return code;
  }
}

/** QUANTL: the interval 1 to 30 a magnitude falls in. The levels rise, so that five halvings find it. */
function findInterval(magnitude: number, scaleFactor: number): number {
  let low = 1;
  let high = Q6.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (magnitude < ((Q6[middle] as number) * scaleFactor) >> 12) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Decodes one stream. */
export class G722Decoder {
  readonly #filter = new MirrorFilter();
  readonly #lower = new SubBand(LOWER_SCALE);
  readonly #higher = new SubBand(HIGHER_SCALE);

  /** Decodes `count` octets to twice as many samples at 16 kHz; both arrays must hold them. */
  decode(
    octets: Uint8Array,
    octetOffset: number,
    samples: Int16Array,
    sampleOffset: number,
    count: number,
  ): void {
    const filter = this.#filter;
    for (let index = 0; index < count; index++) {
      const octet = octets[octetOffset + index] as number;
      const lower = this.#decodeLower(octet & 0x3f);
      const higher = this.#decodeHigher(octet >> 6);
      filter.push(lower + higher, lower - higher);
      const at = sampleOffset + index * 2;
      samples[at] = saturate(filter.even >> DECODER_SHIFT);
      samples[at + 1] = saturate(filter.odd >> DECODER_SHIFT);
    }
  }

  #decodeLower(code: number): number {
    const band = this.#lower;
    const sample = limit(band.prediction + ((band.scaleFactor * (QM6[code] as number)) >> 15));
    // The predictor goes by the four upper bits, as that of modes 2 and 3 does (G.722 §3.3).
    const quantized = (band.scaleFactor * (QM4[code >> 2] as number)) >> 15;
    band.adapt(quantized, LOWER_MULTIPLIER[code >> 2] as number);
    return sample;
  }

  #decodeHigher(code: number): number {
    const band = this.#higher;
    const quantized = (band.scaleFactor * (QM2[code] as number)) >> 15;
    const sample = limit(band.prediction + quantized);
    band.adapt(quantized, HIGHER_MULTIPLIER[code] as number);
    return sample;
  }
}

/** LIMIT: to 15 bits. */
function limit(value: number): number {
  return value > 16_383 ? 16_383 : value < -16_384 ? -16_384 : value;
}
