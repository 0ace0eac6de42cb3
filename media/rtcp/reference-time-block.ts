/**
 * How one who only listens measures the round trip: it sends its time, and gets it back with how long the other
 * side kept it.
 *
 * Receiver Reference Time (RFC 3611 §4.4) and DLRR (§4.5):
 *
 *    |     BT=4      |   reserved    |       block length = 2        |
 *    |              NTP timestamp, most significant word             |
 *    |             NTP timestamp, least significant word             |
 *
 *    |     BT=5      |   reserved    |  block length = 3 a receiver  |
 *    |                    SSRC of the receiver                       |
 *    |                         last RR (LRR)                         |
 *    |                   delay since last RR (DLRR)                  |
 */
import type { NtpTimestamp } from './ntp.ts';

export const REFERENCE_TIME_BLOCK = 4;
export const REFERENCE_TIME_LENGTH = 12;
export const DLRR_BLOCK = 5;
const HEADER_LENGTH = 4;
const RECEIVER_LENGTH = 12;

export interface ReferenceTimeBlock {
  readonly type: 'reference-time';
  readonly ntpTimestamp: NtpTimestamp;
}

interface DelaySinceReferenceTime {
  /** SSRC of who sent the reference time. */
  readonly receiver: number;
  /** Middle 32 bits of that time; 0 where none came. */
  readonly lastReferenceTime: number;
  /** In 1/65536 s. */
  readonly delay: number;
}

export interface DelaySinceReferenceTimeBlock {
  readonly type: 'delay-since-reference-time';
  readonly receivers: readonly DelaySinceReferenceTime[];
}

/** The caller has checked that the block is there, as for all that follow. */
export function readReferenceTime(view: DataView, offset: number): ReferenceTimeBlock {
  return {
    type: 'reference-time',
    ntpTimestamp: { seconds: view.getUint32(offset + 4), fraction: view.getUint32(offset + 8) },
  };
}

export function writeReferenceTime(view: DataView, offset: number, block: ReferenceTimeBlock): void {
  view.setUint8(offset, REFERENCE_TIME_BLOCK);
  view.setUint32(offset + 4, block.ntpTimestamp.seconds);
  view.setUint32(offset + 8, block.ntpTimestamp.fraction);
}

export function delaySinceReferenceTimeLength(block: DelaySinceReferenceTimeBlock): number {
  return HEADER_LENGTH + block.receivers.length * RECEIVER_LENGTH;
}

export function readDelaySinceReferenceTime(
  view: DataView,
  offset: number,
  length: number,
): DelaySinceReferenceTimeBlock {
  const receivers: DelaySinceReferenceTime[] = [];
  for (let at = offset + HEADER_LENGTH; at < offset + length; at += RECEIVER_LENGTH) {
    receivers.push({
      receiver: view.getUint32(at),
      lastReferenceTime: view.getUint32(at + 4),
      delay: view.getUint32(at + 8),
    });
  }
  return { type: 'delay-since-reference-time', receivers };
}

export function writeDelaySinceReferenceTime(
  view: DataView,
  offset: number,
  block: DelaySinceReferenceTimeBlock,
): void {
  view.setUint8(offset, DLRR_BLOCK);
  let at = offset + HEADER_LENGTH;
  for (const { receiver, lastReferenceTime, delay } of block.receivers) {
    view.setUint32(at, receiver);
    view.setUint32(at + 4, lastReferenceTime);
    view.setUint32(at + 8, delay);
    at += RECEIVER_LENGTH;
  }
}
