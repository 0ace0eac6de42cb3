import { lookup, resolveNaptr, resolveSrv } from 'node:dns/promises';
import type { Resolver } from './locate.ts';

/**
 * The machine's own resolver. A name without records and a server without an answer are the same here: there
 * is nothing to try, and RFC 3263 goes on to its next step.
 */
export const DNS_RESOLVER: Resolver = {
  naptr: (name) => resolveNaptr(name).catch(() => []),
  srv: (name) => resolveSrv(name).catch(() => []),
  addresses: (name) =>
    lookup(name, { all: true }).then(
      (found) => found.map(({ address }) => address),
      () => [],
    ),
};
