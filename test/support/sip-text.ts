/** A SIP message as the test caller sees it: split, nothing checked. Independent of signaling/ on purpose. */
export interface SipText {
  readonly startLine: string;
  /** First word of a request; empty for a response. */
  readonly method: string;
  /** 0 for a request. */
  readonly statusCode: number;
  readonly body: string;
  /** First value of a header field by its full name, or an empty string. */
  header(name: string): string;
  headers(name: string): readonly string[];
}

export function parseSipText(text: string): SipText {
  const [head = '', body = ''] = splitOnce(text, '\r\n\r\n');
  const [startLine = '', ...lines] = head.split('\r\n');
  const fields = lines.map((line): readonly [string, string] => {
    const [name = '', value = ''] = splitOnce(line, ':');
    return [name.trim().toLowerCase(), value.trim()];
  });
  const headers = (name: string) =>
    fields.filter(([field]) => field === name.toLowerCase()).map(([, value]) => value);
  const status = startLine.match(/^SIP\/2\.0 (\d{3})/);
  return {
    startLine,
    method: status === null ? (startLine.split(' ')[0] ?? '') : '',
    statusCode: Number(status?.[1] ?? 0),
    body,
    headers,
    header: (name) => headers(name)[0] ?? '',
  };
}

/** A message from its parts; Content-Length is added. */
export function writeSipText(startLine: string, headers: readonly string[], body = ''): string {
  const lines = [startLine, ...headers, `Content-Length: ${Buffer.byteLength(body)}`];
  return `${lines.join('\r\n')}\r\n\r\n${body}`;
}

/** The length of the first whole message in a stream's bytes, or null when more are needed. */
export function firstMessageLength(bytes: Buffer): number | null {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return null;
  const length = bytes.toString('latin1', 0, end).match(/^(?:content-length|l)\s*:\s*(\d+)/im);
  const total = end + 4 + Number(length?.[1] ?? 0);
  return bytes.length >= total ? total : null;
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + separator.length)];
}
