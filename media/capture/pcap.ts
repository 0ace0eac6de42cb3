/**
 * Classic pcap (draft-ietf-opsawg-pcap): a header of 24 bytes, then records of a 16-byte header and the packet.
 * The magic number tells byte order and whether fractions are micro- or nanoseconds.
 *
 *     0                   1                   2                   3
 *     0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *    |                       timestamp, seconds                      |
 *    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *    |                timestamp, micro- or nanoseconds               |
 *    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *    |                        captured length                        |
 *    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *    |                        original length                        |
 *    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 */
import {
  CaptureDefect,
  type CaptureFormat,
  PACKET_LENGTH_MAXIMUM,
  type PacketBatch,
  type RecordLayout,
} from './capture-format.ts';

export const PCAP_HEADER_LENGTH = 24;
const RECORD_HEADER_LENGTH = 16;
const MAGIC_MICROSECONDS = 0xa1b2c3d4;
const MAGIC_NANOSECONDS = 0xa1b23c4d;
/** The upper bits of the link type tell of a frame check sequence. */
const LINK_TYPE_MASK = 0xffff;
/** As a constant of this module, which V8 folds into the loop. */
const LENGTH_MAXIMUM = PACKET_LENGTH_MAXIMUM;

export class PcapFormat implements CaptureFormat {
  readonly #layout: RecordLayout;
  #isHeaderRead = false;

  private constructor(layout: RecordLayout) {
    this.#layout = layout;
  }

  /** By the first 24 bytes; null where they are of another format. */
  static recognise(view: DataView): PcapFormat | null {
    for (const isLittleEndian of [true, false]) {
      const magic = view.getUint32(0, isLittleEndian);
      if (magic !== MAGIC_MICROSECONDS && magic !== MAGIC_NANOSECONDS) continue;
      return new PcapFormat({
        format: 'pcap',
        isLittleEndian,
        linkType: view.getUint32(20, isLittleEndian) & LINK_TYPE_MASK,
        interfaceNumber: 0,
        unitUs: magic === MAGIC_NANOSECONDS ? 1e-3 : 1,
        offsetUs: 0,
        lastArrivalUs: 0,
      });
    }
    return null;
  }

  get layout(): RecordLayout | null {
    return this.#isHeaderRead ? this.#layout : null;
  }

  decode(view: DataView, from: number, fileOffset: number, batch: PacketBatch): number {
    const { isLittleEndian, unitUs, linkType } = this.#layout;
    const end = view.byteLength;
    let offset = this.#isHeaderRead ? from : PCAP_HEADER_LENGTH;
    this.#isHeaderRead = true;
    while (offset + RECORD_HEADER_LENGTH <= end && !batch.isFull) {
      const length = view.getUint32(offset + 8, isLittleEndian);
      if (length > LENGTH_MAXIMUM) throw new CaptureDefect('record-too-long', fileOffset + offset);
      const packet = offset + RECORD_HEADER_LENGTH;
      if (packet + length > end) break;
      const seconds = view.getUint32(offset, isLittleEndian);
      const fraction = view.getUint32(offset + 4, isLittleEndian);
      if (length === 0 && seconds === 0 && isAllZero(view, offset, end)) {
        throw new CaptureDefect('zeros', fileOffset + offset);
      }
      batch.add(packet, length, linkType, seconds * 1e6 + fraction * unitUs);
      offset = packet + length;
    }
    return offset;
  }
}

/** A record of zeros would be an empty packet of 1970: one by one, a sparse file of 4 GB holds 268 million. */
function isAllZero(view: DataView, from: number, to: number): boolean {
  for (let at = from; at < to; at++) {
    if (view.getUint8(at) !== 0) return false;
  }
  return true;
}
