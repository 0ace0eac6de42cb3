import type { MediaAddress } from '../session-description.ts';
import { type CallIdentity, type H225Body, protocolIdentifierOf } from './h225.ts';
import type { AliasAddress, EndpointType } from './h225-types.ts';
import { createH225Address } from './transport-address.ts';

/** Fields that most bodies share (H.225.0 §7.3). */
function common({ version, callIdentifier }: CallIdentity) {
  return { protocolIdentifier: protocolIdentifierOf(version), callIdentifier: { guid: callIdentifier } };
}

/** One call on a connection, and the connection ends with the call. */
const ONE_CALL = { multipleCalls: false, maintainConnection: false } as const;

/** What our own Setup says (H.225.0 §7.3.10). */
export interface SetupContents {
  /** Digits, or an alias; empty: whoever answers at the address. */
  readonly calledAlias: string;
  readonly callingAlias: string;
  readonly destination: MediaAddress;
  readonly source: MediaAddress;
  /** Where we wait for H.245 already, or null. */
  readonly h245Address: MediaAddress | null;
  readonly fastStart: readonly Uint8Array[];
  /** H.245 that comes along (H.323 §8.2.4). */
  readonly parallelH245Control: readonly Uint8Array[];
}

export function setupBody(
  identity: CallIdentity,
  sourceInfo: EndpointType,
  { calledAlias, callingAlias, destination, source, h245Address, ...h245 }: SetupContents,
): H225Body {
  const { fastStart, parallelH245Control } = h245;
  return {
    choice: 'setup',
    value: {
      ...common(identity),
      ...(h245Address && { h245Address: createH225Address(h245Address) }),
      sourceInfo,
      ...(callingAlias !== '' && { sourceAddress: [aliasOf(callingAlias)] }),
      ...(calledAlias !== '' && { destinationAddress: [aliasOf(calledAlias)] }),
      destCallSignalAddress: createH225Address(destination),
      activeMC: false,
      conferenceID: identity.conferenceId,
      conferenceGoal: { choice: 'create', value: null },
      callType: { choice: 'pointToPoint', value: null },
      sourceCallSignalAddress: createH225Address(source),
      ...(fastStart.length > 0 && { fastStart }),
      mediaWaitForConnect: false,
      canOverlapSend: false,
      ...ONE_CALL,
      ...(parallelH245Control.length > 0 && { parallelH245Control }),
    },
  };
}

export function aliasOf(alias: string): AliasAddress {
  return /^[0-9#*,]{1,128}$/.test(alias)
    ? { choice: 'dialledDigits', value: alias }
    : { choice: 'h323-ID', value: alias.slice(0, 256) };
}

export function callProceedingBody(identity: CallIdentity, destinationInfo: EndpointType): H225Body {
  return { choice: 'callProceeding', value: { ...common(identity), destinationInfo, ...ONE_CALL } };
}

export function alertingBody(identity: CallIdentity, destinationInfo: EndpointType): H225Body {
  return { choice: 'alerting', value: { ...common(identity), destinationInfo, ...ONE_CALL } };
}

/** What Connect says beside its mandatory fields. */
export interface ConnectContents {
  /** Where H.245 may be connected to, when it is not tunnelled. */
  readonly h245Address: MediaAddress | null;
  /** The answer to the caller's fast start, null: refused. */
  readonly fastStart: readonly Uint8Array[] | null;
}

export function connectBody(
  identity: CallIdentity,
  destinationInfo: EndpointType,
  { h245Address, fastStart }: ConnectContents,
): H225Body {
  return {
    choice: 'connect',
    value: {
      ...common(identity),
      destinationInfo,
      conferenceID: identity.conferenceId,
      ...(h245Address && { h245Address: createH225Address(h245Address) }),
      // H.323 §8.1.7.1: version 4 and later say so when they refuse fast start.
      ...(fastStart === null ? { fastConnectRefused: null } : { fastStart }),
      ...ONE_CALL,
    },
  };
}

/** A Facility that only carries tunnelled H.245 has an empty body (H.323 §8.2.1). */
export const EMPTY_BODY: H225Body = { choice: 'empty', value: null };

/** Facility with the address at which H.245 is to be connected to (H.323 §8.2.3). */
export function facilityBody(identity: CallIdentity, h245Address: MediaAddress): H225Body {
  return {
    choice: 'facility',
    value: {
      ...common(identity),
      reason: { choice: 'startH245', value: null },
      h245Address: createH225Address(h245Address),
    },
  };
}

export function informationBody(identity: CallIdentity): H225Body {
  return { choice: 'information', value: common(identity) };
}

export function releaseCompleteBody(identity: CallIdentity): H225Body {
  return { choice: 'releaseComplete', value: common(identity) };
}

export function statusBody(identity: CallIdentity): H225Body {
  return { choice: 'status', value: common(identity) };
}
