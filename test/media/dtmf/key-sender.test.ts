import { describe, expect, it } from 'vitest';
import { KeySender } from '../../../media/dtmf/key-sender.ts';

const FORMAT = { payloadType: 101, clockRateHz: 8000 };

/** The packets of so many frames, from timestamp 1000 on. */
function take(keys: KeySender, frames: number) {
  return Array.from({ length: frames }, (_, frame) => keys.take(1000 + frame * 160));
}

describe('keys that are pressed', () => {
  it('go out one after the other, each with the timestamp of its beginning', () => {
    const keys = new KeySender(20);
    keys.configure(FORMAT);
    keys.press('1', 40);
    keys.press('#', 40);
    const packets = take(keys, 10);
    expect(packets.map((packet) => packet && [packet.payload[0], packet.timestamp, packet.isMarked])).toEqual(
      [
        [1, 1000, true],
        [1, 1000, false],
        [1, 1000, false],
        [1, 1000, false],
        [11, 1640, true],
        [11, 1640, false],
        [11, 1640, false],
        [11, 1640, false],
        null,
        null,
      ],
    );
  });

  it('are dropped where events were not agreed on', () => {
    const keys = new KeySender(20);
    keys.press('1', 40);
    expect(take(keys, 2)).toEqual([null, null]);
    keys.configure(FORMAT);
    expect(take(keys, 2)).toEqual([null, null]);
  });

  it('wrap their timestamp', () => {
    const keys = new KeySender(20);
    keys.configure(FORMAT);
    keys.press('1', 20_000);
    const last = Array.from({ length: 1000 }, () => keys.take(2 ** 32 - 1)).at(-1);
    expect(last?.timestamp).toBe((2 ** 32 - 1 + 2 * 0xffff) % 2 ** 32);
  });
});
