/**
 * Reads `application/vq-rtcpxr` (RFC 6035 §4.6.2). Telephones write the lines in many orders and with lines of
 * their own: what is not known is passed over. What is known and cannot be read makes the report a bad one.
 */
import {
  FIGURES,
  type QualityFigure,
  type QualityMetrics,
  type QualityReport,
  type QualityReportKind,
  SESSION_NUMBERS,
  TEXT_LINES,
} from './quality-report.ts';

export type ParsedQualityReport =
  | { readonly isValid: true; readonly report: QualityReport }
  /** `defect` is a sentence for the sender. */
  | { readonly isValid: false; readonly defect: string };

type Mutable<Value> = { -readonly [Key in keyof Value]: Value[Key] };
type Session = NonNullable<QualityMetrics['session']>;
type Parameters = ReadonlyMap<string, string>;

interface Line {
  readonly name: string;
  readonly value: string;
}

/** Thrown here and caught here: a line that cannot be read. */
class BadLine extends Error {}

const HEADS: ReadonlyMap<string, QualityReportKind> = new Map([
  ['vqsessionreport', 'session'],
  ['vqintervalreport', 'interval'],
  ['vqalertreport', 'alert'],
]);
const FIGURES_BY_LINE = Map.groupBy(FIGURES, ({ line }) => line.toLowerCase());
const TEXT_LINES_BY_NAME = byLowerCaseName(TEXT_LINES);
const SESSION_NUMBERS_BY_NAME = byLowerCaseName(SESSION_NUMBERS);
/** `NAME=value`, the value perhaps quoted, with blanks about the equals sign; names are short, or it would be slow. */
const PARAMETER = /([A-Za-z][A-Za-z0-9-]{0,30})[ \t]*=[ \t]*("(?:[^"\\]|\\.)*"|[^\s;]*)/g;
const NUMBER = /^[+-]?\d+(?:\.\d*)?$/;

/** Never throws. */
export function parseQualityReport(body: Uint8Array): ParsedQualityReport {
  const lines = readLines(body);
  const kind = HEADS.get(lines[0]?.name.toLowerCase() ?? '');
  if (kind === undefined)
    return { isValid: false, defect: 'a report begins with VQSessionReport or the like' };
  try {
    return { isValid: true, report: readReport(kind, lines) };
  } catch (error) {
    if (error instanceof BadLine) return { isValid: false, defect: error.message };
    throw error;
  }
}

function readReport(kind: QualityReportKind, [head, ...lines]: readonly Line[]): QualityReport {
  const value = head?.value ?? '';
  const report: Partial<Mutable<QualityReport>> = {};
  let metrics: Mutable<QualityMetrics> | null = null;
  for (const { name, value: text } of lines) {
    const key = name.toLowerCase();
    const textField = TEXT_LINES_BY_NAME.get(key);
    if (key === 'localmetrics' || key === 'remotemetrics') {
      metrics = { startMs: null, endMs: null, session: null, figures: {}, algorithm: null };
      if (key === 'localmetrics') report.localMetrics = metrics;
      else report.remoteMetrics = metrics;
    } else if (key === 'callid') report.callId = text;
    else if (key === 'localaddr') report.localAddress = readAddress(name, text);
    else if (key === 'remoteaddr') report.remoteAddress = readAddress(name, text);
    else if (textField !== undefined) report[textField] = text;
    else if (metrics !== null) readMetricsLine(metrics, key, name, text);
  }
  if (!report.callId) throw new BadLine('a report needs a CallID line');
  if (kind !== 'alert' && report.localMetrics === undefined) throw new BadLine('a report needs LocalMetrics');
  return {
    kind,
    isFinal: value.toLowerCase() === 'callterm',
    alert: kind === 'alert' ? readAlert(value) : null,
    callId: report.callId,
    localId: report.localId ?? null,
    remoteId: report.remoteId ?? null,
    originId: report.originId ?? null,
    localGroup: report.localGroup ?? null,
    remoteGroup: report.remoteGroup ?? null,
    localMac: report.localMac ?? null,
    remoteMac: report.remoteMac ?? null,
    localAddress: report.localAddress ?? null,
    remoteAddress: report.remoteAddress ?? null,
    dialogId: report.dialogId ?? null,
    localMetrics: report.localMetrics ?? null,
    remoteMetrics: report.remoteMetrics ?? null,
  };
}

