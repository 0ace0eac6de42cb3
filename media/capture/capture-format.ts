/** What a capture format and its reader say to each other. */
import { BATCH_PACKETS } from './bulk/memory-layout.ts';

/** Of `BATCH_PACKETS` each. */
export interface BatchArrays {
  /** Into the view that comes with the batch. */
  readonly offsets: Int32Array;
  /** Bytes captured, perhaps fewer than were on the wire. */
  readonly lengths: Int32Array;
  /** LINKTYPE_ of the first header (www.tcpdump.org/linktypes.html). */
  readonly linkTypes: Int32Array;
  /** Microseconds since the Unix epoch; a fraction where the capture has nanoseconds. */
  readonly arrivalsUs: Float64Array;
  /** Of their streams, for who looks many up at once. */
  readonly slots: Int32Array;
}

function createBatchArrays(): BatchArrays {
  const words = (): Int32Array => new Int32Array(BATCH_PACKETS);
  return {
    offsets: words(),
    lengths: words(),
    linkTypes: words(),
    arrivalsUs: new Float64Array(BATCH_PACKETS),
    slots: words(),
  };
}

/**
 * Captured packets in their order, by number. In batches, since an arrival time that is handed from function to
 * function one by one is an object on the heap each time.
 */
export class PacketBatch {
  count = 0;
  readonly offsets: Int32Array;
  readonly lengths: Int32Array;
  readonly linkTypes: Int32Array;
  readonly arrivalsUs: Float64Array;
  readonly slots: Int32Array;

  constructor(arrays: BatchArrays = createBatchArrays()) {
    this.offsets = arrays.offsets;
    this.lengths = arrays.lengths;
    this.linkTypes = arrays.linkTypes;
    this.arrivalsUs = arrays.arrivalsUs;
    this.slots = arrays.slots;
  }

  get isFull(): boolean {
    return this.count === BATCH_PACKETS;
  }

  add(offset: number, length: number, linkType: number, arrivalUs: number): void {
    const index = this.count++;
    this.offsets[index] = offset;
    this.lengths[index] = length;
    this.linkTypes[index] = linkType;
    this.arrivalsUs[index] = arrivalUs;
  }
}

export interface PacketSink {
  /** Captured packets; view and batch are valid during the call only. */
  onPackets(view: DataView, batch: PacketBatch): void;
}

export interface CaptureFormat {
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
