import { levels } from 'pino';

/** `{"level":30,"time":"2026-05-01T10:00:00.123Z","msg":"call answered","callId":"…"}` for a person to read. */
export function formatLogLine(line: string): string {
  const { level, time, msg = '', err, ...fields } = parseLine(line);
  const name = levels.labels[Number(level)] ?? String(level);
  const clock = String(time).slice(11, 23);
  const details = Object.entries(fields).map(([key, value]) => `${key}=${formatValue(value)}`);
  const stack = isError(err) ? `\n${err.stack ?? err.message}` : '';
  return `${[clock, name.padEnd(5), msg, ...details].join(' ').trimEnd()}${stack}\n`;
}

function parseLine(line: string): Record<string, unknown> {
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return { msg: line.trimEnd() };
  }
}

function formatValue(value: unknown): string {
  if (typeof value === 'string' && /^\S+$/.test(value)) return value;
  return JSON.stringify(value);
}

function isError(value: unknown): value is { readonly stack?: string; readonly message: string } {
  return typeof value === 'object' && value !== null && 'message' in value;
}
