/** How figures of a stream are written for people. */
import type { CapturedSpan, CapturedStream } from '../../media/capture/captured-stream.ts';

const NOT_MEASURED = '–';
const LEVELS = '▁▂▃▄▅▆▇█';
const BEST_MOS = 4.4;
const SPARKLINE_WIDTH = 60;

export function formatMos(mos: number | null): string {
  return mos === null ? NOT_MEASURED : mos.toFixed(2);
}

export function formatMs(us: number | null, decimals = 1): string {
  return us === null ? NOT_MEASURED : (us / 1000).toFixed(decimals);
}

/** Lost or late: Ppl of the score, and the same for streams that have none. */
export function unheardPercent({
  lost,
  late,
  expected,
}: Pick<CapturedSpan, 'lost' | 'late' | 'expected'>): number {
  return expected <= 0 ? 0 : Math.min(100, ((lost + late) / expected) * 100);
}

/** R of the conversational score; `w` marks the wideband scale. */
export function formatRating({ quality }: Pick<CapturedSpan, 'quality'>): string {
  if (quality === null) return NOT_MEASURED;
  return `${quality.ratingConversational.toFixed(1)}${quality.scale === 'wideband' ? 'w' : ''}`;
}

/** Mouth to ear, as it went into the score. */
export function formatDelay({ quality }: Pick<CapturedSpan, 'quality'>): string {
  return quality === null ? NOT_MEASURED : quality.delayMs.toFixed(0);
}

export function formatBurstRatio({ burstRatio }: Pick<CapturedSpan, 'burstRatio'>): string {
  return burstRatio === null ? NOT_MEASURED : burstRatio.toFixed(1);
}

/** `PCMU`; `type 96` where nothing says what it is; `?` behind a clock that was guessed. */
export function formatCodec(stream: CapturedStream): string {
  if (stream.payloadType === null) return stream.digits.length > 0 ? 'keys only' : NOT_MEASURED;
  const name = stream.codec ?? `type ${stream.payloadType}`;
  const clock = stream.isClockGuessed ? ` ${stream.clockRateHz / 1000} kHz?` : '';
  return `${name}${clock}${stream.isEncrypted ? ' SRTP' : ''}`;
}

export function formatEnds(stream: CapturedStream): string {
  const source = formatHostPort(stream.sourceAddress, stream.sourcePort);
  return `${source} → ${formatHostPort(stream.destinationAddress, stream.destinationPort)}`;
}

export function formatSource(synchronizationSource: number): string {
  return `0x${synchronizationSource.toString(16).padStart(8, '0')}`;
}

/** One character a minute; of long calls the worst of several minutes. */
export function sparkline(scores: readonly (number | null)[]): string {
  const perColumn = Math.max(1, Math.ceil(scores.length / SPARKLINE_WIDTH));
  const columns = Array.from({ length: Math.ceil(scores.length / perColumn) }, (_, column) => {
    const group = scores.slice(column * perColumn, (column + 1) * perColumn).filter((mos) => mos !== null);
    return group.length === 0 ? null : Math.min(...group);
  });
  return columns.map((mos) => (mos === null ? ' ' : levelOf(mos))).join('');
}

function levelOf(mos: number): string {
  const level = Math.floor(((mos - 1) / (BEST_MOS - 1)) * LEVELS.length);
  return LEVELS[Math.min(LEVELS.length - 1, Math.max(0, level))] ?? '';
}

/** RFC 3986 §3.2.2: IPv6 in brackets. */
export function formatHostPort(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
