/** The options of `analyze`, and what they are read as. */
import type { PortRange } from '../../media/capture/known-media.ts';
import type { QualityModel } from '../../media/quality/leg-quality.ts';
import type { AnalyzeOptions } from '../analyze/analyze-file.ts';
import { MINIMUM_MOS_DEFAULT } from '../analyze/verdict.ts';
import { formatHelp, type OptionSpec, type ParsedOptions } from './options.ts';
import { UsageError } from './surroundings.ts';

export const ANALYZE_OPTIONS: readonly OptionSpec[] = [
  { name: 'minute', about: 'a row for each minute of each stream too' },
  { name: 'json', about: 'print one JSON document: { files, streams, verdict, reasons }' },
  { name: 'csv', about: 'print comma-separated values; with --minute a row for each minute' },
  {
    name: 'html',
    argument: 'FILE',
    about: 'write a page with plots, which needs nothing else to be looked at',
  },
  {
    name: 'join',
    about: 'the files are parts of one capture, in this order, as tcpdump -C and -G write them',
  },
  { name: 'rtp-port', argument: 'PORTS', about: 'UDP ports that carry RTP for sure: 5004 or 10000-20000' },
  {
    name: 'minimum-mos',
    argument: 'MOS',
    about: `fail when a stream is below; ${MINIMUM_MOS_DEFAULT} by default`,
  },
  {
    name: 'scale',
    argument: 'SCALE',
    about: 'MOS of all codecs on one scale, narrowband or wideband; else each on its own',
  },
  { name: 'simplified', about: 'take delay by the straight lines of Cole and Rosenbluth, not by G.107' },
  { name: 'top', argument: 'COUNT', about: 'streams in the table; on a terminal 40, else all' },
  { name: 'compat', argument: 'TOOL', about: 'figures by the definitions of another tool: tshark' },
];

export const ANALYZE_HELP = formatHelp({
  usage: 'carillon analyze [OPTION]… FILE…',
  about:
    'Tells how good the calls in captures were: loss, jitter, round-trip time and MOS of each RTP stream.\n' +
    'Reads pcap and pcapng, also packed with gzip; - is standard input. Exit status 1 when a stream is too bad,\n' +
    'none is there, or a file cannot be read to its end.',
  options: ANALYZE_OPTIONS,
  examples: [
    ['carillon analyze call.pcap', 'the streams, the worst first'],
    ['carillon analyze --html call.html call.pcapng.gz', 'a page to look at'],
    ['carillon analyze --json --minute *.pcap', 'for a script'],
    ['carillon analyze --join ring_*.pcap', 'one capture in several files'],
    ['tcpdump -c 5000 -w - udp | carillon analyze -', 'what passes by now'],
  ],
});

const TOP_ON_TERMINAL = 40;
/** Plots want more points than one a minute. */
const PLOT_INTERVAL_US = 5_000_000;

/** @throws UsageError, as all that follow */
export function readAnalyzeOptions(options: ParsedOptions): AnalyzeOptions {
  const compat = options.get('compat');
  if (compat !== null && compat !== 'tshark') {
    throw new UsageError(`--compat knows tshark only; found "${compat}".`);
  }
  return {
    rtpPorts: options.getAll('rtp-port').map(readPorts),
    isTsharkCompatible: compat !== null,
    qualityModel: {
      scale: readScale(options.get('scale')),
      delayModel: options.has('simplified') ? 'simplified' : 'recommended',
    },
    ...(options.has('html') ? { intervalUs: PLOT_INTERVAL_US } : {}),
  };
}

export function readMinimumMos(text: string | null): number {
  if (text === null) return MINIMUM_MOS_DEFAULT;
  const mos = Number(text);
  if (text.trim() === '' || !(mos >= 1 && mos <= 5)) {
    throw new UsageError(`--minimum-mos takes a number from 1 to 5; found "${text}".`);
  }
  return mos;
}

export function readTop(text: string | null, isTerminal: boolean): number {
  if (text === null) return isTerminal ? TOP_ON_TERMINAL : Number.POSITIVE_INFINITY;
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new UsageError(`--top takes a number of streams; found "${text}".`);
  return Number(text);
}

function readScale(text: string | null): QualityModel['scale'] {
  if (text === null) return 'codec';
  if (text === 'narrowband' || text === 'wideband') return text;
  throw new UsageError(`--scale takes narrowband or wideband; found "${text}".`);
}

function readPorts(text: string): PortRange {
  const [, firstText = '', lastText = firstText] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text) ?? [];
  const first = Number(firstText);
  const last = Number(lastText);
  if (firstText === '' || first < 1 || last < first || last > 0xffff) {
    throw new UsageError(`--rtp-port takes a port or a range such as 10000-20000; found "${text}".`);
  }
  return { first, last };
}
