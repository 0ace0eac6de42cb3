/** The score of one leg in one interval, with what went into it. */
import { type CodecImpairment, codecImpairment, type RatingScale } from './codec-impairment.ts';
import {
  type DelayModel,
  delayImpairmentBy,
  type EModelInputs,
  effectiveEquipmentImpairment,
  impairedRating,
  normalizedRating,
  transmissionRating,
} from './e-model.ts';
import type { LegReport } from './leg-report.ts';
import { reportedMos } from './mos.ts';

export interface LegMeasurement {
  /** RFC 3551 encoding name. */
  readonly encodingName: string;
  /** Whether what is lost is concealed before it is heard. */
  readonly isConcealed: boolean;
  /** Of the interval, as are all that follow. */
  readonly expected: number;
  readonly lost: number;
  /** Arrived, but too late to be played: lost to the listener all the same. */
  readonly late: number;
  /** Null without loss. */
  readonly burstRatio: number | null;
  /** Null where no RTCP measured it; the delay is the jitter buffer's alone then. */
  readonly roundTripTimeUs: number | null;
  /** Null where nothing was played. */
  readonly jitterBufferDelayMs: number | null;
}

/** Which E-model rates. */
export interface QualityModel {
  /** That of each codec, or one for all, so that they compare. */
  readonly scale: RatingScale | 'codec';
  readonly delayModel: DelayModel;
}

export const BY_RECOMMENDATION: QualityModel = { scale: 'codec', delayModel: 'recommended' };

export type LegQuality = Pick<LegReport, 'mosListening' | 'mosConversational' | 'quality'>;

const NOT_MEASURED: LegQuality = { mosListening: null, mosConversational: null, quality: null };

/** Nothing is scored where nothing was expected, or where the codec cannot be rated. */
export function assessLegQuality(
  measurement: LegMeasurement,
  { scale: wanted, delayModel }: QualityModel = BY_RECOMMENDATION,
): LegQuality {
  const codec = codecImpairment(measurement.encodingName, measurement.isConcealed, wanted === 'narrowband');
  if (codec === null || measurement.expected <= 0) return NOT_MEASURED;
  const inputs = inputsOf(measurement, codec);
  const scale = scaleOf(codec, wanted);
  const equipment = effectiveEquipmentImpairment(inputs);
  const delay = delayImpairmentBy(delayModel, inputs.delayMs);
  const ratingConversational = normalizedRating(impairedRating(codec.scale, delay, equipment), scale);
  const ratingListening = normalizedRating(impairedRating(codec.scale, 0, equipment), scale);
  const codecName = measurement.encodingName;
  return {
    mosListening: reportedMos(ratingListening),
    mosConversational: reportedMos(ratingConversational),
    quality: { ...inputs, codec: codecName, scale, delayModel, ratingConversational, ratingListening },
  };
}

/** `ratingConversational` alone, which many legs are compared by; null where nothing is scored. */
export function rateConversation(
  measurement: LegMeasurement,
  { scale: wanted, delayModel }: QualityModel = BY_RECOMMENDATION,
): number | null {
  const codec = codecImpairment(measurement.encodingName, measurement.isConcealed, wanted === 'narrowband');
  if (codec === null || measurement.expected <= 0) return null;
  const rating = transmissionRating(inputsOf(measurement, codec), codec.scale, delayModel);
  return normalizedRating(rating, scaleOf(codec, wanted));
}

function inputsOf(measurement: LegMeasurement, codec: CodecImpairment): EModelInputs {
  const unheard = Math.min(measurement.expected, measurement.lost + measurement.late);
  return {
    equipmentImpairment: codec.equipmentImpairment,
    packetLossRobustness: codec.packetLossRobustness,
    lossPercent: (unheard / measurement.expected) * 100,
    burstRatio: Math.max(1, measurement.burstRatio ?? 1),
    delayMs: (measurement.roundTripTimeUs ?? 0) / 2000 + (measurement.jitterBufferDelayMs ?? 0),
  };
}

/** R of a narrowband codec is the same on the wideband scale, which goes on where the other ends (G.107 App. II). */
function scaleOf(codec: CodecImpairment, wanted: QualityModel['scale']): RatingScale {
  return wanted === 'wideband' ? 'wideband' : codec.scale;
}
