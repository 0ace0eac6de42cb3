/**
 * Q.931 messages as H.225.0 §7.2 uses them: protocol discriminator 8, a call reference of two octets, a
 * message type and information elements, of which the user-user element carries the H.225.0 message.
 */

const PROTOCOL_DISCRIMINATOR = 8;
/** Q.931 §4.5.30: the user information is coded in ASN.1 (X.208, X.209). */
const USER_INFORMATION_ASN1 = 5;
const SHIFT_MASK = 0xf0;
const SHIFT = 0x90;
const NON_LOCKING_SHIFT_BIT = 0x08;

/** ITU-T Q.931 table 4-2. */
const MESSAGE_TYPES = {
  alerting: 0x01,
  callProceeding: 0x02,
  progress: 0x03,
  setup: 0x05,
  connect: 0x07,
  setupAcknowledge: 0x0d,
  connectAcknowledge: 0x0f,
  releaseComplete: 0x5a,
  facility: 0x62,
  notify: 0x6e,
  statusInquiry: 0x75,
  information: 0x7b,
  status: 0x7d,
} as const;

/** ITU-T Q.931 table 4-3. */
export const INFORMATION_ELEMENT = {
  bearerCapability: 0x04,
  cause: 0x08,
  callState: 0x14,
  facility: 0x1c,
  progressIndicator: 0x1e,
  display: 0x28,
  keypad: 0x2c,
  signal: 0x34,
  callingPartyNumber: 0x6c,
  calledPartyNumber: 0x70,
  userUser: 0x7e,
} as const;

export type Q931MessageType = keyof typeof MESSAGE_TYPES;

/** One information element. Those of a single octet have bit 8 set and no content. */
interface InformationElement {
  readonly identifier: number;
  /** 0 unless a shift element says otherwise; identifiers mean something else in other codesets. */
  readonly codeset: number;
  /** Without identifier, length and, for user-user, the protocol discriminator. */
  readonly content: Uint8Array;
}

export interface Q931Message {
  /** Call reference value, 15 bits. */
  readonly callReference: number;
  /** The flag of the call reference: sent by the side that did not choose it. */
  readonly isFromDestination: boolean;
  /** Null: a type that Q.931 does not have, see `typeCode`. */
  readonly type: Q931MessageType | null;
  readonly typeCode: number;
  /** In the order received, repeated ones included. */
  readonly elements: readonly InformationElement[];
}

/** Octets that are no Q.931 message; the Q.850 cause is what a release or status would say. */
export class Q931Error extends Error {
  override readonly name = 'Q931Error';
  readonly code: 'truncated' | 'protocol-discriminator' | 'call-reference' | 'element-length';
  readonly q850Cause: number;

  constructor(code: Q931Error['code'], detail: string, q850Cause: number) {
    super(detail);
    this.code = code;
    this.q850Cause = q850Cause;
  }
}

const TYPES_BY_CODE: ReadonlyMap<number, Q931MessageType> = new Map(
  Object.entries(MESSAGE_TYPES).map(([type, code]) => [code, type as Q931MessageType]),
);

/** @throws Q931Error */
export function parseQ931(octets: Uint8Array): Q931Message {
  if (octets.length < 5) throw new Q931Error('truncated', `${octets.length} octets are no message`, 100);
  const [discriminator, referenceOctets, high = 0, low = 0, typeCode = 0] = octets;
  if (discriminator !== PROTOCOL_DISCRIMINATOR) {
    throw new Q931Error('protocol-discriminator', `protocol discriminator ${discriminator}`, 97);
  }
  // H.225.0 §7.2.2: the call reference is always two octets.
  if (referenceOctets !== 2) {
    throw new Q931Error('call-reference', `a call reference of ${referenceOctets} octets`, 81);
  }
  return {
    callReference: ((high & 0x7f) << 8) | low,
    isFromDestination: (high & 0x80) !== 0,
    type: TYPES_BY_CODE.get(typeCode) ?? null,
    typeCode,
    elements: parseElements(octets),
  };
}

