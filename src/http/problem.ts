import type { Duplex } from 'node:stream';
import type { ConfigIssue } from '../../config/config-error.ts';

/** Stable slugs of what can be wrong with a request. */
export type ProblemCode =
  | 'malformed-request'
  | 'malformed-id'
  | 'malformed-body'
  | 'invalid-meeting'
  | 'invalid-definition'
  | 'cross-origin'
  | 'not-found'
  | 'method-not-allowed'
  | 'conflict'
  | 'body-too-large'
  | 'unsupported-media-type'
  | 'upgrade-required'
  | 'limit-reached'
  | 'recording-failed'
  | 'internal-error';

const STATUS_BY_CODE: Readonly<Record<ProblemCode, number>> = {
  'malformed-request': 400,
  'malformed-id': 400,
  'malformed-body': 400,
  'invalid-meeting': 400,
  'invalid-definition': 400,
  'cross-origin': 403,
  'not-found': 404,
  'method-not-allowed': 405,
  conflict: 409,
  'body-too-large': 413,
  'unsupported-media-type': 415,
  'upgrade-required': 426,
  'limit-reached': 503,
  'recording-failed': 503,
  'internal-error': 500,
};

/** An answer that says no: `{ code, message }`, and each wrong value where there are such. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly code: ProblemCode;
  readonly issues: readonly ConfigIssue[];

  constructor(code: ProblemCode, message: string, issues: readonly ConfigIssue[] = []) {
    super(message);
    this.code = code;
    this.issues = issues;
  }

  get statusCode(): number {
    return STATUS_BY_CODE[this.code];
  }

  toJSON(): object {
    const issues = this.issues.map(({ key, detail }) => ({ key, detail }));
    return { code: this.code, message: this.message, ...(issues.length > 0 ? { issues } : {}) };
  }
}

/** Fastify's own errors in our words. Whatever is not the caller's doing is an internal error without details. */
export function problemFrom(error: Error & { readonly statusCode?: number | undefined }): Problem {
  if (error instanceof Problem) return error;
  switch (error.statusCode) {
    case 400:
      if ('code' in error && error.code === 'FST_ERR_BAD_URL')
        return new Problem('malformed-request', 'That is no path.');
      return new Problem('malformed-body', 'The body is not JSON.');
    case 413:
      return new Problem('body-too-large', 'The body is longer than http.maxBodyBytes allows.');
    case 414:
      return new Problem('malformed-id', 'The path is too long.');
    case 415:
      return new Problem('unsupported-media-type', 'The body is to be JSON: content-type: application/json.');
    default:
      return new Problem('internal-error', 'Something went wrong on our side; the log says more.');
  }
}

/** Answers by hand on a connection that the HTTP server has let go of, and closes it. */
export function writeProblem(socket: Duplex, problem: Problem): void {
  const body = JSON.stringify(problem);
  const head = [
    // RFC 9112 §4: the reason phrase may be empty. Node's list of them would load its HTTP client: 55 ms.
    `HTTP/1.1 ${problem.statusCode} `,
    'content-type: application/json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
