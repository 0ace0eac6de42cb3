/**
 * Counts the RTP streams of a capture: the sink between a capture's packets and `ReceiveStreams`, with the very
 * arithmetic of live legs. Whatever might be RTP is counted; `capture-report.ts` says what was.
 */
import { ReceiveStreams } from '../receive/receive-stream.ts';
import { AUDIO } from '../receive/reception.ts';
import { RECORD_WORDS, WORD_PACKETS } from '../receive/stream-record.ts';
import { StreamTable } from '../receive/stream-table.ts';
import { TsharkStatistics } from '../receive/tshark-statistics.ts';
import { isRtcpPacketType } from '../rtp/demultiplex.ts';
import { isPlausiblePayloadType, staticPayload } from '../rtp/static-payload.ts';
import { awaitNext, settleRun } from './awaited-packet.ts';
import type { BulkCore } from './bulk/bulk-core.ts';
import { ArrayCounter, type BulkCounter, CoreCounter } from './bulk-counter.ts';
import type { PacketBatch, PacketSink, RecordLayout } from './capture-format.ts';
import { addRows, addRowsInCore, BELIEVED_PACKETS } from './interval-end.ts';
import { IntervalRows } from './interval-rows.ts';
import { KnownMedia, type PortRange } from './known-media.ts';
import { findIpPacket, LINK_ETHERNET } from './link-layer.ts';
import { RtcpWatch } from './rtcp-watch.ts';
import type { SignalingSink } from './signaling-sink.ts';
import { StreamCourse } from './stream-course.ts';
import { type DescribedMedia, StreamPayloads } from './stream-payloads.ts';
import { TcpReader } from './tcp-reader.ts';
import { UdpReader } from './udp-reader.ts';

export interface RtpCaptureOptions {
  /** Of the rows; divides a minute, which is the default. */
  readonly intervalUs?: number;
  /** UDP ports where everything of version 2 is RTP. */
  readonly rtpPorts?: readonly PortRange[];
  /** Count by tshark's definitions too. */
  readonly isTsharkCompatible?: boolean;
}

const HEADER_LENGTH = 12; // RFC 3550 §5.1
const RTCP_LENGTH_MINIMUM = 8;
const MINUTE_US = 60_000_000;
const CLOCK_RATE_DEFAULT_HZ = 8000;
/** A stranger who said nothing for so long is forgotten. */
const STRANGER_PATIENCE_US = 10_000_000;
const STREAMS_BEFORE_SWEEP = 65_536;
const STREAMS_MAXIMUM = 1_000_000;

export class RtpCapture implements PacketSink {
  readonly streams: ReceiveStreams;
  readonly table: StreamTable;
  readonly udp = new UdpReader();
  readonly rtcp: RtcpWatch;
  readonly rows = new IntervalRows();
  readonly payloads: StreamPayloads;
  readonly course: StreamCourse;
  readonly tshark: TsharkStatistics | null;
  readonly intervalUs: number;
  /** Where signaling is looked for; null leaves it unread. */
  signaling: SignalingSink | null = null;
  packets = 0;
  rtpPackets = 0;
  rtcpPackets = 0;
  /** Arrival of the first packet of the capture. */
  beginUs = 0;
  /** Streams that were not counted because there were too many already. */
  refusedStreams = 0;
  readonly #tcp = new TcpReader(this.udp.addresses);
  readonly #known: KnownMedia;
  readonly #core: BulkCore | null;
  readonly #counter: BulkCounter;
  #hasLateDescriptions = false;
  #interval = -1;
  #intervalEndUs = Number.NEGATIVE_INFINITY;
  #sweepAt = STREAMS_BEFORE_SWEEP;

