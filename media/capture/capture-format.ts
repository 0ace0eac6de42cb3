/** What a capture format and its reader say to each other. */

export const BATCH_PACKETS = 256;

/** Of equal length. */
export interface BatchArrays {
  /** Into the view that comes with the batch. */
  readonly offsets: Int32Array;
  /** Bytes captured, perhaps fewer than were on the wire. */
  readonly lengths: Int32Array;
  /** LINKTYPE_ of the first header (www.tcpdump.org/linktypes.html). */
  readonly linkTypes: Int32Array;
  /** Microseconds since the Unix epoch; a fraction where the capture has nanoseconds. */
  readonly arrivalsUs: Float64Array;
}

function createBatchArrays(): BatchArrays {
  const words = (): Int32Array => new Int32Array(BATCH_PACKETS);
  const arrivalsUs = new Float64Array(BATCH_PACKETS);
  return { offsets: words(), lengths: words(), linkTypes: words(), arrivalsUs };
}

/**
 * Captured packets in their order, by number. In batches, since an arrival time that is handed from function to
 * function one by one is an object on the heap each time.
 */
export class PacketBatch {
  count = 0;
  /** How many it takes for now. */
  limit: number;
  readonly offsets: Int32Array;
  readonly lengths: Int32Array;
  readonly linkTypes: Int32Array;
  readonly arrivalsUs: Float64Array;

  constructor({ offsets, lengths, linkTypes, arrivalsUs }: BatchArrays = createBatchArrays()) {
    this.offsets = offsets;
    this.lengths = lengths;
    this.linkTypes = linkTypes;
    this.arrivalsUs = arrivalsUs;
    this.limit = offsets.length;
  }

  get isFull(): boolean {
    return this.count === this.limit;
  }

  add(offset: number, length: number, linkType: number, arrivalUs: number): void {
    const index = this.count++;
    this.offsets[index] = offset;
    this.lengths[index] = length;
    this.linkTypes[index] = linkType;
    this.arrivalsUs[index] = arrivalUs;
  }
}

/** How the records lie in the file from here on, for who counts packets without having them decoded. */
export interface RecordLayout {
  readonly format: 'pcap' | 'pcapng';
  readonly isLittleEndian: boolean;
  readonly linkType: number;
  /** pcapng: of the enhanced packets meant; 0 for pcap. */
  readonly interfaceNumber: number;
  /** Of one unit of the timestamps: pcap's fraction of a second. */
  readonly unitUs: number;
  /** What pcapng adds to all of them. */
  readonly offsetUs: number;
  /** Of the last packet counted. */
  lastArrivalUs: number;
}

export interface PacketSink {
  /** Captured packets; view and batch are valid during the call only. */
  onPackets(view: DataView, batch: PacketBatch): void;
  /**
   * Takes the packets that it can count as they lie in the file.
   * @returns where in `view` the first record begins that has to be decoded, or is not whole
   */
  countPlain?(view: DataView, from: number, layout: RecordLayout): number;
}

export interface CaptureFormat {
  /** Null while nothing is known of the records to come. */
  readonly layout: RecordLayout | null;
  /**
   * Puts the whole records of `view`, which begins at `fileOffset`, into the batch until that is full.
   * @param from where in `view` the next record begins
   * @returns the same after the call; what is not whole is asked for again with more behind it
   * @throws CaptureDefect
   */
  decode(view: DataView, from: number, fileOffset: number, batch: PacketBatch): number;
}

export type CaptureDefectReason =
  | 'empty'
  | 'not-a-capture'
  | 'truncated'
  /** A record longer than any packet: the lengths cannot be believed any more. */
  | 'record-too-long'
  /** pcapng: a block shorter than its fields, or whose two lengths differ. */
  | 'bad-block'
  /** pcapng: a packet of an interface that was not described. */
  | 'unknown-interface'
  /** gzip: what is packed cannot be unpacked. */
  | 'bad-compression'
  /** Nothing but zeros from here on: a file that was made and never filled. */
  | 'zeros'
  /** The reader was told to stop. */
  | 'interrupted';

/** Why a capture cannot be read on, and from which byte of the file. */
export class CaptureDefect extends Error {
  override readonly name = 'CaptureDefect';
  readonly reason: CaptureDefectReason;
  readonly offset: number;

  constructor(reason: CaptureDefectReason, offset: number) {
    super(`${reason} at byte ${offset}`);
    this.reason = reason;
    this.offset = offset;
  }
}

/** The longest packet that capture programs write (libpcap's MAXIMUM_SNAPLEN). */
export const PACKET_LENGTH_MAXIMUM = 262_144;
