/**
 * pcapng (draft-ietf-opsawg-pcapng): blocks, each with its type and its length at both ends. A section header
 * sets the byte order; interface descriptions number the link types and clocks that packets refer to.
 *
 *     0                   1                   2                   3
 *     0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *    |                          block type                           |
 *    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *    |                      block total length                       |
 *    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *    |                    body, padded to a word ....                |
 *    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *    |                      block total length                       |
 *    +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 */
import {
  CaptureDefect,
  type CaptureFormat,
  PACKET_LENGTH_MAXIMUM,
  type PacketBatch,
  type RecordLayout,
} from './capture-format.ts';

export const SECTION_HEADER_BLOCK = 0x0a0d0d0a;
const INTERFACE_DESCRIPTION_BLOCK = 1;
const PACKET_BLOCK = 2; // obsolete, still found
const SIMPLE_PACKET_BLOCK = 3;
const ENHANCED_PACKET_BLOCK = 6;
const BYTE_ORDER_MAGIC = 0x1a2b3c4d;

const BLOCK_LENGTH_MINIMUM = 12;
/** Room for the longest packet with its options. */
const BLOCK_LENGTH_MAXIMUM = PACKET_LENGTH_MAXIMUM + 65_536;
const OPTION_TIMESTAMP_RESOLUTION = 9;
const OPTION_TIMESTAMP_OFFSET = 14;

export class PcapngFormat implements CaptureFormat {
  #isLittleEndian = true;
  #interfaces: RecordLayout[] = [];
  /** Of the last packet: the next ones are likely of the same interface, and simple packets have no time of their own. */
  #last: RecordLayout | null = null;

  get layout(): RecordLayout | null {
    return this.#last;
  }

  decode(view: DataView, from: number, fileOffset: number, batch: PacketBatch): number {
    let offset = from;
    while (offset + BLOCK_LENGTH_MINIMUM <= view.byteLength && !batch.isFull) {
      const isSection = view.getUint32(offset) === SECTION_HEADER_BLOCK;
      if (isSection) this.#beginSection(view, offset, fileOffset);
      const isLittleEndian = this.#isLittleEndian;
      const length = view.getUint32(offset + 4, isLittleEndian);
      if (length < BLOCK_LENGTH_MINIMUM || length % 4 !== 0)
        throw new CaptureDefect('bad-block', fileOffset + offset);
      if (length > BLOCK_LENGTH_MAXIMUM) throw new CaptureDefect('record-too-long', fileOffset + offset);
      if (offset + length > view.byteLength) break;
      if (view.getUint32(offset + length - 4, isLittleEndian) !== length) {
        throw new CaptureDefect('bad-block', fileOffset + offset);
      }
      if (!isSection) this.#decodeBlock(view, offset, length, fileOffset, batch);
      offset += length;
    }
    return offset;
  }

  #beginSection(view: DataView, offset: number, fileOffset: number): void {
    this.#isLittleEndian = view.getUint32(offset + 8, true) === BYTE_ORDER_MAGIC;
    if (view.getUint32(offset + 8, this.#isLittleEndian) !== BYTE_ORDER_MAGIC) {
      throw new CaptureDefect('bad-block', fileOffset + offset);
    }
    this.#interfaces = [];
    this.#last = null;
  }

  #decodeBlock(view: DataView, offset: number, length: number, fileOffset: number, batch: PacketBatch): void {
    switch (view.getUint32(offset, this.#isLittleEndian)) {
      case ENHANCED_PACKET_BLOCK:
        this.#decodePacket(view, offset, length, fileOffset, true, batch);
        break;
      case PACKET_BLOCK:
        this.#decodePacket(view, offset, length, fileOffset, false, batch);
        break;
      case SIMPLE_PACKET_BLOCK:
        this.#decodeSimplePacket(view, offset, length, fileOffset, batch);
        break;
      case INTERFACE_DESCRIPTION_BLOCK:
        this.#describeInterface(view, offset, length, fileOffset);
        break;
      default:
      // Names, statistics, comments, secrets: nothing that a stream is counted by.
    }
  }

  #decodePacket(
    view: DataView,
    offset: number,
    length: number,
    fileOffset: number,
    isEnhanced: boolean,
    batch: PacketBatch,
  ): void {
    const isLittleEndian = this.#isLittleEndian;
    if (length < 32) throw new CaptureDefect('bad-block', fileOffset + offset);
    const number = isEnhanced
      ? view.getUint32(offset + 8, isLittleEndian)
      : view.getUint16(offset + 8, isLittleEndian);
    const captureInterface = this.#interfaces[number];
    if (captureInterface === undefined) throw new CaptureDefect('unknown-interface', fileOffset + offset);
    const captured = view.getUint32(offset + 20, isLittleEndian);
    if (captured > length - 32) throw new CaptureDefect('bad-block', fileOffset + offset);
    const units =
      view.getUint32(offset + 12, isLittleEndian) * 2 ** 32 + view.getUint32(offset + 16, isLittleEndian);
    const arrivalUs = units * captureInterface.unitUs + captureInterface.offsetUs;
    captureInterface.lastArrivalUs = arrivalUs;
    this.#last = captureInterface;
    batch.add(offset + 28, captured, captureInterface.linkType, arrivalUs);
  }

  #decodeSimplePacket(
    view: DataView,
    offset: number,
    length: number,
    fileOffset: number,
    batch: PacketBatch,
  ): void {
    const [first] = this.#interfaces;
    if (first === undefined) throw new CaptureDefect('unknown-interface', fileOffset + offset);
    if (length < 16) throw new CaptureDefect('bad-block', fileOffset + offset);
    const captured = Math.min(view.getUint32(offset + 8, this.#isLittleEndian), length - 16);
    batch.add(offset + 12, captured, first.linkType, this.#last?.lastArrivalUs ?? 0);
  }

  #describeInterface(view: DataView, offset: number, length: number, fileOffset: number): void {
    if (length < 20) throw new CaptureDefect('bad-block', fileOffset + offset);
    const isLittleEndian = this.#isLittleEndian;
    let unitUs = 1;
    let offsetUs = 0;
    const end = offset + length - 4;
    let option = offset + 16;
    while (option + 4 <= end) {
      const code = view.getUint16(option, isLittleEndian);
      const optionLength = view.getUint16(option + 2, isLittleEndian);
      if (code === 0 || option + 4 + optionLength > end) break;
      if (code === OPTION_TIMESTAMP_RESOLUTION && optionLength >= 1)
        unitUs = resolutionUs(view.getUint8(option + 4));
      if (code === OPTION_TIMESTAMP_OFFSET && optionLength >= 8) {
        offsetUs = Number(view.getBigInt64(option + 4, isLittleEndian)) * 1e6;
      }
      option += 4 + ((optionLength + 3) & ~3);
    }
    this.#interfaces.push({
      format: 'pcapng',
      isLittleEndian,
      linkType: view.getUint16(offset + 8, isLittleEndian),
      interfaceNumber: this.#interfaces.length,
      unitUs,
      offsetUs,
      lastArrivalUs: 0,
    });
  }
}

/** if_tsresol: a negative power of ten, or of two where the top bit is set. */
function resolutionUs(resolution: number): number {
  return 1e6 / (resolution & 0x80 ? 2 : 10) ** (resolution & 0x7f);
}
