/**
 * Packets of one leg sent on by another, not decoded: both have the codec in common. The stream sent is still the
 * leg's own, with its SSRC and its RTCP; what the packets tell each other by sequence number and timestamp is kept,
 * so that the far end sees the gaps, the order and the clock of the source.
 */
import { createRtpHeader, type RtpHeader, readRtpHeader } from '../rtp/packet.ts';
import { SRTP_OVERHEAD_MAXIMUM } from '../srtp/srtp-suite.ts';
import type { MediaSession, PayloadFormat, RelayImpairment, TransportAddress } from './media-leg.ts';
import type { PacketSender } from './packet-sender.ts';

const NO_PAYLOAD_TYPE = -1;
export const NO_IMPAIRMENT: RelayImpairment = { lossPercent: 0, jitterMs: 0 };

/** A packet held back on purpose. */
interface LatePacket {
  /** With room behind it for what protecting it adds. */
  readonly packet: Uint8Array<ArrayBuffer>;
  readonly length: number;
  readonly dueMs: number;
}

export interface RelayOutput {
  sendRtp(packet: Uint8Array, to: TransportAddress): void;
  /** As it is, whatever it is. */
  sendDatagram(datagram: Uint8Array, to: TransportAddress): void;
}

/** Where the leg sends to; null while it sends nowhere. */
interface RelayDestination {
  readonly remote: TransportAddress | null;
  /** An address as the socket writes it. */
  socketForm(remote: TransportAddress | null): TransportAddress | null;
}

export class LegRelay {
  readonly #sender: PacketSender;
  readonly #output: RelayOutput;
  readonly #destination: RelayDestination;
  readonly #random: () => number;
  #session: MediaSession | null = null;
  #maySend = false;
  /** What was translated last, of whose numbers, and into what. */
  #translatedType = NO_PAYLOAD_TYPE;
  #translatedFrom: MediaSession | null = null;
  #translation = NO_PAYLOAD_TYPE;
  #target: LegRelay | null = null;
  #impairment = NO_IMPAIRMENT;
  #late: LatePacket[] = [];
  readonly #lateHeader = createRtpHeader();
  #feeder: LegRelay | null = null;
  /** Where datagrams that are no RTP come from and go to; null while there are none. */
  #datagrams: TransportAddress | null = null;

  constructor(
    sender: PacketSender,
    output: RelayOutput,
    destination: RelayDestination,
    random: () => number,
  ) {
    this.#sender = sender;
    this.#output = output;
    this.#destination = destination;
    this.#random = random;
  }

  /** Whether what this leg sends comes from another one: it makes no packets of its own then. */
  get isFed(): boolean {
    return this.#feeder !== null;
  }

  /** Whether what comes in goes out elsewhere as it is. */
  get isPassing(): boolean {
    return this.#target !== null;
  }

  /** Whether packets pass both ways at once, and none is held back. */
  get isThrough(): boolean {
    return this.isPassing && this.isFed && this.#late.length === 0 && this.#impairment.jitterMs === 0;
  }

  update(session: MediaSession): void {
    this.#session = session;
    this.#maySend = session.direction === 'sendrecv' || session.direction === 'sendonly';
    this.#translatedFrom = null;
  }

  /** From now on what comes in goes out there, impaired on purpose; null ends it. */
  to(target: LegRelay | null, impairment = NO_IMPAIRMENT): void {
    const previous = this.#target;
    if (previous !== null && previous.#feeder === this) {
      previous.#feeder = null;
      previous.#sender.endRelay();
    }
    this.#target = target;
    this.#impairment = impairment;
    this.#late = [];
    if (target !== null) target.#feeder = this;
  }

  /**
   * From now on the other side exchanges with this address something that is not RTP, as UDPTL of fax: it is passed on
   * as it is by the leg this one relays to. Null: RTP again.
   */
  carryDatagrams(remote: TransportAddress | null): void {
    this.#datagrams = this.#destination.socketForm(remote);
  }

