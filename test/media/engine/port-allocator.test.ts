import { describe, expect, it } from 'vitest';
import { PortAllocator, splitPortRanges } from '../../../media/engine/port-allocator.ts';

describe('a port allocator', () => {
  it('gives even ports whose odd neighbor is in the range too', () => {
    const ports = new PortAllocator(10_001, 10_006);
    expect(ports.free).toBe(2);
    expect([ports.take(), ports.take(), ports.take()]).toEqual([10_002, 10_004, null]);
  });

  it('gives the port that has rested longest', () => {
    const ports = new PortAllocator(10_000, 10_005);
    expect([ports.take(), ports.take()]).toEqual([10_000, 10_002]);
    ports.giveBack(10_002);
    ports.giveBack(10_000);
    expect([ports.take(), ports.take(), ports.take(), ports.take()]).toEqual([10_004, 10_002, 10_000, null]);
  });

  it('has none in an empty range', () => {
    expect(new PortAllocator(10_000, 10_000).take()).toBeNull();
  });
});

it.each([
  [10_000, 10_099, 3],
  [10_001, 10_100, 2],
  [10_000, 10_003, 4],
])('the range %i–%i is cut for %i workers without gap or overlap', (first, last, parts) => {
  const shares = splitPortRanges({ default: [first, last], other: [5_100, 5_139] }, parts);
  const taken = shares.flatMap((ranges) => {
    const ports = new PortAllocator(...ranges['default']!);
    return Array.from({ length: ports.free }, () => ports.take());
  });
  const whole = new PortAllocator(first, last);
  expect(taken).toEqual(Array.from({ length: whole.free }, () => whole.take()));
});
