/** What one check found. */
export interface Finding {
  /** What was looked at, for example `SIP over TLS`. */
  readonly subject: string;
  /** `fail` stops a room from calling; `warn` may, or will one day. */
  readonly verdict: 'ok' | 'warn' | 'fail';
  /** What was found. */
  readonly detail: string;
  /** What to do about it; null where nothing is to be done. */
  readonly hint: string | null;
}

export function ok(subject: string, detail: string): Finding {
  return { subject, verdict: 'ok', detail, hint: null };
}

export function warn(subject: string, detail: string, hint: string): Finding {
  return { subject, verdict: 'warn', detail, hint };
}

export function fail(subject: string, detail: string, hint: string): Finding {
  return { subject, verdict: 'fail', detail, hint };
}
