import { describe, expect, it } from 'vitest';
import { SourceLock, toSocketForm } from '../../../media/engine/source-lock.ts';

const CALLER = { address: '192.0.2.1', port: 4000 };

function lockOn(isLearned: boolean): SourceLock {
  const lock = new SourceLock(false);
  lock.update(CALLER, isLearned);
  return lock;
}

describe('a lock on the negotiated address', () => {
  it('admits that address and port only', () => {
    const lock = lockOn(false);
    expect(lock.admits('192.0.2.1', 4000, 1, 1)).toBe(true);
    expect(lock.admits('192.0.2.1', 4002, 1, 2)).toBe(false);
    expect(lock.admits('192.0.2.2', 4000, 1, 2)).toBe(false);
  });

  it('admits nobody while there is no address', () => {
    const lock = new SourceLock(false);
    expect(lock.admits('192.0.2.1', 4000, 1, 1)).toBe(false);
    expect(lock.remote).toBeNull();
  });

  it('knows IPv4 on an IPv6 socket, and any spelling of an IPv6 address', () => {
    const lock = new SourceLock(true);
    lock.update(CALLER, false);
    expect(lock.admits('::ffff:192.0.2.1', 4000, 1, 1)).toBe(true);
    lock.update({ address: '2001:DB8:0:0::1', port: 4000 }, false);
    expect(lock.admits('2001:db8::1', 4000, 1, 1)).toBe(true);
    expect(lock.remote).toEqual({ address: '2001:db8::1', port: 4000 });
  });
});

it.each([0, -1, 65_536])('port %i is no address to send to', (port) => {
  expect(toSocketForm({ address: '192.0.2.1', port }, false)).toBeNull();
});

describe('a lock that learns', () => {
  it('takes the first valid packet, and sends there', () => {
    const lock = lockOn(true);
    expect(lock.remote).toEqual(CALLER);
    expect(lock.admits('198.51.100.7', 9, 1, 1)).toBe(true);
    expect(lock.remote).toEqual({ address: '198.51.100.7', port: 9 });
    expect(lock.admits('192.0.2.1', 4000, 2, 1)).toBe(false);
  });

  it('is held for good by three packets in sequence', () => {
    const lock = lockOn(true);
    for (const sequence of [65_535, 0, 1]) lock.admits('198.51.100.7', 9, 1, sequence);
    for (const sequence of [5, 6, 7, 8]) expect(lock.admits('203.0.113.9', 9, 2, sequence)).toBe(false);
    lock.update(CALLER, true);
    expect(lock.remote).toEqual({ address: '198.51.100.7', port: 9 });
  });

  it('lets another source that proves itself first take over', () => {
    const lock = lockOn(true);
    lock.admits('203.0.113.9', 9, 66, 500);
    expect(lock.admits('198.51.100.7', 9, 1, 1)).toBe(false);
    expect(lock.admits('198.51.100.7', 9, 1, 2)).toBe(false);
    expect(lock.admits('198.51.100.7', 9, 1, 3)).toBe(true);
    expect(lock.admits('203.0.113.9', 9, 66, 501)).toBe(false);
  });

  it('opens again when another address is negotiated', () => {
    const lock = lockOn(true);
    for (const sequence of [1, 2, 3]) lock.admits('198.51.100.7', 9, 1, sequence);
    lock.update({ address: '192.0.2.5', port: 4000 }, true);
    expect(lock.admits('192.0.2.5', 4000, 3, 1)).toBe(true);
  });
});