function parseElements(octets: Uint8Array): InformationElement[] {
  const elements: InformationElement[] = [];
  let lockedCodeset = 0;
  let codeset = 0;
  for (let offset = 5; offset < octets.length; ) {
    const identifier = octets[offset] as number;
    const elementCodeset = codeset;
    codeset = lockedCodeset;
    if ((identifier & 0x80) !== 0) {
      elements.push({ identifier, codeset: elementCodeset, content: new Uint8Array(0) });
      offset += 1;
      if ((identifier & SHIFT_MASK) === SHIFT) {
        codeset = identifier & 0x07;
        if ((identifier & NON_LOCKING_SHIFT_BIT) === 0) lockedCodeset = codeset;
      }
      continue;
    }
    const { content, end } = contentAt(octets, offset);
    elements.push({ identifier, codeset: elementCodeset, content });
    offset = end;
  }
  return elements;
}

function contentAt(octets: Uint8Array, offset: number): { content: Uint8Array; end: number } {
  const isUserUser = octets[offset] === INFORMATION_ELEMENT.userUser;
  const first = octets[offset + 1] ?? 0;
  // H.225.0 §7.2.2.31: the length of user-user has two octets, and counts the protocol discriminator.
  const length = isUserUser ? (first << 8) | (octets[offset + 2] ?? 0) : first;
  const start = offset + (isUserUser ? 3 : 2);
  const end = start + length;
  if (end > octets.length) {
    throw new Q931Error(
      'element-length',
      `element ${octets[offset]} ends ${end - octets.length} too late`,
      100,
    );
  }
  if (!isUserUser) return { content: octets.subarray(start, end), end };
  if (length === 0 || octets[start] !== USER_INFORMATION_ASN1) {
    throw new Q931Error('element-length', 'the user-user element holds no ASN.1', 100);
  }
  return { content: octets.subarray(start + 1, end), end };
}

export function serializeQ931(message: Q931Message): Uint8Array {
  const { callReference, isFromDestination, typeCode } = message;
  const high = (isFromDestination ? 0x80 : 0) | (callReference >> 8);
  const parts: Uint8Array[] = [
    Uint8Array.of(PROTOCOL_DISCRIMINATOR, 2, high, callReference & 0xff, typeCode),
  ];
  for (const { identifier, content } of message.elements) {
    if ((identifier & 0x80) !== 0) parts.push(Uint8Array.of(identifier));
    else if (identifier === INFORMATION_ELEMENT.userUser) {
      const length = content.length + 1;
      parts.push(Uint8Array.of(identifier, length >> 8, length & 0xff, USER_INFORMATION_ASN1), content);
    } else parts.push(Uint8Array.of(identifier, content.length), content);
  }
  return Buffer.concat(parts);
}

/** A message of ours; elements go in ascending order of identifier (Q.931 §4.5.1). */
export function createQ931(
  type: Q931MessageType,
  reference: Pick<Q931Message, 'callReference' | 'isFromDestination'>,
  contents: Readonly<Partial<Record<keyof typeof INFORMATION_ELEMENT, Uint8Array>>>,
): Q931Message {
  const elements = Object.entries(INFORMATION_ELEMENT).flatMap(([name, identifier]) => {
    const content = contents[name as keyof typeof INFORMATION_ELEMENT];
    return content === undefined ? [] : [{ identifier, codeset: 0, content }];
  });
  return { ...reference, type, typeCode: MESSAGE_TYPES[type], elements };
}

/** The first element of a name in codeset 0: repetitions are ignored (Q.931 §5.8.5.2). */
export function contentOf(message: Q931Message, name: keyof typeof INFORMATION_ELEMENT): Uint8Array | null {
  const identifier = INFORMATION_ELEMENT[name];
  const element = message.elements.find((one) => one.identifier === identifier && one.codeset === 0);
  return element?.content ?? null;
}
