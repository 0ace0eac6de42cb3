import type { CallParty } from '../call-leg.ts';
import type { NameAddress } from './name-address.ts';
import { parseUri } from './uri.ts';

/** A party from a From or To header. */
export function partyOfAddress(address: NameAddress): CallParty {
  return party(address.uri, address.displayName);
}

/** The party a Request-URI names. */
export function partyOfUri(uri: string): CallParty {
  return party(uri, '');
}

function party(uri: string, displayName: string): CallParty {
  const parsed = parseUri(uri);
  return { user: parsed?.user ?? '', host: (parsed?.host ?? '').toLowerCase(), uri, displayName };
}
