/** From the E-model's rating to a mean opinion score (ITU-T G.107 Annex B). */

/** Where the curve crosses 1 for good: below it the cubic dips under the worst score there is. */
const RATING_MINIMUM = 10 * (8 - Math.sqrt(54));

/** 1 to 4.5; never falls as R rises. */
export function mosFromRating(rating: number): number {
  if (rating <= RATING_MINIMUM) return 1;
  if (rating >= 100) return 4.5;
  return 1 + 0.035 * rating + rating * (rating - 60) * (100 - rating) * 7e-6;
}

/** No narrowband call scores more than R = 93.2 gives; what is told is held to this, with two decimals. */
const REPORTED_MAXIMUM = 4.4;

export function reportedMos(rating: number): number {
  return Math.round(Math.min(REPORTED_MAXIMUM, mosFromRating(rating)) * 100) / 100;
}
