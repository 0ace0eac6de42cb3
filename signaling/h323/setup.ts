import { isIP } from 'node:net';
import type { CallParty } from '../call-leg.ts';
import type { MediaAddress } from '../session-description.ts';
import { type CallIdentity, type H225Message, versionOf } from './h225.ts';
import type { AliasAddress, SetupUUIE } from './h225-types.ts';
import { contentOf, type Q931Message } from './q931.ts';
import { parseNumber, parseText } from './q931-elements.ts';
import { readH225Address } from './transport-address.ts';

/** A call as its Setup describes it. */
export interface IncomingSetup {
  readonly identity: CallIdentity;
  readonly calling: CallParty;
  readonly called: CallParty;
  /** Vendor, product and version of the caller, or null. */
  readonly userAgent: string | null;
  /** As `CallLeg.acceptedLanguages`. */
  readonly acceptedLanguages: readonly string[];
  /** True where the caller takes H.245 inside call signaling (H.323 §8.2.1). */
  readonly isTunnelling: boolean;
  /** Where the caller waits for H.245 already. */
  readonly h245Address: MediaAddress | null;
  /** Undecoded `OpenLogicalChannel`s. */
  readonly fastStart: readonly Uint8Array[];
  /** Undecoded H.245 messages that came along (H.323 §8.2.4), tunnelled ones included. */
  readonly h245Control: readonly Uint8Array[];
}

/** Null where the message has no Setup in it. */
export function readSetup(
  { q931, unit }: H225Message,
  peer: { readonly remoteAddress: string; readonly localAddress: string },
): IncomingSetup | null {
  const body = unit?.['h323-message-body'];
  if (unit === null || body?.choice !== 'setup') return null;
  const setup = body.value;
  const host = readH225Address(setup.destCallSignalAddress)?.address ?? peer.localAddress;
  return {
    identity: {
      callReference: q931.callReference,
      isFromDestination: true,
      // Version 1 had no call identifier: the conference's names the call, too.
      callIdentifier: setup.callIdentifier?.guid ?? setup.conferenceID,
      conferenceId: setup.conferenceID,
      version: versionOf(setup.protocolIdentifier),
    },
    calling: callingParty(q931, setup, peer.remoteAddress),
    called: party(calledUser(q931, setup), host, ''),
    userAgent: userAgentOf(setup),
    // H.225.0 §7.3.10: in which announcements and prompts are wanted, as RFC 1766 writes languages.
    acceptedLanguages: (setup.language ?? []).map((language) => clean(language).toLowerCase()),
    isTunnelling: unit.h245Tunnelling === true,
    h245Address: readH225Address(setup.h245Address),
    fastStart: setup.fastStart ?? [],
    h245Control: [...(setup.parallelH245Control ?? []), ...(unit.h245Control ?? [])],
  };
}

/**
 * Whom the caller wants: the called party number, else the first alias that says more than our address.
 * Polycom and LifeSize turn `address##id` into an alias of its own, with or without `h323:`.
 */
function calledUser(q931: Q931Message, setup: SetupUUIE): string {
  const number = contentOf(q931, 'calledPartyNumber');
  const candidates = [
    ...(number === null ? [] : [parseNumber(number)]),
    ...(setup.destinationAddress ?? []).map(aliasText),
  ];
  return candidates.map(userPart).find((user) => user !== '') ?? '';
}

function callingParty(q931: Q931Message, setup: SetupUUIE, remoteAddress: string): CallParty {
  const number = contentOf(q931, 'callingPartyNumber');
  const aliases = (setup.sourceAddress ?? []).map(aliasText);
  const digits = number === null ? '' : parseNumber(number);
  const user = [digits, ...aliases].map(userPart).find((one) => one !== '') ?? '';
  const display = contentOf(q931, 'display');
  const displayName = [
    setup.displayName?.[0]?.name ?? '',
    display === null ? '' : parseText(display),
    aliases[0] ?? '',
  ];
  return party(user, remoteAddress, displayName.map(clean).find((one) => one !== '') ?? '');
}

function party(user: string, host: string, displayName: string): CallParty {
  const bracketed = isIP(host) === 6 ? `[${host}]` : host;
  return { user, host, uri: user === '' ? `h323:${bracketed}` : `h323:${user}@${bracketed}`, displayName };
}

/** `h323:id@host` → `id`; an address alone names nobody. */
function userPart(text: string): string {
  const [user = '', host] = clean(text)
    .replace(/^(?:h323|sips?|tel):/i, '')
    .split('@');
  return host === undefined && isIP(user.replace(/^\[|\]$|:\d+$/g, '')) !== 0 ? '' : user;
}

function aliasText(alias: AliasAddress): string {
  switch (alias.choice) {
    case 'dialledDigits':
    case 'h323-ID':
    case 'url-ID':
    case 'email-ID':
      return alias.value;
    case 'partyNumber':
      return alias.value.choice === 'e164Number' ? alias.value.value.publicNumberDigits : '';
    default:
      return '';
  }
}

function userAgentOf({ sourceInfo }: SetupUUIE): string | null {
  const { productId, versionId } = sourceInfo.vendor ?? {};
  const parts = [productId, versionId].map((octets) => (octets === undefined ? '' : parseText(octets)));
  return parts.filter((part) => part !== '').join(' ') || null;
}

/** Without padding and other characters that nobody typed. */
function clean(text: string): string {
  return text.replace(/\p{Cc}/gu, '').trim();
}
