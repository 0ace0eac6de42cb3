import type { Config } from '../../config/schema.ts';
import { DNS_RESOLVER } from '../../signaling/sip/dns-resolver.ts';
import type { CallPlan } from '../caller/call-outcome.ts';
import { findH323Route } from '../caller/h323-route.ts';
import type { CallRoute } from '../caller/outgoing-leg.ts';
import type { CallerWatch } from '../caller/sip-caller-watch.ts';
import { findSipRoute, type SipRouteOptions } from '../caller/sip-route.ts';
import { readAuthorities, readTarget, targetText } from './call-options.ts';
import { isH323Call, readDialedAddress, readSignalingMode } from './h323-options.ts';
import type { ParsedOptions } from './options.ts';
import { type Surroundings, UsageError } from './surroundings.ts';

/** Whom the command line calls. */
export interface CallTarget {
  /** As it is told in the result. */
  readonly text: string;
  /** @throws CallFailure `transport-failure`, UsageError */
  findRoute(config: Config, watch: CallerWatch): Promise<CallRoute>;
}

const DEFAULT_USER = 'carillon';

/** @throws UsageError */
export function readCallTarget(
  options: ParsedOptions,
  plan: CallPlan,
  surroundings: Surroundings,
): CallTarget {
  return isH323Call(options) ? h323Target(options, plan) : sipTarget(options, plan, surroundings);
}

function sipTarget(options: ParsedOptions, { keyWay }: CallPlan, surroundings: Surroundings): CallTarget {
  const target = readTarget(options);
  const text = targetText(target);
  const hasEvents = keyWay !== 'in-band';
  const own = sipIdentity(options, surroundings);
  return {
    text,
    findRoute: (config, watch) =>
      findSipRoute({ config, target, targetText: text, watch, hasEvents, ...own }),
  };
}

function sipIdentity(
  options: ParsedOptions,
  { environment }: Surroundings,
): Pick<SipRouteOptions, 'fromUser' | 'displayName' | 'credentials' | 'tls'> {
  const user = options.get('user');
  const password = options.get('password') ?? environment['SIP_PASSWORD'] ?? '';
  const authorities = readAuthorities(options);
  return {
    fromUser: user ?? DEFAULT_USER,
    displayName: options.get('name') ?? '',
    credentials: user === null ? null : { username: user, password },
    tls: {
      isPeerVerified: !options.has('insecure'),
      ...(authorities === null ? {} : { authorities }),
    },
  };
}

function h323Target(options: ParsedOptions, { keyWay }: CallPlan): CallTarget {
  const dialed = readDialedAddress(options);
  const mode = readSignalingMode(options);
  const digitTransport =
    keyWay === 'rfc4733' || keyWay === 'in-band' || keyWay === 'sip-info' ? 'h245-signal' : keyWay;
  return {
    text: options.words[0] ?? '',
    findRoute: async (config, watch) => {
      if (config.media.codecs.every((codec) => codec === 'OPUS'))
        throw new UsageError('--codec: H.323 has G722, PCMU and PCMA.');
      return findH323Route({
        ...mode,
        config,
        dialed,
        digitTransport,
        resolver: DNS_RESOLVER,
        callingAlias: options.get('user') ?? DEFAULT_USER,
        displayName: options.get('name') ?? '',
        onMalformed: (detail) => watch.onMalformed(detail),
      });
    },
  };
}