  /** @param core counts faster, in its own memory; the decoder has to have the same */
  constructor(
    { intervalUs = MINUTE_US, rtpPorts = [], isTsharkCompatible = false }: RtpCaptureOptions = {},
    core: BulkCore | null = null,
  ) {
    this.streams = new ReceiveStreams(16, core?.records ?? null);
    this.table = new StreamTable(this.streams, core?.createIndex.bind(core));
    this.rtcp = new RtcpWatch(core?.rtcp ?? null);
    this.#core = core;
    this.payloads = new StreamPayloads(this.streams, core?.audioTypes);
    this.course = new StreamCourse(this.streams, core);
    const reference = new ArrayCounter(this, this.#receiveRtp.bind(this));
    this.#counter = core === null ? reference : new CoreCounter(core, this.table, this.rtcp, reference);
    this.intervalUs = intervalUs;
    this.tshark = isTsharkCompatible ? new TsharkStatistics() : null;
    this.#known = new KnownMedia(rtpPorts);
  }

  /** Signaling said what arrives at an address. */
  describe(address: number, port: number, media: DescribedMedia): void {
    this.#known.describe(address, port, media);
    this.#hasLateDescriptions = this.table.size > 0;
  }

  /**
   * Memory of all streams: records, index and what is kept beside them. Without rows, and without what RTCP adds to
   * the streams that have it.
   */
  get stateBytes(): number {
    const { streams, table, course } = this;
    // Of the payloads a byte each.
    return streams.stateBytes + table.index.byteLength + streams.slots + course.stateBytes;
  }

  isHinted(ports: number): boolean {
    return this.#known.isHinted(ports);
  }

  countPlain(view: DataView, from: number, layout: RecordLayout): number {
    if (this.tshark !== null || layout.linkType !== LINK_ETHERNET) return from;
    const allowance = { isRtcpReadable: !this.#known.hasEncrypted, streams: this.#openableStreams };
    const to = this.#counter.countPlain(view, from, layout, this.#intervalEndUs, allowance);
    const { counted, known, rtcpCounted, later } = this.#counter;
    this.packets += counted + rtcpCounted + known;
    this.rtpPackets += counted;
    this.rtcpPackets += rtcpCounted;
    if (later !== null) this.onPackets(view, later);
    return to;
  }

  onPackets(view: DataView, batch: PacketBatch): void {
    for (let index = 0; index < batch.count; index++) this.#receivePacket(view, batch, index);
  }

  /** Before the records are read: plain packets are in them only as a number by then. */
  settle(): void {
    for (let slot = 0; slot < this.streams.slots; slot++) settleRun(this.streams.words, slot);
  }

  /** The last interval ends with the capture. Once only. */
  end(): void {
    this.#endInterval();
  }

  /** Any packet; mostly one that `countPlain` leaves. */
  #receivePacket(view: DataView, batch: PacketBatch, index: number): void {
    const offset = batch.offsets[index] as number;
    const length = batch.lengths[index] as number;
    const linkType = batch.linkTypes[index] as number;
    const arrivalUs = batch.arrivalsUs[index] as number;
    const end = offset + length;
    this.packets++;
    if (arrivalUs >= this.#intervalEndUs) this.#turnInterval(arrivalUs);
    const ip = findIpPacket(view, offset, length, linkType);
    if (this.udp.read(view, ip, end)) {
      this.#receive(this.udp, arrivalUs);
    } else if (this.signaling !== null && this.#tcp.read(view, ip, end)) {
      const { payloadOffset, payloadLength } = this.#tcp;
      const payload = new Uint8Array(view.buffer, view.byteOffset + payloadOffset, payloadLength);
      this.signaling.onSegment(payload, this.#tcp, arrivalUs);
    }
  }

  #receive(udp: UdpReader, arrivalUs: number): void {
    const { view, payloadOffset: at, payloadLength: length } = udp;
    if (length < RTCP_LENGTH_MINIMUM) return;
    const first = view.getInt32(at);
    const second = (first >>> 16) & 0xff;
    if (first >>> 30 !== 2 || isRtcpPacketType(second) || length < HEADER_LENGTH) {
      this.#receiveOther(udp, arrivalUs);
      return;
    }
    const slot = this.#slotOf(udp, arrivalUs);
    if (slot >= 0) this.#receiveRtp(slot, view, at, length, udp.sentLength, arrivalUs);
  }

  #receiveRtp(
    slot: number,
    view: DataView,
    at: number,
    length: number,
    sentLength: number,
    arrivalUs: number,
  ): void {
    const first = view.getInt32(at);
    const second = (first >>> 16) & 0xff;
    settleRun(this.streams.words, slot);
    this.rtpPackets++;
    const isKnownAudio = this.payloads.audioTypes[slot] === (second & 0x7f);
    const kind = isKnownAudio ? AUDIO : this.payloads.meet(slot, view, at, length, arrivalUs);
    const timestamp = view.getInt32(at + 4);
    const isMarked = (second & 0x80) !== 0;
    const number = first & 0xffff;
    this.course.prepare(slot);
    const { streams } = this;
    const reception = streams.receive(slot, number, timestamp, sentLength, isMarked, arrivalUs, kind);
    this.course.follow(slot, number, timestamp, isMarked, arrivalUs, kind, reception);
    awaitNext(this.streams.words, this.streams.doubles, slot, this.payloads.audioTypes[slot] as number);
    if (this.tshark !== null) this.#receiveForTshark(slot, first, timestamp >>> 0, arrivalUs);
  }

  /** RTCP, or no media at all. */
  #receiveOther(udp: UdpReader, arrivalUs: number): void {
    const { view, payloadOffset: at, payloadLength: length, source, destination, ports } = udp;
    const packetType = view.getUint8(at + 1);
    // RFC 5761 §4
    if (view.getUint8(at) >>> 6 === 2 && packetType >= 192 && packetType <= 223) {
      this.rtcpPackets++;
      const isReadable = this.#known.find(source, destination, ports)?.isEncrypted !== true;
      if (isReadable) this.rtcp.receive(view, at, length, source, destination, ports, arrivalUs);
    } else if (this.signaling !== null) {
      this.signaling.onDatagram(new Uint8Array(view.buffer, view.byteOffset + at, length), udp, arrivalUs);
    }
  }

