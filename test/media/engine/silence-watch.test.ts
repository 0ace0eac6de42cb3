import { expect, it } from 'vitest';
import { SilenceWatch } from '../../../media/engine/silence-watch.ts';

it('tells of silence once, and once that it is over', () => {
  const watch = new SilenceWatch(5000);
  watch.expect(true, 1000);
  expect(watch.hear(2000)).toBeNull();
  expect(watch.advance(6999)).toBeNull();
  expect(watch.advance(7000)).toEqual({ isSilent: true, silentForMs: 5000, atMs: 7000 });
  expect(watch.advance(9000)).toBeNull();
  expect(watch.hear(9500)).toEqual({ isSilent: false, silentForMs: 7500, atMs: 9500 });
  expect(watch.hear(9520)).toBeNull();
});

it('does not count a hold', () => {
  const watch = new SilenceWatch(5000);
  expect(watch.advance(100_000)).toBeNull();
  watch.expect(true, 0);
  watch.expect(false, 4000);
  expect(watch.advance(50_000)).toBeNull();
  watch.expect(true, 60_000);
  watch.expect(true, 64_000);
  expect(watch.advance(64_999)).toBeNull();
  expect(watch.advance(65_000)).toMatchObject({ isSilent: true, silentForMs: 5000 });
});