  /** Whether a datagram, the first `length` bytes of `packet`, is none of RTP's; it is passed on then, if it came from the right place. */
  passDatagram(packet: Uint8Array, length: number, address: string, port: number): boolean {
    const from = this.#datagrams;
    if (from === null) return false;
    const isExpected = from.address === address && from.port === port;
    if (isExpected && this.#target !== null) this.#target.#emitDatagram(packet.subarray(0, length));
    return true;
  }

  #emitDatagram(datagram: Uint8Array): void {
    if (this.#datagrams !== null) this.#output.sendDatagram(datagram, this.#datagrams);
  }

  close(): void {
    this.#datagrams = null;
    this.to(null);
    this.#session = null;
  }

  /** A packet came in, its header read from `packet`, which `view` looks at too; it is not as it was afterwards. */
  pass(header: RtpHeader, packet: Uint8Array, view: DataView, nowMs: number): void {
    const target = this.#target;
    if (target === null || this.#session === null) return;
    const { lossPercent, jitterMs } = this.#impairment;
    if (lossPercent > 0 && this.#random() * 100 < lossPercent) return;
    if (jitterMs > 0) {
      const length = header.payloadOffset + header.payloadLength;
      const kept = new Uint8Array(length + SRTP_OVERHEAD_MAXIMUM);
      kept.set(packet.subarray(0, length));
      this.#late.push({ packet: kept, length, dueMs: nowMs + this.#random() * jitterMs });
    } else target.emit(header, packet, view, this.#session);
  }

  /** Every 20 ms: what was held back long enough goes out, and may have been overtaken. */
  advance(nowMs: number): void {
    if (this.#late.length === 0) return;
    const due = this.#late.filter(({ dueMs }) => dueMs <= nowMs).sort((a, b) => a.dueMs - b.dueMs);
    this.#late = this.#late.filter(({ dueMs }) => dueMs > nowMs);
    for (const { packet, length } of due) {
      const view = new DataView(packet.buffer);
      const isValid = readRtpHeader(view, 0, length, this.#lateHeader);
      if (isValid && this.#session !== null)
        this.#target?.emit(this.#lateHeader, packet, view, this.#session);
    }
  }

  /** Sends what came in at the leg of `source`. */
  emit(header: RtpHeader, packet: Uint8Array, view: DataView, source: MediaSession): void {
    const own = this.#session;
    const { remote } = this.#destination;
    if (own === null || remote === null || !this.#maySend) return;
    const payloadType = this.#translate(header.payloadType, source, own);
    if (payloadType === NO_PAYLOAD_TYPE) return;
    this.#output.sendRtp(this.#sender.relay(header, packet, view, payloadType), remote);
  }

  #translate(payloadType: number, source: MediaSession, own: MediaSession): number {
    if (payloadType !== this.#translatedType || source !== this.#translatedFrom) {
      this.#translatedType = payloadType;
      this.#translatedFrom = source;
      this.#translation = translatePayloadType(payloadType, source, own);
    }
    return this.#translation;
  }
}

/** Each side numbers its formats by itself. What the other side did not agree on is not sent. */
function translatePayloadType(payloadType: number, from: MediaSession, to: MediaSession): number {
  const isPreferred = payloadType === from.format.payloadType;
  if (isPreferred && from.format.encodingName === to.format.encodingName) return to.format.payloadType;
  if (payloadType === from.telephoneEvent?.payloadType) return typeOf(to.telephoneEvent);
  if (payloadType === from.comfortNoise?.payloadType) return typeOf(to.comfortNoise);
  const isOfCodec = (format: PayloadFormat): boolean =>
    format.payloadType === payloadType && format.encodingName === to.format.encodingName;
  return isOfCodec(from.format) || from.receiveFormats.some(isOfCodec)
    ? to.format.payloadType
    : NO_PAYLOAD_TYPE;
}

function typeOf(format: PayloadFormat | null): number {
  return format?.payloadType ?? NO_PAYLOAD_TYPE;
}
