/**
 * What a bad network does to a stream, on purpose and by a seed: loss in bursts, duplicates, delays that vary
 * and overtake each other. Pure: packets in, packets out in order of arrival, with the truth beside them.
 */
import { seededRandom } from './random.ts';

export interface Impairments {
  readonly seed: number;
  /**
   * Gilbert's two states: chance per packet that a burst of losses begins, and that it ends. For loss at random
   * with probability p they are p and 1 − p.
   */
  readonly lossBeginProbability: number;
  readonly lossEndProbability: number;
  readonly duplicateProbability: number;
  /** A copy arrives this much after its original. */
  readonly duplicateDelayUs: number;
  /** Mean of an exponential delay that every packet has on top. */
  readonly jitterMeanUs: number;
  /** Chance of a delay spike, which lets later packets overtake, and its length. */
  readonly spikeProbability: number;
  readonly spikeUs: number;
}

export const NO_IMPAIRMENT: Impairments = {
  seed: 1,
  lossBeginProbability: 0,
  lossEndProbability: 1,
  duplicateProbability: 0,
  duplicateDelayUs: 100,
  jitterMeanUs: 0,
  spikeProbability: 0,
  spikeUs: 0,
};

interface Arrival {
  /** Place in what was sent. */
  readonly index: number;
  readonly arrivalUs: number;
  readonly isDuplicate: boolean;
}

export interface ImpairedStream {
  /** In order of arrival. */
  readonly arrivals: readonly Arrival[];
  /** Places that never arrive, ascending. */
  readonly lost: readonly number[];
  readonly duplicates: number;
}

/** `sentUs` are the times at which the packets leave, in order. */
export function impair(sentUs: readonly number[], impairments: Impairments): ImpairedStream {
  const random = seededRandom(impairments.seed);
  const arrivals: Arrival[] = [];
  const lost: number[] = [];
  let isLosing = false;
  let duplicates = 0;
  for (const [index, leavesUs] of sentUs.entries()) {
    isLosing = isLosing
      ? random() >= impairments.lossEndProbability
      : random() < impairments.lossBeginProbability;
    if (isLosing) {
      lost.push(index);
      continue;
    }
    const arrivalUs = leavesUs + delayUs(impairments, random);
    arrivals.push({ index, arrivalUs, isDuplicate: false });
    if (random() >= impairments.duplicateProbability) continue;
    duplicates++;
    arrivals.push({ index, arrivalUs: arrivalUs + impairments.duplicateDelayUs, isDuplicate: true });
  }
  arrivals.sort((a, b) => a.arrivalUs - b.arrivalUs);
  return { arrivals, lost, duplicates };
}

function delayUs(impairments: Impairments, random: () => number): number {
  const jitterUs = -Math.log(1 - random()) * impairments.jitterMeanUs;
  const spikeUs = random() < impairments.spikeProbability ? impairments.spikeUs : 0;
  return Math.round(jitterUs + spikeUs);
}
