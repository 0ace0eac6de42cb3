/** Reads SIP out of a capture, over UDP and TCP, for the session descriptions in it. */
import type { AddressNumbers } from '../../media/capture/address-numbers.ts';
import type { RtpCapture, SignalingSink } from '../../media/capture/rtp-capture.ts';
import type { TcpReader } from '../../media/capture/tcp-reader.ts';
import type { PayloadMeaning } from '../../media/rtp/static-payload.ts';
import { parseAudioFormats } from '../../signaling/sdp/audio-formats.ts';
import type { SdpMedia, SdpSession } from '../../signaling/sdp/description.ts';
import { parseSdp } from '../../signaling/sdp/parse.ts';
import { SdpError } from '../../signaling/sdp/sdp-error.ts';
import { type SipMessage, SipRequest, SipResponse } from '../../signaling/sip/message.ts';
import { bodyParts } from '../../signaling/sip/multipart.ts';
import { parseMessage } from '../../signaling/sip/parse.ts';
import { SegmentOrder } from './segment-order.ts';
import { formatHostPort } from './stream-text.ts';

/** How a message begins: a method in capitals, or `SIP/2.0`. */
const FIRST_LETTER = 0x41;
const LAST_LETTER = 0x5a;
const SIP_START = /^(?:SIP\/2\.0 \d|[A-Z]+ \S+ SIP\/2\.0\r?$)/m;
const START_BYTES = 1024;
const CONNECTIONS_MAXIMUM = 1024;
/** More than these nobody reads. */
const LADDER_STEPS_MAXIMUM = 2000;

/** One message between two ends. */
export interface LadderStep {
  readonly atUs: number;
  readonly source: string;
  readonly destination: string;
  readonly callId: string;
  /** `INVITE`, or `200 OK`. */
  readonly text: string;
  readonly hasDescription: boolean;
}

type PacketEnds = Pick<TcpReader, 'source' | 'destination' | 'ports'>;

export class SipWatch implements SignalingSink {
  messages = 0;
  malformed = 0;
  /** The first of them. */
  readonly ladder: LadderStep[] = [];
  readonly #capture: RtpCapture;
  /** TCP connections that began with SIP, by direction. */
  readonly #connections = new Map<string, SegmentOrder>();

  constructor(capture: RtpCapture) {
    this.#capture = capture;
  }

  onDatagram(payload: Uint8Array, ends: PacketEnds, arrivalUs: number): void {
    if (isSip(payload)) this.#read(payload, ends, arrivalUs);
  }

  onSegment(payload: Uint8Array, segment: TcpReader, arrivalUs: number): void {
    const { source, destination, ports, sequenceNumber, isStart } = segment;
    const key = `${source},${destination},${ports}`;
    if (isStart) this.#connections.delete(key);
    let connection = this.#connections.get(key);
    if (connection === undefined) {
      if (!isSip(payload) || this.#connections.size >= CONNECTIONS_MAXIMUM) return;
      connection = new SegmentOrder(sequenceNumber);
      this.#connections.set(key, connection);
    }
    for (const message of connection.receive(sequenceNumber, payload)) {
      this.#read(message, segment, arrivalUs);
    }
    if (connection.isLost) this.#connections.delete(key);
  }

  #read(bytes: Uint8Array, ends: PacketEnds, arrivalUs: number): void {
    const parsed = parseMessage(bytes);
    if (parsed.kind === 'malformed') {
      this.malformed++;
      return;
    }
    this.messages++;
    const { addresses } = this.#capture.udp;
    if (this.ladder.length < LADDER_STEPS_MAXIMUM)
      this.ladder.push(describeStep(parsed.message, ends, arrivalUs, addresses));
    for (const session of sessionsOf(parsed.message)) describeSession(session, this.#capture);
  }
}

function describeStep(
  message: SipMessage,
  { source, destination, ports }: PacketEnds,
  atUs: number,
  addresses: AddressNumbers,
): LadderStep {
  const isResponse = message instanceof SipResponse;
  const method = message instanceof SipRequest ? message.method : '';
  return {
    atUs,
    source: formatHostPort(addresses.format(source), ports >>> 16),
    destination: formatHostPort(addresses.format(destination), ports & 0xffff),
    callId: message.headers.get('Call-ID') ?? '',
    text: isResponse ? `${message.statusCode} ${message.reasonPhrase}` : method,
    hasDescription: message.body.length > 0,
  };
}

function isSip(payload: Uint8Array): boolean {
  const first = payload[0] ?? 0;
  if (first < FIRST_LETTER || first > LAST_LETTER) return false;
  return SIP_START.test(Buffer.from(payload.subarray(0, START_BYTES)).toString('latin1'));
}

function sessionsOf(message: SipMessage): SdpSession[] {
  const parts = bodyParts(message) ?? [];
  return parts
    .filter(({ contentType }) => contentType.mediaType === 'application/sdp')
    .flatMap(({ bytes }) => {
      try {
        return [parseSdp(bytes)];
      } catch (error) {
        if (error instanceof SdpError) return [];
        throw error;
      }
    });
}

function describeSession(session: SdpSession, capture: RtpCapture): void {
  for (const media of session.media) {
    const address = addressOf(session, media, capture.udp.addresses);
    if (media.port === 0 || address === null || !media.protocol.includes('RTP/')) continue;
    const formats = new Map<number, PayloadMeaning>(
      parseAudioFormats(media).map(({ payloadType, encodingName, clockRateHz }) => [
        payloadType,
        { encodingName, clockRateHz },
      ]),
    );
    capture.describe(address, media.port, { formats, isEncrypted: media.protocol.includes('SAVP') });
  }
}

function addressOf(session: SdpSession, media: SdpMedia, addresses: AddressNumbers): number | null {
  const address = (media.connection ?? session.connection)?.address;
  return address === undefined ? null : addresses.parse(address);
}
