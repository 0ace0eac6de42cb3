import { describe, expect, it } from 'vitest';
import { ChurnSet } from '../../memory/churn-set.ts';

describe('a set for what comes and goes', () => {
  it('holds what was added until it is taken out, once', () => {
    const set = new ChurnSet<{ readonly number: number }>();
    const [one, two] = [{ number: 1 }, { number: 2 }];
    const takeOne = set.add(one);
    set.add(two);
    expect([...set]).toEqual([one, two]);
    expect(takeOne()).toBe(true);
    expect(takeOne()).toBe(false);
    expect([...set]).toEqual([two]);
    expect(set.size).toBe(1);
  });
});
