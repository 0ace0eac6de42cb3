/** Reads SIP out of a capture, over UDP and TCP, for the session descriptions in it. */
import type { AddressNumbers } from '../../media/capture/address-numbers.ts';
import type { RtpCapture, SignalingSink } from '../../media/capture/rtp-capture.ts';
import type { TcpReader } from '../../media/capture/tcp-reader.ts';
import type { PayloadMeaning } from '../../media/rtp/static-payload.ts';
import { parseAudioFormats } from '../../signaling/sdp/audio-formats.ts';
import type { SdpMedia, SdpSession } from '../../signaling/sdp/description.ts';
import { parseSdp } from '../../signaling/sdp/parse.ts';
import { SdpError } from '../../signaling/sdp/sdp-error.ts';
import type { SipMessage } from '../../signaling/sip/message.ts';
import { bodyParts } from '../../signaling/sip/multipart.ts';
import { parseMessage } from '../../signaling/sip/parse.ts';
import { SegmentOrder } from './segment-order.ts';

/** How a message begins: a method in capitals, or `SIP/2.0`. */
const FIRST_LETTER = 0x41;
const LAST_LETTER = 0x5a;
const SIP_START = /^(?:SIP\/2\.0 \d|[A-Z]+ \S+ SIP\/2\.0\r?$)/m;
const START_BYTES = 1024;
const CONNECTIONS_MAXIMUM = 1024;

export class SipWatch implements SignalingSink {
  messages = 0;
  malformed = 0;
  readonly #capture: RtpCapture;
  /** TCP connections that began with SIP, by direction. */
  readonly #connections = new Map<string, SegmentOrder>();

  constructor(capture: RtpCapture) {
    this.#capture = capture;
  }

  onDatagram(payload: Uint8Array): void {
    if (isSip(payload)) this.#read(payload);
  }

  onSegment(payload: Uint8Array, { source, destination, ports, sequenceNumber, isStart }: TcpReader): void {
    const key = `${source},${destination},${ports}`;
    if (isStart) this.#connections.delete(key);
    let connection = this.#connections.get(key);
    if (connection === undefined) {
      if (!isSip(payload) || this.#connections.size >= CONNECTIONS_MAXIMUM) return;
      connection = new SegmentOrder(sequenceNumber);
      this.#connections.set(key, connection);
    }
    for (const message of connection.receive(sequenceNumber, payload)) this.#read(message);
    if (connection.isLost) this.#connections.delete(key);
  }

  #read(bytes: Uint8Array): void {
    const parsed = parseMessage(bytes);
    if (parsed.kind === 'malformed') {
      this.malformed++;
      return;
    }
    this.messages++;
    for (const session of sessionsOf(parsed.message)) describeSession(session, this.#capture);
  }
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
