import type { LegReport } from '../../media/quality/leg-report.ts';
import type { Verdict } from '../analyze/verdict.ts';
import { formatColumns } from '../cli/options.ts';
import type { CallOutcome } from './call-outcome.ts';
import type { CallQuality } from './call-quality.ts';

const ABSENT = '–';

/** One JSON document: everything that is known of the call, and the verdict. */
export function formatCallJson(uri: string, outcome: CallOutcome, verdict: Verdict): string {
  return `${JSON.stringify({ uri, ...outcome, ...verdict }, null, 2)}\n`;
}

/** The same for people: a line for each thing that there is. */
export function formatCallText(uri: string, outcome: CallOutcome, { verdict, reasons }: Verdict): string {
  const { transport, remoteAddress, remotePort, audio, quality, keysPressed, keysHeard, recording } = outcome;
  const rows: [string, string][] = [
    ['Called', `${uri} (${outcome.protocol} over ${transport} to ${remoteAddress} port ${remotePort})`],
    ['Call-ID', outcome.remoteCallId],
  ];
  if (audio !== null) {
    const { format, packetTimeMs, direction } = audio;
    const protection = outcome.encryption === null ? 'in clear' : `SRTP ${outcome.encryption}`;
    rows.push(['Media', `${format.encodingName}, ${packetTimeMs} ms a packet, ${direction}, ${protection}`]);
  }
  if (quality !== null) rows.push(...qualityRows(quality));
  if (keysPressed.length > 0) {
    rows.push(['Keys', `${keysPressed.map(({ digit }) => digit).join('')} by ${keysPressed[0]?.by}`]);
  }
  if (keysHeard.length > 0) rows.push(['Keys heard', keysHeard.map(({ digit }) => digit).join('')]);
  if (recording !== null) {
    rows.push(['Recording', `${recording.file}, ${(recording.durationMs / 1000).toFixed(1)} s`]);
  }
  const sentence = reasons.map((reason) => `  ${reason}`).join('\n');
  return `${formatColumns(rows)}\n\n${verdict === 'ok' ? 'OK' : 'FAILED'}\n${sentence}\n`;
}

function qualityRows(quality: CallQuality): [string, string][] {
  const { receivedPackets, lostPackets, lossPercent, duplicatePackets, latePackets, sentPackets } = quality;
  return [
    [
      'Received',
      `${receivedPackets} packets, ${lostPackets} lost (${percent(lossPercent)}), ${duplicatePackets} twice, ${latePackets} late`,
    ],
    ['Sent', `${sentPackets} packets, ${quality.remoteLostPackets ?? ABSENT} lost as the far end says`],
    ['Jitter', `${milliseconds(quality.jitterUs)}, at most ${milliseconds(quality.jitterMaxUs)}`],
    ['Round trip', milliseconds(quality.roundTripTimeUs)],
    [
      'MOS',
      `${quality.mosConversational ?? ABSENT} (listening ${quality.mosListening ?? ABSENT}, ITU-T G.107)`,
    ],
  ];
}

/** `0:05  MOS 4.41  jitter 0.2 ms  loss 0.0 %  RTT 1.3 ms  50 packets`: the last second of a call. */
export function formatLiveLine(
  { received, mosConversational, roundTripTimeUs }: LegReport,
  talkedMs: number,
): string {
  const seconds = Math.max(0, Math.round(talkedMs / 1000));
  const clock = `${Math.floor(seconds / 60)}:${`${seconds % 60}`.padStart(2, '0')}`;
  const loss = received.expected > 0 ? (100 * received.lost) / received.expected : null;
  return [
    clock,
    `MOS ${mosConversational?.toFixed(2) ?? ABSENT}`,
    `jitter ${milliseconds(received.jitterUs)}`,
    `loss ${percent(loss)}`,
    `RTT ${milliseconds(roundTripTimeUs)}`,
    `${received.packets} packets`,
  ].join('  ');
}

function milliseconds(us: number | null): string {
  return us === null ? ABSENT : `${(us / 1000).toFixed(1)} ms`;
}

function percent(value: number | null): string {
  return value === null ? ABSENT : `${value.toFixed(1)} %`;
}
