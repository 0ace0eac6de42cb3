import type { EndpointType, H323UserInformation, H323UUPDU } from './h225-types.ts';
import { decodeType, encodeType } from './messages.ts';
import {
  contentOf,
  createQ931,
  type INFORMATION_ELEMENT,
  parseQ931,
  type Q931Message,
  type Q931MessageType,
  serializeQ931,
} from './q931.ts';

const TYPE = 'h225.H323-UserInformation';
const OBJECT_IDENTIFIER = '0.0.8.2250.0.';
/** The newest version of H.225.0, and the one we speak to peers that speak it. */
const VERSION = 7;

/** A call signaling message: the Q.931 part and, where it has one, the H.225.0 part. */
export interface H225Message {
  readonly q931: Q931Message;
  readonly unit: H323UUPDU | null;
}

export type H225Body = H323UUPDU['h323-message-body'];

/** What every message of one call repeats. */
export interface CallIdentity {
  readonly callReference: number;
  readonly isFromDestination: boolean;
  readonly callIdentifier: Uint8Array;
  readonly conferenceId: Uint8Array;
  /** The version of H.225.0 spoken with the peer, 1–7. */
  readonly version: number;
}

/** @throws Q931Error, PerError */
export function parseH225(octets: Uint8Array): H225Message {
  const q931 = parseQ931(octets);
  const userUser = contentOf(q931, 'userUser');
  if (userUser === null) return { q931, unit: null };
  const information = decodeType(TYPE, userUser) as H323UserInformation;
  return { q931, unit: information['h323-uu-pdu'] };
}

/** What goes around the body of a message of ours. */
export interface H225Envelope {
  readonly isTunnelling: boolean;
  readonly h245Control?: readonly Uint8Array[];
  readonly elements?: Readonly<Partial<Record<keyof typeof INFORMATION_ELEMENT, Uint8Array>>>;
}

export function serializeH225(
  type: Q931MessageType,
  identity: Pick<CallIdentity, 'callReference' | 'isFromDestination'>,
  body: H225Body,
  { isTunnelling, h245Control, elements }: H225Envelope,
): Uint8Array {
  const unit: H323UUPDU = {
    'h323-message-body': body,
    h245Tunnelling: isTunnelling,
    ...(h245Control && { h245Control }),
  };
  const userUser = encodeType(TYPE, { 'h323-uu-pdu': unit } satisfies H323UserInformation);
  return serializeQ931(createQ931(type, identity, { ...elements, userUser }));
}

/** 7 of `0.0.8.2250.0.7`; 1 where the identifier is none of H.225.0. */
export function versionOf(protocolIdentifier: string): number {
  const version = Number(protocolIdentifier.startsWith(OBJECT_IDENTIFIER) && protocolIdentifier.slice(13));
  return Number.isInteger(version) && version > 0 ? Math.min(VERSION, version) : 1;
}

export function protocolIdentifierOf(version: number): string {
  return `${OBJECT_IDENTIFIER}${version}`;
}

/** How we present ourselves: a multipoint unit, by name and version. */
export function createEndpointType(productId: string, versionId: string): EndpointType {
  return {
    vendor: {
      vendor: UNREGISTERED_MANUFACTURER,
      productId: Buffer.from(productId.slice(0, 256), 'latin1'),
      versionId: Buffer.from(versionId.slice(0, 256), 'latin1'),
    },
    terminal: {},
    mc: false,
    undefinedNode: false,
  };
}

/** T.35: no country code and no manufacturer code were registered for this product. */
const UNREGISTERED_MANUFACTURER = { t35CountryCode: 255, t35Extension: 0, manufacturerCode: 0 };
