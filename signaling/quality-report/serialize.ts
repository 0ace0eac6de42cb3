/** Writes `application/vq-rtcpxr` in the order of the examples of RFC 6035 §4.7. */
import {
  FIGURES,
  type QualityMetrics,
  type QualityReport,
  SESSION_NUMBERS,
  TEXT_LINES,
} from './quality-report.ts';

const END_OF_LINE = '\r\n';
const HEADS = { session: 'VQSessionReport', interval: 'VQIntervalReport', alert: 'VQAlertReport' } as const;
const LINES = [...new Set(FIGURES.map(({ line }) => line))];
/** What needs no quotes: a token of RFC 3261 §25.1 and what encoding names hold. */
const PLAIN = /^[\w.!%*+`'~/-]+$/;

export function serializeQualityReport(report: QualityReport): Uint8Array {
  const { localMetrics, remoteMetrics, dialogId } = report;
  const lines = [
    head(report),
    `CallID: ${onOneLine(report.callId)}`,
    ...textLines(report, ['LocalID', 'RemoteID', 'OrigID', 'LocalGroup', 'RemoteGroup']),
    ...addressLine('LocalAddr', report.localAddress),
    ...textLines(report, ['LocalMAC']),
    ...addressLine('RemoteAddr', report.remoteAddress),
    ...textLines(report, ['RemoteMAC']),
    ...(localMetrics === null ? [] : ['LocalMetrics:', ...metricsLines(localMetrics)]),
    ...(remoteMetrics === null ? [] : ['RemoteMetrics:', ...metricsLines(remoteMetrics)]),
    ...(dialogId === null ? [] : textLines(report, ['DialogID'])),
  ];
  return Buffer.from(lines.map((line) => line + END_OF_LINE).join(''), 'utf8');
}

function head({ kind, isFinal, alert }: QualityReport): string {
  const name = HEADS[kind];
  if (alert !== null) {
    const values = { Type: alert.type, Severity: alert.severity, Dir: alert.direction };
    return `${name}: ${parameters(Object.entries(values))}`;
  }
  return isFinal ? `${name}: CallTerm` : name;
}

function textLines(report: QualityReport, names: readonly (keyof typeof TEXT_LINES)[]): string[] {
  return names.flatMap((name) => {
    const text = report[TEXT_LINES[name]];
    return text === null ? [] : [`${name}: ${onOneLine(text)}`];
  });
}

function addressLine(name: string, address: QualityReport['localAddress']): string[] {
  if (address === null) return [];
  const { port, synchronizationSource } = address;
  const values = { IP: address.address, PORT: port, SSRC: synchronizationSource };
  return [`${name}: ${parameters(Object.entries(values))}`];
}

function metricsLines({ startMs, endMs, session, figures, algorithm }: QualityMetrics): string[] {
  const times = parameters([
    ['START', startMs === null ? null : timestamp(startMs)],
    ['STOP', endMs === null ? null : timestamp(endMs)],
  ]);
  const lines = LINES.map((line) => {
    const rows = FIGURES.filter((row) => row.line === line);
    const values = rows.map(({ parameter, figure }) => [parameter, figures[figure] ?? null] as const);
    const extra = line === 'QualityEst' ? ([['QoEEstAlg', algorithm]] as const) : [];
    return { line, text: parameters([...values, ...extra]) };
  });
  return [
    ...(times === '' ? [] : [`Timestamps: ${times}`]),
    ...(session === null ? [] : [sessionLine(session)]),
    ...lines.filter(({ text }) => text !== '').map(({ line, text }) => `${line}: ${text}`),
  ];
}

function sessionLine(session: NonNullable<QualityMetrics['session']>): string {
  const numbers = Object.entries(SESSION_NUMBERS).map(([name, field]) => [name, session[field]] as const);
  const suppression = session.hasSilenceSuppression;
  const values = parameters([
    ['PD', session.encodingName],
    ...numbers,
    ['SSUP', suppression === null ? null : suppression ? 'on' : 'off'],
  ]);
  return `SessionDesc: ${values}`;
}

function parameters(values: Iterable<readonly [name: string, value: string | number | null]>): string {
  const written: string[] = [];
  for (const [name, value] of values) if (value !== null) written.push(`${name}=${quoted(String(value))}`);
  return written.join(' ');
}

/** Addresses of IPv6 stand bare, as do numbers. */
function quoted(text: string): string {
  if (PLAIN.test(text) || /^[\da-fA-F:.]+$/.test(text)) return text;
  return `"${onOneLine(text).replaceAll(/["\\]/g, '\\$&')}"`;
}

function timestamp(timeMs: number): string {
  return new Date(timeMs).toISOString().replace('.000Z', 'Z');
}

function onOneLine(text: string): string {
  return text.replaceAll(/[\r\n]+/g, ' ');
}
