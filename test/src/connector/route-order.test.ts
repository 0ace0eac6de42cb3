import { describe, expect, it } from 'vitest';
import type { Route } from '../../../src/connector/definition.ts';
import { orderRoutes } from '../../../src/connector/route-order.ts';

const route = (host: string, priority: number, weight: number): Route => ({
  host,
  port: 5060,
  protocol: 'UDP',
  priority,
  weight,
});

/** A small generator, so that the shares are the same in every run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

describe('the order of routes', () => {
  it('tries every route once, priorities in their order', () => {
    const routes = [route('c', 2, 1), route('a', 1, 1), route('d', 100, 1), route('b', 1, 99)];
    const order = orderRoutes(routes, () => 0).map(({ priority }) => priority);
    expect(order).toEqual([1, 1, 2, 100]);
  });

  it.each([
    [1, 9],
    [5, 5],
    [100, 1],
  ])('shares 10,000 calls %i to %i, within 2 %%', (one, other) => {
    const random = seeded(7);
    let first = 0;
    for (let call = 0; call < 10_000; call++) {
      if (orderRoutes([route('a', 1, one), route('b', 1, other)], random)[0]?.host === 'a') first++;
    }
    expect(Math.abs(first / 10_000 - one / (one + other))).toBeLessThan(0.02);
  });

  it('has an order for no route at all', () => {
    expect(orderRoutes([], () => 0)).toEqual([]);
  });
});
