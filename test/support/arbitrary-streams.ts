/** Streams of any kind over a network of any kind, for properties. */
import fc from 'fast-check';
import { type Impairments, impair } from '../../media/impairment/impair.ts';
import { BEGIN_US, rtpFrame } from './media-frames.ts';

export const impairments: fc.Arbitrary<Impairments> = fc.record({
  seed: fc.integer(),
  lossBeginProbability: fc.double({ min: 0, max: 0.1, noNaN: true }),
  lossEndProbability: fc.double({ min: 0.1, max: 1, noNaN: true }),
  duplicateProbability: fc.double({ min: 0, max: 0.05, noNaN: true }),
  duplicateDelayUs: fc.nat(60_000),
  jitterMeanUs: fc.nat(10_000),
  spikeProbability: fc.double({ min: 0, max: 0.05, noNaN: true }),
  spikeUs: fc.nat(300_000),
});

export interface StreamParameters {
  readonly packets: number;
  readonly first: number;
  readonly firstTimestamp: number;
  readonly packetUnits: number;
  readonly payloadType: number;
  /** 0 for never; numbers begin anew after so many packets. */
  readonly markEvery: number;
  readonly restartEvery?: number;
}

export const streamParameters: fc.Arbitrary<StreamParameters> = fc.record({
  packets: fc.integer({ min: 1, max: 400 }),
  first: fc.nat(0xffff),
  firstTimestamp: fc.nat(0xffff_ffff),
  packetUnits: fc.constantFrom(80, 160, 240, 960),
  payloadType: fc.constantFrom(0, 8, 9, 18, 96, 13),
  markEvery: fc.constantFrom(0, 7, 50),
  restartEvery: fc.constantFrom(0, 0, 60),
});

export function framesOf(parameters: StreamParameters, network: Impairments, source: number) {
  const {
    packets,
    first,
    firstTimestamp,
    packetUnits,
    payloadType,
    markEvery,
    restartEvery = 0,
  } = parameters;
  const sentUs = Array.from({ length: packets }, (_, index) => BEGIN_US + index * 20_000 + source * 37);
  return impair(sentUs, network).arrivals.map(({ index, arrivalUs }) =>
    rtpFrame({
      atUs: arrivalUs,
      sequenceNumber: first + index + (restartEvery > 0 ? Math.floor(index / restartEvery) * 20_000 : 0),
      timestamp: (firstTimestamp + index * packetUnits) >>> 0,
      payloadType,
      synchronizationSource: source,
      isMarked: markEvery > 0 && index % markEvery === 0,
      ports: [10_000 + source * 2, 30_000],
    }),
  );
}
