import { describe, expect, it } from 'vitest';
import { Call } from '../../../src/call/call.ts';
import { CallBook } from '../../../src/telling/call-book.ts';
import { FakeCallLeg } from '../../support/fake-call-leg.ts';

const createBook = () => new CallBook({ voiceConnectorId: 'rooms', region: 'us-east-1' });
const createCall = (id: string) => new Call(new FakeCallLeg(id, '6064724824'));

describe('the book of calls', () => {
  it('finds a call by its ID and by its Call-ID', () => {
    const book = createBook();
    const call = createCall('one');
    const booked = book.open(call);
    expect(book.get(call)).toBe(booked);
    expect(book.bySipCallId('one@fake')).toBe(booked);
    expect(book.bySipCallId('two@fake')).toBeUndefined();
    expect(booked).toMatchObject({ direction: 'Inbound', series: { voiceConnectorId: 'rooms' } });
  });

  it('keeps an ended call for forty seconds', () => {
    const book = createBook();
    const call = createCall('one');
    book.open(call);
    book.close(call, 1000);
    book.sweep(40_999);
    expect(book.size).toBe(1);
    book.sweep(41_000);
    expect(book.size).toBe(0);
    expect(book.bySipCallId('one@fake')).toBeUndefined();
  });

  it('keeps no more than four thousand ended calls, the latest of them', () => {
    const book = createBook();
    for (let index = 0; index < 10_000; index++) {
      const call = createCall(`call-${index}`);
      book.open(call);
      book.close(call, 0);
      expect(book.size).toBeLessThanOrEqual(4000);
    }
    expect(book.bySipCallId('call-9999@fake')).toBeDefined();
    expect(book.bySipCallId('call-0@fake')).toBeUndefined();
  });

  it('is as it was after ten thousand calls', () => {
    const book = createBook();
    for (let index = 0; index < 10_000; index++) {
      const call = createCall(`call-${index}`);
      book.open(call);
      book.close(call, index);
    }
    book.sweep(1_000_000);
    expect(book.size).toBe(0);
  });

  it('does not forget a call under way when an earlier one had the same Call-ID', () => {
    const book = createBook();
    const earlier = createCall('same');
    book.open(earlier);
    book.close(earlier, 0);
    const later = new Call(
      Object.assign(new FakeCallLeg('later', '6064724824'), { remoteCallId: 'same@fake' }),
    );
    const booked = book.open(later);
    book.sweep(100_000);
    expect(book.bySipCallId('same@fake')).toBe(booked);
    expect(book.size).toBe(1);
  });

  it('tells of a call that it does not know', () => {
    expect(createBook().get(createCall('stranger')).identity.callId).toBe('stranger');
  });
});