/** Unfolds as RFC 3261 §7.3.1: a line that begins with a blank goes on the one before. */
function readLines(body: Uint8Array): Line[] {
  const text = new TextDecoder().decode(body).replaceAll(/\r?\n[ \t]+/g, ' ');
  return text
    .split(/\r?\n/)
    .map((line) => {
      const colon = line.indexOf(':');
      const name = colon < 0 ? line : line.slice(0, colon);
      return { name: name.trim(), value: colon < 0 ? '' : line.slice(colon + 1).trim() };
    })
    .filter(({ name }) => name !== '');
}

function readMetricsLine(metrics: Mutable<QualityMetrics>, key: string, name: string, text: string): void {
  const parameters = readParameters(text);
  if (key === 'timestamps') {
    metrics.startMs = readTime(parameters.get('start'));
    metrics.endMs = readTime(parameters.get('stop'));
    return;
  }
  if (key === 'sessiondesc') {
    metrics.session = readSession(name, parameters);
    return;
  }
  const figures: Partial<Record<QualityFigure, number>> = { ...metrics.figures };
  for (const row of FIGURES_BY_LINE.get(key) ?? []) {
    const value = readNumber(name, row.parameter, parameters);
    const isMeasured = value !== null && !('unavailable' in row && value === row.unavailable);
    if (isMeasured) figures[row.figure] = value;
  }
  metrics.figures = figures;
  if (key === 'qualityest') metrics.algorithm = parameters.get('qoeestalg') ?? null;
}

function readSession(line: string, parameters: Parameters): Session {
  const session: Mutable<Session> = {
    payloadType: null,
    encodingName: parameters.get('pd') ?? null,
    sampleRateHz: null,
    frameDurationMs: null,
    frameOctets: null,
    framesPerPacket: null,
    packetsPerSecond: null,
    concealment: null,
    hasSilenceSuppression: null,
  };
  for (const [parameter, field] of SESSION_NUMBERS_BY_NAME) {
    session[field] = readNumber(line, parameter, parameters);
  }
  const suppression = parameters.get('ssup')?.toLowerCase();
  if (suppression === 'on' || suppression === 'off') session.hasSilenceSuppression = suppression === 'on';
  return session;
}

function readAddress(line: string, text: string): QualityReport['localAddress'] {
  const parameters = readParameters(text);
  const address = parameters.get('ip');
  if (!address) throw new BadLine(`${line} needs IP=`);
  return {
    address,
    port: readNumber(line, 'PORT', parameters),
    synchronizationSource: parameters.get('ssrc') ?? null,
  };
}

function readAlert(text: string): QualityReport['alert'] {
  const parameters = readParameters(text);
  const [type, severity, direction] = ['type', 'severity', 'dir'].map((name) => parameters.get(name) ?? '');
  return { type: type ?? '', severity: severity ?? '', direction: direction ?? '' };
}

/** By lower-case name; a name that comes twice keeps its first value. */
function readParameters(text: string): Parameters {
  const parameters = new Map<string, string>();
  for (const [, name = '', value = ''] of text.matchAll(PARAMETER)) {
    const key = name.toLowerCase();
    const isQuoted = value.startsWith('"') && value.endsWith('"') && value.length > 1;
    const read = isQuoted ? value.slice(1, -1).replaceAll(/\\(.)/g, '$1') : value;
    if (!parameters.has(key)) parameters.set(key, read);
  }
  return parameters;
}

function readNumber(line: string, parameter: string, parameters: Parameters): number | null {
  const text = parameters.get(parameter.toLowerCase());
  if (text === undefined) return null;
  if (!NUMBER.test(text)) throw new BadLine(`${line}: ${parameter} is no number: ${text.slice(0, 40)}`);
  return Number(text);
}

/** RFC 3339; some telephones write 0 where they do not know. */
function readTime(text: string | undefined): number | null {
  if (text === undefined || !/^\d{4}-\d\d-\d\dT/.test(text)) return null;
  const timeMs = Date.parse(text);
  return Number.isNaN(timeMs) ? null : timeMs;
}

function byLowerCaseName<Field extends string>(fields: Record<string, Field>): ReadonlyMap<string, Field> {
  return new Map(Object.entries(fields).map(([name, field]) => [name.toLowerCase(), field] as const));
}
