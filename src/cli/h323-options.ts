import { type DialedAddress, parseDialedAddress } from '../../signaling/h323/dialed-address.ts';
import type { H245Way, OutgoingH323Options } from '../../signaling/h323/outgoing-options.ts';
import type { KeyWay } from '../caller/call-outcome.ts';
import type { OptionSpec, ParsedOptions } from './options.ts';
import { UsageError } from './surroundings.ts';

export const H323_CALL_OPTIONS: readonly OptionSpec[] = [
  {
    name: 'h323',
    about: 'call over H.323: ID@ADDRESS, ADDRESS##ID or ADDRESS takes the place of the URI',
  },
  {
    name: 'h245',
    argument: 'WAY',
    about: 'with --h323: tunnel (the default), setup, connect or listen',
  },
  { name: 'no-fast-start', about: 'with --h323: let H.245 open the channels' },
];

const H245_WAYS: Readonly<Record<string, H245Way>> = {
  tunnel: 'tunnelled',
  setup: 'in-setup',
  connect: 'connecting',
  listen: 'listening',
};

export const H323_KEY_WAYS: Readonly<Record<string, KeyWay>> = {
  rfc4733: 'rfc4733',
  signal: 'h245-signal',
  alphanumeric: 'h245-alphanumeric',
  keypad: 'q931-keypad',
  inband: 'in-band',
};

/** Options that only SIP has. */
const SIP_ONLY = ['transport', 'password', 'srtp', 'ca', 'insecure', 'trace'] as const;
const H323_ONLY = ['h245', 'no-fast-start'] as const;

/** True for a call over H.323. @throws UsageError where options of both protocols meet */
export function isH323Call(options: ParsedOptions): boolean {
  const isH323 = options.has('h323');
  const foreign = (isH323 ? SIP_ONLY : H323_ONLY).find((name) => options.has(name));
  if (foreign !== undefined)
    throw new UsageError(`--${foreign} is for calls over ${isH323 ? 'SIP' : 'H.323, with --h323'}.`);
  return isH323;
}

/** @throws UsageError */
export function readDialedAddress({ words: [written, ...others] }: ParsedOptions): DialedAddress {
  if (written === undefined) throw new UsageError('Whom? Give an address, such as 6064724824@127.0.0.1.');
  if (others.length > 0) throw new UsageError(`One address at a time; found "${others[0]}" too.`);
  const dialed = parseDialedAddress(written);
  if (dialed === null)
    throw new UsageError(`"${written}" is no H.323 address; one is 6064724824@192.0.2.10:1720.`);
  return dialed;
}

/** @throws UsageError */
export function readSignalingMode(
  options: ParsedOptions,
): Required<Pick<OutgoingH323Options, 'h245' | 'hasFastStart'>> {
  const way = options.get('h245') ?? 'tunnel';
  const h245 = H245_WAYS[way.toLowerCase()];
  if (h245 === undefined) throw new UsageError(`--h245 is tunnel, setup, connect or listen; found "${way}".`);
  return { h245, hasFastStart: !options.has('no-fast-start') };
}
