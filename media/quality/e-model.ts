/**
 * The E-model (ITU-T G.107, 06/2015), narrowband, with its default values for all that packets do not change:
 * R = 93.2 − Id − Ie,eff. With perfect echo control Id is Idd, the impairment by pure delay. G.107.1 (06/2015),
 * wideband, has the same Id and Ie,eff below a higher ceiling: R = 129 − Id,WB − Ie,eff,WB.
 */
import type { RatingScale } from './codec-impairment.ts';

/** R0 − Is with all parameters at their defaults, and A = 0 (G.107 §7.7). */
export const DEFAULT_RATING = 93.2;
/** R0,WB; Is,WB and A are 0 (G.107.1 §7.2, §7.3, §7.6). */
const DEFAULT_RATING_WIDEBAND = 129;
/** How far the wideband scale is stretched: its R over this is read as the narrowband one (G.107.1 Annex A). */
export const WIDEBAND_STRETCH = 1.29;

const DELAY_SENSITIVITY = 1; // sT, default (G.107 Table 1)
const MINIMUM_PERCEIVABLE_DELAY_MS = 100; // mT, default (G.107 Table 1)
const IMPAIRMENT_MAXIMUM = 95; // G.107 §7.5
const BURST_RATIO_MAXIMUM = 8; // G.107 Table 2: 1 to 8

export interface EModelInputs {
  /** Ie of the codec. */
  readonly equipmentImpairment: number;
  /** Bpl of the codec. */
  readonly packetLossRobustness: number;
  /** Ppl, 0 to 100. */
  readonly lossPercent: number;
  /** 1 for random loss, more for bursts. */
  readonly burstRatio: number;
  /** Ta, mouth to ear, one way. */
  readonly delayMs: number;
}

/** How delay is taken: Idd as the recommendation has it, or the straight lines that many tools use instead. */
export type DelayModel = 'recommended' | 'simplified';

/** The transmission rating factor R, of the wideband scale R,WB; may fall below zero. */
export function transmissionRating(
  inputs: EModelInputs,
  scale: RatingScale = 'narrowband',
  delayModel: DelayModel = 'recommended',
): number {
  const delay = delayImpairmentBy(delayModel, inputs.delayMs);
  return impairedRating(scale, delay, effectiveEquipmentImpairment(inputs));
}

/** R = R0 − Is − Id − Ie,eff. */
export function impairedRating(scale: RatingScale, delay: number, equipment: number): number {
  return (scale === 'wideband' ? DEFAULT_RATING_WIDEBAND : DEFAULT_RATING) - delay - equipment;
}

export function delayImpairmentBy(delayModel: DelayModel, delayMs: number): number {
  return delayModel === 'simplified' ? simplifiedDelayImpairment(delayMs) : delayImpairment(delayMs);
}

/** R as the curve of MOS takes it, 0 to 100 on either scale (G.107 Annex B, G.107.1 Annex A). */
export function normalizedRating(rating: number, scale: RatingScale): number {
  return scale === 'wideband' ? rating / WIDEBAND_STRETCH : rating;
}

/** Ie,eff (G.107 §7.5). */
export function effectiveEquipmentImpairment(inputs: Omit<EModelInputs, 'delayMs'>): number {
  const { equipmentImpairment, packetLossRobustness, lossPercent } = inputs;
  const burstRatio = Math.min(BURST_RATIO_MAXIMUM, Math.max(1, inputs.burstRatio));
  // Long bursts at high loss would take the sum beyond the maximum, where a worse codec would score better.
  const lossShare = Math.min(1, lossPercent / (lossPercent / burstRatio + packetLossRobustness));
  return equipmentImpairment + (IMPAIRMENT_MAXIMUM - equipmentImpairment) * lossShare;
}

/**
 * Idd (G.107 §7.4). The exponent is 6 · sT: editions before 2014 had a plain 6 and no sT, and the default sT = 1
 * has to give what they gave; 6 − sT, which is also seen, would make it 5.
 */
export function delayImpairment(delayMs: number): number {
  if (delayMs <= MINIMUM_PERCEIVABLE_DELAY_MS) return 0;
  const x = Math.log2(delayMs / MINIMUM_PERCEIVABLE_DELAY_MS);
  const exponent = 6 * DELAY_SENSITIVITY;
  const root = (value: number): number => (1 + value ** exponent) ** (1 / exponent);
  return 25 * (root(x) - 3 * root(x / 3) + 2);
}

/** Cole and Rosenbluth's straight lines instead of Idd (Voice over IP Performance Monitoring, 2001). */
export function simplifiedDelayImpairment(delayMs: number): number {
  return 0.024 * delayMs + 0.11 * Math.max(0, delayMs - 177.3);
}