  /** How many there may be before one more needs a closer look: none while what signaling says may change it. */
  get #openableStreams(): number {
    const isInTurn = this.table.size === this.streams.slots;
    return isInTurn && !this.#known.isDescribed ? Math.min(this.#sweepAt, STREAMS_MAXIMUM) : 0;
  }

  /** @returns −1 for what can be no stream */
  #slotOf(udp: UdpReader, arrivalUs: number): number {
    const { view, payloadOffset: at, payloadLength: length, source, destination, ports } = udp;
    const synchronizationSource = view.getInt32(at + 8);
    const known = this.table.find(source, destination, ports, synchronizationSource);
    if (known >= 0) return known;
    const described = this.#known.find(source, destination, ports);
    if (described === null && !this.isHinted(ports)) {
      const headerLength = HEADER_LENGTH + (view.getUint8(at) & 0x0f) * 4;
      if (headerLength > length || !isPlausiblePayloadType(view.getUint8(at + 1) & 0x7f)) return -1;
    }
    if (this.table.size >= this.#sweepAt) this.#sweep(arrivalUs);
    if (this.table.size >= STREAMS_MAXIMUM) {
      this.refusedStreams++;
      return -1;
    }
    const slot = this.table.open(source, destination, ports, synchronizationSource, CLOCK_RATE_DEFAULT_HZ);
    this.payloads.begin(slot, described);
    this.course.begin(slot, arrivalUs);
    this.tshark?.clear(slot);
    return slot;
  }

  #receiveForTshark(slot: number, first: number, timestamp: number, arrivalUs: number): void {
    const payloadType = (first >>> 16) & 0x7f;
    const isMarked = (first & 0x0080_0000) !== 0;
    // tshark 4.0 learns dynamic types from SDP, not from H.245.
    const described = this.payloads.describedBy(slot);
    const isKnown = described?.protocol === 'SDP';
    const meaning = (isKnown ? described.formats.get(payloadType) : null) ?? staticPayload(payloadType);
    const clockRateHz = meaning?.encodingName === 'telephone-event' ? 0 : (meaning?.clockRateHz ?? 0);
    const arrivalMs = (arrivalUs - this.beginUs) / 1000;
    this.tshark?.receive(slot, first & 0xffff, timestamp, isMarked, payloadType, clockRateHz, arrivalMs);
  }

  /** A packet beyond the interval: time went on, perhaps by more than one. */
  #turnInterval(arrivalUs: number): void {
    if (this.#interval < 0) this.beginUs = arrivalUs;
    else this.#endInterval();
    this.#interval = Math.floor((arrivalUs - this.beginUs) / this.intervalUs);
    this.#intervalEndUs = this.beginUs + (this.#interval + 1) * this.intervalUs;
  }

  #endInterval(): void {
    if (this.#hasLateDescriptions) this.#describeLate();
    this.#hasLateDescriptions = false;
    if (this.#core !== null && !this.#known.isAny) {
      addRowsInCore(this, this.#interval, this.#core);
    } else {
      addRows(this, this.#interval, (slot) => this.#isBelieved(slot));
    }
  }

  #describeLate(): void {
    this.settle();
    for (let slot = 0; slot < this.streams.slots; slot++) {
      if (this.payloads.describedBy(slot) !== null) continue;
      const { source, destination, ports } = this.table.key(slot);
      const described = this.#known.find(source, destination, ports);
      if (described === null) continue;
      this.payloads.describe(slot, described);
      awaitNext(this.streams.words, this.streams.doubles, slot, this.payloads.audioTypes[slot] as number);
    }
  }

  /** Forgets who sent a packet or three that looked like RTP, long ago: a capture is full of chance. */
  #sweep(nowUs: number): void {
    this.settle();
    for (let slot = 0; slot < this.streams.slots; slot++) {
      const packets = this.streams.words[slot * RECORD_WORDS + WORD_PACKETS] as number;
      if (packets === 0 || this.#isBelieved(slot)) continue;
      if (nowUs - this.course.skew.beginUs(slot) > STRANGER_PATIENCE_US) this.table.close(slot);
    }
    this.#sweepAt = Math.max(STREAMS_BEFORE_SWEEP, this.table.size * 2);
  }

  /** Of a stranger a few packets wait until more of them come. */
  #isBelieved(slot: number): boolean {
    if ((this.streams.words[slot * RECORD_WORDS + WORD_PACKETS] as number) >= BELIEVED_PACKETS) return true;
    return this.payloads.describedBy(slot) !== null || this.isHinted(this.table.key(slot).ports);
  }
}
