import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ChurnMap } from '../../memory/churn-map.ts';

interface Value {
  readonly number: number;
}

type Step = { readonly act: 'set' | 'delete' | 'clear'; readonly key: string; readonly number: number };

const steps = fc.array(
  fc.record<Step>({
    act: fc.constantFrom('set', 'set', 'set', 'delete', 'delete', 'clear'),
    key: fc.constantFrom(...'abcdefgh'),
    number: fc.nat(),
  }),
  { maxLength: 60 },
);

function apply(map: Map<string, Value> | ChurnMap<string, Value>, { act, key, number }: Step): unknown {
  const isNew = map instanceof ChurnMap && !map.has(key);
  if (act === 'set') return (isNew ? map.add(key, { number }) : map.set(key, { number })).get(key);
  return act === 'delete' ? map.delete(key) : map.clear();
}

describe('a map for what comes and goes', () => {
  it('answers as a Map does, whatever is put in and taken out', () => {
    fc.assert(
      fc.property(steps, (taken) => {
        const [map, model] = [new ChurnMap<string, Value>(), new Map<string, Value>()];
        for (const step of taken) {
          expect(apply(map, step)).toEqual(apply(model, step));
          expect(map.has(step.key)).toBe(model.has(step.key));
          expect(map.size).toBe(model.size);
          expect([...map]).toEqual([...model]);
          expect([...map.values()]).toEqual([...model.values()]);
          expect([...map.keys()]).toEqual([...model.keys()]);
        }
      }),
    );
  });

  it('may be deleted from while it is walked through', () => {
    const map = new ChurnMap<string, Value>();
    for (const number of [1, 2, 3]) map.set(String(number), { number });
    const seen: number[] = [];
    for (const [key, { number }] of map) {
      seen.push(number);
      map.delete(key);
      map.delete('2');
    }
    expect(seen).toEqual([1, 3]);
    expect(map.size).toBe(0);
  });
});
