/** What the two sides of one H.323 call say about where they receive media, and what. */
import type { RtpCapture } from '../../media/capture/rtp-capture.ts';
import type { DescribedMedia } from '../../media/capture/stream-payloads.ts';
import type {
  MultimediaSystemControlMessage,
  OpenLogicalChannel,
  OpenLogicalChannelAck,
} from '../../signaling/h323/h245-types.ts';
import { decodeType } from '../../signaling/h323/messages.ts';
import { PerError } from '../../signaling/h323/per/per-error.ts';
import { readH245Address } from '../../signaling/h323/transport-address.ts';
import { type AnyChoice, describeDataType } from './h245-media.ts';

/** 0 is the side that was heard first, mostly the caller. */
export type Side = 0 | 1;

const CHANNELS_MAXIMUM = 256;
const EVENT_CLOCK_RATE_HZ = 8000;

interface SideState {
  /** Channels it opened to send in, by number. */
  readonly channels: Map<number, DescribedMedia>;
  /** Where it receives. */
  readonly receivers: { readonly address: number; readonly port: number }[];
  /** The payload type with which it wants RFC 4733 events. */
  eventType: number | null;
}

export class H323Session {
  /** Call identifier; empty until a message says it. */
  callId = '';
  readonly #capture: RtpCapture;
  readonly #sides: readonly [SideState, SideState] = [createSide(), createSide()];

  constructor(capture: RtpCapture) {
    this.#capture = capture;
  }

  /** H.323 §8.1.7: whoever proposes or accepts a channel with an address in it receives there. */
  receiveFastStart(elements: readonly Uint8Array[], side: Side): void {
    for (const element of elements.slice(0, CHANNELS_MAXIMUM)) {
      try {
        this.#open(decodeType('h245.OpenLogicalChannel', element) as OpenLogicalChannel, side);
      } catch (error) {
        if (!(error instanceof PerError)) throw error;
      }
    }
  }

  receiveH245({ value }: MultimediaSystemControlMessage, side: Side): void {
    switch (value.choice) {
      case 'openLogicalChannel':
        this.#open(value.value, side);
        break;
      case 'openLogicalChannelAck':
        this.#acknowledge(value.value, side);
        break;
      case 'terminalCapabilitySet':
        for (const { capability } of value.value.capabilityTable ?? []) {
          if (capability?.choice === 'receiveRTPAudioTelephonyEventCapability') {
            this.#sides[side].eventType = capability.value.dynamicRTPPayloadType;
          }
        }
        for (const { address, port } of this.#sides[side].receivers)
          this.#describeEvents(address, port, side);
        break;
      default:
    }
  }

  /** The forward direction is the opener's to send in, the reverse one the other side's (H.245 §C.4). */
  #open(open: OpenLogicalChannel, side: Side): void {
    const forward = open.forwardLogicalChannelParameters;
    const reverse = open.reverseLogicalChannelParameters;
    for (const { dataType, multiplexParameters } of reverse === undefined ? [forward] : [forward, reverse]) {
      if (multiplexParameters?.choice !== 'h2250LogicalChannelParameters') continue;
      const { mediaChannel, dynamicRTPPayloadType } = multiplexParameters.value;
      const media = describeDataType(dataType as AnyChoice, dynamicRTPPayloadType);
      if (media === null) continue;
      const { channels } = this.#sides[side];
      const isForward = multiplexParameters === forward.multiplexParameters;
      if (isForward && channels.size < CHANNELS_MAXIMUM) {
        channels.set(open.forwardLogicalChannelNumber, media);
      }
      this.#describe(readH245Address(mediaChannel), media, side);
    }
  }

  /** Whoever acknowledges a channel receives in it. */
  #acknowledge(acknowledgement: OpenLogicalChannelAck, side: Side): void {
    const media = this.#sides[side === 0 ? 1 : 0].channels.get(acknowledgement.forwardLogicalChannelNumber);
    const parameters = acknowledgement.forwardMultiplexAckParameters?.value;
    if (media === undefined || parameters === undefined) return;
    this.#describe(readH245Address(parameters.mediaChannel), media, side);
  }

  #describe(where: ReturnType<typeof readH245Address>, media: DescribedMedia, side: Side): void {
    const address = where === null ? null : this.#capture.udp.addresses.parse(where.address);
    if (where === null || address === null || where.port === 0) return;
    // A copy: each address comes to know more than one codec.
    this.#capture.describe(address, where.port, { ...media, formats: new Map(media.formats) });
    const { receivers } = this.#sides[side];
    const isNew = !receivers.some((one) => one.address === address && one.port === where.port);
    if (isNew && receivers.length < CHANNELS_MAXIMUM) receivers.push({ address, port: where.port });
    this.#describeEvents(address, where.port, side);
  }

  #describeEvents(address: number, port: number, side: Side): void {
    const { eventType } = this.#sides[side];
    if (eventType === null) return;
    const meaning = { encodingName: 'telephone-event', clockRateHz: EVENT_CLOCK_RATE_HZ };
    const formats = new Map([[eventType, meaning]]);
    this.#capture.describe(address, port, { protocol: 'H.245', formats, isEncrypted: false });
  }
}

function createSide(): SideState {
  return { channels: new Map(), receivers: [], eventType: null };
}
