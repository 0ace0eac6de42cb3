/** Reads the SIP messages of a capture, for the session descriptions in them. */
import type { AddressNumbers } from '../../media/capture/address-numbers.ts';
import type { RtpCapture } from '../../media/capture/rtp-capture.ts';
import type { PayloadMeaning } from '../../media/rtp/static-payload.ts';
import { parseAudioFormats } from '../../signaling/sdp/audio-formats.ts';
import type { SdpMedia, SdpSession } from '../../signaling/sdp/description.ts';
import { parseSdp } from '../../signaling/sdp/parse.ts';
import { SdpError } from '../../signaling/sdp/sdp-error.ts';
import { type SipMessage, SipRequest, SipResponse } from '../../signaling/sip/message.ts';
import { bodyParts } from '../../signaling/sip/multipart.ts';
import { parseMessage } from '../../signaling/sip/parse.ts';
import type { Ladder, PacketEnds } from './ladder.ts';

/** How a message begins: a method in capitals, or `SIP/2.0`. */
const FIRST_LETTER = 0x41;
const LAST_LETTER = 0x5a;
const SIP_START = /^(?:SIP\/2\.0 \d|[A-Z]+ \S+ SIP\/2\.0\r?$)/m;
const START_BYTES = 1024;

export function isSip(payload: Uint8Array): boolean {
  const first = payload[0] ?? 0;
  if (first < FIRST_LETTER || first > LAST_LETTER) return false;
  return SIP_START.test(Buffer.from(payload.subarray(0, START_BYTES)).toString('latin1'));
}

export class SipWatch {
  messages = 0;
  malformed = 0;
  readonly #capture: RtpCapture;
  readonly #ladder: Ladder;

  constructor(capture: RtpCapture, ladder: Ladder) {
    this.#capture = capture;
    this.#ladder = ladder;
  }

  /** Takes one message. */
  read(bytes: Uint8Array, ends: PacketEnds, atUs: number): void {
    const parsed = parseMessage(bytes);
    if (parsed.kind === 'malformed') {
      this.malformed++;
      return;
    }
    this.messages++;
    const { message } = parsed;
    this.#ladder.add(ends, {
      atUs,
      protocol: 'SIP',
      callId: message.headers.get('Call-ID') ?? '',
      text: describeStart(message),
      note: message.body.length > 0 ? 'SDP' : '',
    });
    for (const session of sessionsOf(message)) describeSession(session, this.#capture);
  }
}

function describeStart(message: SipMessage): string {
  if (message instanceof SipResponse) return `${message.statusCode} ${message.reasonPhrase}`;
  return message instanceof SipRequest ? message.method : '';
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
    const isEncrypted = media.protocol.includes('SAVP');
    capture.describe(address, media.port, { protocol: 'SDP', formats, isEncrypted });
  }
}

function addressOf(session: SdpSession, media: SdpMedia, addresses: AddressNumbers): number | null {
  const address = (media.connection ?? session.connection)?.address;
  return address === undefined ? null : addresses.parse(address);
}
