/** What is not measured but taken, said once below the figures. */
import type { CapturedStream } from '../../media/capture/captured-stream.ts';

const NOTES: readonly [applies: (stream: CapturedStream) => boolean, note: string][] = [
  [
    ({ evidence }) => evidence === 'heuristic',
    'Streams no signaling in the capture names were told by their looks: sequence numbers that go on.',
  ],
  [({ isClockGuessed }) => isClockGuessed, 'A clock with ? was told from the pace of the timestamps.'],
  [
    ({ codecSource }) => codecSource?.isEstimate === true,
    'MOS with ~: G.113 has no figures for the codec that we could check, so they are an estimate.',
  ],
  [
    ({ quality }) => quality?.scale === 'wideband',
    'R with w: the wideband scale of ITU-T G.107.1, R / 1.29. Its MOS does not compare with the narrowband one; --scale puts all on one.',
  ],
  [({ roundTripHalves }) => roundTripHalves === 1, 'RTT with ½ is the way to one end and back only.'],
  [
    ({ quality }) => quality?.delayModel === 'simplified',
    'Delay is taken by the straight lines of Cole and Rosenbluth, not as G.107 does.',
  ],
];

const MODEL =
  'MOS: ITU-T G.107 over loss, burstiness, half the RTT and a jitter buffer of one packet + twice the jitter.';

export function reportNotes(streams: readonly CapturedStream[]): string[] {
  return [...NOTES.filter(([applies]) => streams.some(applies)).map(([, note]) => note), MODEL];
}
