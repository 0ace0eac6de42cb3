import type { MediaAddress } from '../session-description.ts';
import { CALL_STATE_VALUES, type CallState } from './call-state.ts';
import { type CallIdentity, type H225Body, type H225Envelope, serializeH225 } from './h225.ts';
import {
  alertingBody,
  type ConnectContents,
  callProceedingBody,
  connectBody,
  EMPTY_BODY,
  facilityBody,
  informationBody,
  releaseCompleteBody,
  type SetupContents,
  setupBody,
  statusBody,
} from './h225-body.ts';
import type { EndpointType } from './h225-types.ts';
import type { Q931MessageType } from './q931.ts';
import {
  serializeBearerCapability,
  serializeCalledNumber,
  serializeCallState,
  serializeCause,
  serializeText,
} from './q931-elements.ts';

/** Where the messages of a call go. */
export interface MessageSink {
  send(octets: Uint8Array): void;
}

/** Writes the call signaling messages of one call. */
export class CallWire {
  readonly #sink: MessageSink;
  readonly #identity: CallIdentity;
  readonly #endpoint: EndpointType;
  readonly #displayName: string;
  /** What messages from now on say about tunnelling. */
  isTunnelling: boolean;

  constructor(
    sink: MessageSink,
    call: {
      readonly identity: CallIdentity;
      readonly endpoint: EndpointType;
      readonly displayName: string;
      readonly isTunnelling: boolean;
    },
  ) {
    this.#sink = sink;
    this.#identity = call.identity;
    this.#endpoint = call.endpoint;
    this.#displayName = call.displayName;
    this.isTunnelling = call.isTunnelling;
  }

  setup(contents: SetupContents): void {
    const isNumber = /^\d+$/.test(contents.calledAlias);
    const elements = {
      bearerCapability: serializeBearerCapability(),
      display: serializeText(this.#displayName),
      ...(isNumber && { calledPartyNumber: serializeCalledNumber(contents.calledAlias) }),
    };
    this.#send('setup', setupBody(this.#identity, this.#endpoint, contents), { elements });
  }

  callProceeding(): void {
    this.#send('callProceeding', callProceedingBody(this.#identity, this.#endpoint));
  }

  alerting(): void {
    this.#send('alerting', alertingBody(this.#identity, this.#endpoint));
  }

  connect(contents: ConnectContents): void {
    const elements = { display: serializeText(this.#displayName) };
    this.#send('connect', connectBody(this.#identity, this.#endpoint, contents), { elements });
  }

  /** One H.245 message a Facility: Cisco IOS takes no more. The facility element is mandatory and empty. */
  tunnel(h245: Uint8Array): void {
    this.#send('facility', EMPTY_BODY, { h245Control: [h245], elements: { facility: new Uint8Array(0) } });
  }

  /** Asks the peer to connect to us for H.245. */
  startH245(address: MediaAddress): void {
    const elements = { facility: new Uint8Array(0) };
    this.#send('facility', facilityBody(this.#identity, address), { elements });
  }

  /** Digits as Q.931 keypad. */
  keypad(digits: string): void {
    this.#send('information', informationBody(this.#identity), {
      elements: { keypad: serializeText(digits) },
    });
  }

  /** Answers a Status Inquiry (cause 30), or a message we cannot take (97, 101). */
  status(q850Cause: number, state: CallState): void {
    const callState = serializeCallState(CALL_STATE_VALUES[state]);
    const elements = { cause: serializeCause(q850Cause), callState };
    this.#send('status', statusBody(this.#identity), { elements });
  }

  releaseComplete(q850Cause: number, h245Control?: readonly Uint8Array[]): void {
    const elements = { cause: serializeCause(q850Cause) };
    const body = releaseCompleteBody(this.#identity);
    this.#send('releaseComplete', body, h245Control ? { elements, h245Control } : { elements });
  }

  #send(type: Q931MessageType, body: H225Body, envelope: Omit<H225Envelope, 'isTunnelling'> = {}): void {
    const around = { ...envelope, isTunnelling: this.isTunnelling };
    this.#sink.send(serializeH225(type, this.#identity, body, around));
  }
}
