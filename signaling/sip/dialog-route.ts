import { parseNameAddress } from './name-address.ts';
import type { SipUri } from './uri.ts';
import { parseUri, withoutHeaders } from './uri.ts';

/** Where a request within a dialog goes, and what it says about the way. */
export interface DialogRoute {
  readonly requestUri: string;
  /** Values of the Route header fields, in order. */
  readonly routes: readonly string[];
  /** The URI whose address is next: the first Route's where that routes loosely, else the Request-URI. */
  readonly nextHop: SipUri | null;
}

/**
 * RFC 3261 §12.2.1.1: the Request-URI and Route of a request in a dialog.
 * `routeSet` holds Route values as written (`<sip:proxy;lr>`), nearest first.
 */
export function routeRequest(remoteTarget: string, routeSet: readonly string[]): DialogRoute {
  const [first, ...others] = routeSet;
  const firstUri = first === undefined ? null : routeUri(first);
  if (first === undefined || firstUri === null) {
    return { requestUri: remoteTarget, routes: [], nextHop: parseUri(remoteTarget) };
  }
  const nextHop = parseUri(firstUri);
  if (nextHop?.parameters.has('lr')) {
    return { requestUri: remoteTarget, routes: routeSet, nextHop };
  }
  // A strict router wants itself in the Request-URI and the remote target at the end of the Route.
  return { requestUri: withoutHeaders(firstUri), routes: [...others, `<${remoteTarget}>`], nextHop };
}

function routeUri(route: string): string | null {
  return parseNameAddress(route)?.uri ?? null;
}
