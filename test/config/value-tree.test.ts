import { describe, expect, it } from 'vitest';
import { overlay, overlayAt, valueAt } from '../../config/value-tree.ts';

describe('laying values over each other', () => {
  it.each([
    ['groups are merged', { a: 1, b: { c: 2, d: 3 } }, { b: { c: 4 } }, { a: 1, b: { c: 4, d: 3 } }],
    ['lists are replaced', { a: [1, 2, 3] }, { a: [4] }, { a: [4] }],
    ['null replaces a group', { a: { b: 1 } }, { a: null }, { a: null }],
    ['a group replaces null', { a: null }, { a: { b: 1 } }, { a: { b: 1 } }],
    ['a word replaces a group', { a: { b: 1 } }, { a: 'x' }, { a: 'x' }],
  ])('%s', (_, under, over, expected) => {
    const before = structuredClone(under);
    expect(overlay(under, over)).toEqual(expected);
    expect(under).toEqual(before);
  });

  it.each([
    ['a new group', {}, ['a', 'b'], { a: { b: 9 } }],
    ['a member', { a: { b: 1, c: 2 } }, ['a', 'b'], { a: { b: 9, c: 2 } }],
    ['an element', { a: [{ b: 1 }, { b: 2 }] }, ['a', 1, 'b'], { a: [{ b: 1 }, { b: 9 }] }],
    ['one element more', { a: [1] }, ['a', 1], { a: [1, 9] }],
    ['no element far beyond', { a: [1] }, ['a', 1_000_000], { a: { '1000000': 9 } }],
    ['in place of a word', { a: 'x' }, ['a', 'b'], { a: { b: 9 } }],
  ])('at a path: %s', (_, tree, path, expected) => {
    expect(overlayAt(tree, path, 9)).toEqual(expected);
  });

  it('finds own values only', () => {
    expect(valueAt({ a: [{ b: 1 }] }, ['a', 0, 'b'])).toBe(1);
    expect(valueAt({}, ['constructor'])).toBeUndefined();
    expect(valueAt({ a: 'x' }, ['a', 'length'])).toBeUndefined();
    expect(valueAt(null, ['a'])).toBeUndefined();
  });
});
