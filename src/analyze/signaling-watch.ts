/** Looks for signaling in a capture: SIP over UDP and TCP, H.225.0 and H.245 over TCP. */
import type { RtpCapture } from '../../media/capture/rtp-capture.ts';
import type { SignalingSink } from '../../media/capture/signaling-sink.ts';
import type { TcpReader } from '../../media/capture/tcp-reader.ts';
import { TpktFramer } from '../../signaling/h323/tpkt.ts';
import { StreamFramer } from '../../signaling/sip/stream-framer.ts';
import { H323Watch } from './h323-watch.ts';
import { Ladder, type PacketEnds } from './ladder.ts';
import { type MessageFramer, SegmentOrder } from './segment-order.ts';
import { isSip, SipWatch } from './sip-watch.ts';

const CONNECTIONS_MAXIMUM = 1024;
const TPKT_VERSION = 3; // RFC 1006 §6, and a reserved octet of zero

interface Connection {
  readonly protocol: 'SIP' | 'H.323';
  readonly order: SegmentOrder;
}

export class SignalingWatch implements SignalingSink {
  readonly ladder: Ladder;
  readonly sip: SipWatch;
  readonly h323: H323Watch;
  /** TCP connections that began with a message, by direction. */
  readonly #connections = new Map<string, Connection>();

  constructor(capture: RtpCapture) {
    this.ladder = new Ladder(capture.udp.addresses);
    this.sip = new SipWatch(capture, this.ladder);
    this.h323 = new H323Watch(capture, this.ladder);
  }

  onDatagram(payload: Uint8Array, ends: PacketEnds, arrivalUs: number): void {
    if (isSip(payload)) this.sip.read(payload, ends, arrivalUs);
  }

  onSegment(payload: Uint8Array, segment: TcpReader, arrivalUs: number): void {
    const { source, destination, ports, sequenceNumber, isStart } = segment;
    const key = `${source},${destination},${ports}`;
    if (isStart) this.#connections.delete(key);
    if (payload.length === 0) return;
    const connection = this.#connections.get(key) ?? this.#begin(key, payload, sequenceNumber);
    if (connection === null) return;
    const { protocol, order } = connection;
    for (const message of order.receive(sequenceNumber, payload)) {
      if (protocol === 'SIP') this.sip.read(message, segment, arrivalUs);
      else if (!this.h323.read(message, segment, arrivalUs)) order.isLost = true;
    }
    if (order.isLost) this.#connections.delete(key);
  }

  #begin(key: string, payload: Uint8Array, sequenceNumber: number): Connection | null {
    const protocol = isSip(payload) ? 'SIP' : isTpkt(payload) ? 'H.323' : null;
    if (protocol === null) return null;
    if (this.#connections.size >= CONNECTIONS_MAXIMUM) {
      const [oldest] = this.#connections.keys();
      if (oldest !== undefined) this.#connections.delete(oldest);
    }
    const order = new SegmentOrder(sequenceNumber, protocol === 'SIP' ? frameSip() : frameTpkt());
    const connection: Connection = { protocol, order };
    this.#connections.set(key, connection);
    return connection;
  }
}

function isTpkt(payload: Uint8Array): boolean {
  return payload[0] === TPKT_VERSION && payload[1] === 0 && payload.length >= 4;
}

function frameSip(): MessageFramer {
  const framer = new StreamFramer();
  return (piece) => {
    const frames = framer.push(piece);
    return {
      messages: frames.flatMap((frame) => (frame.kind === 'message' ? [frame.bytes] : [])),
      isBroken: frames.some(({ kind }) => kind === 'fault'),
    };
  };
}

function frameTpkt(): MessageFramer {
  const framer = new TpktFramer();
  return (piece) => {
    const { payloads, fault } = framer.push(piece);
    return { messages: payloads, isBroken: fault !== null };
  };
}
