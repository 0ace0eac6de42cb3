import {
  DOUBLE_LAST_ARRIVAL_US,
  RECORD_BYTES,
  WORD_BASE_SEQUENCE,
  WORD_BYTES,
  WORD_CLOCK_RATE_HZ,
  WORD_HIGHEST_SEQUENCE,
  WORD_LAST_TIMESTAMP,
  WORD_PACKETS,
  WORD_SKEW_TIMESTAMP,
} from '../../receive/stream-record';
import { awaitNext, setArrived } from './count-packet.as';
import { be16, be32, insertSlot, isPlainUdp, keyOf } from './find-slot.as';
import {
  AUDIO_TYPES_AT,
  INDEX_AT,
  PAYLOAD_CLOCKS_AT,
  RECORDS_AT,
  SKEW_SINCE_US_AT,
  STREAMS_AT,
  STREAMS_LIMIT_AT,
} from './memory-layout';

/** Version 2, and neither padding nor anything before the payload (RFC 3550 §5.1). */
const PLAIN_FIRST: u32 = 0x80;
const RTP_HEADER: i32 = 12;
const UDP_HEADER: i32 = 8;
const IP_HEADER: i32 = 20;
const ETHERNET_HEADER: i32 = 14;

/**
 * Counts the first packet of a stream, where nothing but its payload type tells what it is and the table has room:
 * what rtp-capture.ts does with it, and all it calls. Slots are given out in turn, and their memory is all zeros.
 * @param hash of the packet, whose stream is in no slot
 */
export function openStream(at: usize, length: u32, hash: i32, indexMask: i32, arrivalUs: f64): bool {
  const slot = load<i32>(STREAMS_AT);
  const totalLength = be16(at + 16);
  const udpLength = be16(at + 38);
  const payloadType = load<u8>(at, 43) & 0x7f;
  const clockRateHz = load<i32>(PAYLOAD_CLOCKS_AT + (<usize>payloadType << 2));
  if (slot >= load<i32>(STREAMS_LIMIT_AT) || clockRateHz == 0) return false;
  if (!isPlainUdp(at) || load<u8>(at, 42) != PLAIN_FIRST || udpLength < UDP_HEADER + RTP_HEADER) return false;
  if (totalLength != udpLength + IP_HEADER || totalLength + ETHERNET_HEADER > <i32>length) return false;
  store<i32>(STREAMS_AT, slot + 1);
  insertSlot(INDEX_AT, slot, hash, indexMask);
  beginRecord(at, slot, clockRateHz, udpLength - UDP_HEADER, arrivalUs);
  store<u8>(AUDIO_TYPES_AT + <usize>slot, payloadType);
  store<f64>(SKEW_SINCE_US_AT + (<usize>slot << 3), arrivalUs);
  return true;
}

function beginRecord(at: usize, slot: i32, clockRateHz: i32, bytes: i32, arrivalUs: f64): void {
  const record: usize = RECORDS_AT + <usize>slot * RECORD_BYTES;
  const first = be32(at + 42);
  const sequence = first & 0xffff;
  v128.store(record, keyOf(at));
  store<i32>(record, clockRateHz, WORD_CLOCK_RATE_HZ * 4);
  store<i32>(record, bytes, WORD_BYTES * 4);
  store<i32>(record, be32(at + 46), WORD_LAST_TIMESTAMP * 4);
  store<i32>(record, be32(at + 46), WORD_SKEW_TIMESTAMP * 4);
  store<f64>(record, arrivalUs, DOUBLE_LAST_ARRIVAL_US * 8);
  store<i32>(record, 1, WORD_PACKETS * 4);
  store<i32>(record, sequence, WORD_HIGHEST_SEQUENCE * 4);
  store<i32>(record, sequence, WORD_BASE_SEQUENCE * 4);
  setArrived(record, sequence);
  awaitNext(record, first);
}
