/**
 * Fetches what the next packets will need of the streams, many at a time: waiting for one after the other took a
 * fifth more time at 2,000 streams, and twice the time at 100,000. In two steps without a branch on what is fetched,
 * and as short as they can be, for the processor looks only so many instructions ahead: the places in the index,
 * then both lines of the records.
 */
import { RECORD_BYTES, WORD_PACKET_TIME, WORD_SOURCE } from '../../receive/stream-record';
import { confirmSlot, hashOf, headerOf, homeOf, isPlainRtp, NOT_PLAIN, tryHome } from './find-slot.as';
import { HASHES_AT, RECORDS_AT, SLOTS_AT } from './memory-layout';

let touched: i32 = 0;

/** The packet of that number in the batch. */
@inline export function touchIndex(at: usize, length: u32, packet: i32, indexMask: i32): void {
  const header = headerOf(at);
  const place: usize = <usize>packet << 2;
  if (!isPlainRtp(at, length, header)) {
    store<i32>(SLOTS_AT + place, NOT_PLAIN);
    return;
  }
  const hash = hashOf(at, header);
  store<i32>(SLOTS_AT + place, 0);
  store<i32>(HASHES_AT + place, hash);
  touched += load<i32>(homeOf(hash, indexMask));
}

/** Of all packets in the batch. */
export function touchRecords(packets: i32, indexMask: i32): void {
  for (let packet = 0; packet < packets; packet++) {
    const place: usize = <usize>packet << 2;
    if (load<i32>(SLOTS_AT + place) == NOT_PLAIN) continue;
    const slot = tryHome(load<i32>(HASHES_AT + place), indexMask);
    store<i32>(SLOTS_AT + place, slot);
    const record: usize = RECORDS_AT + <usize>slot * RECORD_BYTES;
    touched += load<i32>(record, WORD_SOURCE * 4) + load<i32>(record, WORD_PACKET_TIME * 4);
  }
}

/** What `findPlainSlot` says, of a packet that was touched. */
@inline export function touchedSlot(at: usize, packet: i32, header: v128, indexMask: i32): i32 {
  const place: usize = <usize>packet << 2;
  const slot = load<i32>(SLOTS_AT + place);
  if (slot == NOT_PLAIN) return NOT_PLAIN;
  return confirmSlot(at, header, slot, load<i32>(HASHES_AT + place), indexMask);
}
