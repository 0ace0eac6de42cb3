import type { IncomingHttpHeaders } from 'node:http';

/**
 * Whether a request may act on us. Programs send no Origin; a browser does, and then the page must be ours, or
 * any web page that a user visits could end meetings and listen to events behind the user's back.
 */
export function isSameOrigin({ origin, host }: Pick<IncomingHttpHeaders, 'origin' | 'host'>): boolean {
  if (origin === undefined) return true;
  return URL.parse(origin)?.host === host;
}
