import { describe, expect, it } from 'vitest';
import type { MediaDigit } from '../../../media/engine/media-leg.ts';
import type { SignaledDigit } from '../../../signaling/call-leg.ts';
import { DigitTranscript } from '../../../src/call/digit-transcript.ts';

const EVENT: MediaDigit = {
  digit: '5',
  source: 'rfc4733',
  durationMs: 120,
  volumeDbm0: -10,
  packets: 6,
  packetsLost: 2,
  atMs: 1000,
};
const INFO: SignaledDigit = { digit: '5', source: 'sip-info', durationMs: 160, atMs: 1010 };

describe('the transcript of the keys of a call', () => {
  it('tells how a key came, and that nothing came of it', () => {
    const transcript = new DigitTranscript();
    transcript.receive(EVENT, 1200);
    expect(transcript.digits).toEqual([
      {
        digit: '5',
        source: 'rfc4733',
        alsoToldBy: [],
        atMs: 1000,
        durationMs: 120,
        packets: 6,
        packetsLost: 2,
        effect: null,
        ignoredBecause: 'Nothing acts on keys in this call.',
      },
    ]);
  });

  it('has a press once, whoever tells of it, with the packets of whoever counted them', () => {
    const transcript = new DigitTranscript();
    expect(transcript.receive(INFO, 1010)).not.toBeNull();
    expect(transcript.receive(EVENT, 1200)).toBeNull();
    expect(transcript.digits).toMatchObject([
      { source: 'sip-info', alsoToldBy: ['rfc4733'], durationMs: 160, packets: 6, packetsLost: 2 },
    ]);
    expect(transcript.receive({ ...INFO, atMs: 3000 }, 3000)).not.toBeNull();
    expect(transcript.digits).toHaveLength(2);
  });

  it('learns afterwards how long a key was held, and knows which', () => {
    const transcript = new DigitTranscript();
    const signal: SignaledDigit = { digit: '5', source: 'h245-signal', durationMs: null, atMs: 1010 };
    transcript.receive(signal, 1010);
    transcript.receive(EVENT, 1200);
    transcript.receive({ ...signal, atMs: 3000 }, 3000);
    transcript.lengthen({ ...signal, durationMs: 640 });
    transcript.lengthen({ ...signal, digit: '6', durationMs: 999 });
    expect(transcript.digits).toMatchObject([
      { source: 'h245-signal', alsoToldBy: ['rfc4733'], durationMs: 640 },
      { source: 'h245-signal', durationMs: null },
    ]);
  });

  it('says what a key did, or why it was ignored; the last word counts', () => {
    const transcript = new DigitTranscript();
    const record = transcript.receive(EVENT, 1200);
    record?.did('muted');
    expect(transcript.digits[0]).toMatchObject({ effect: 'muted', ignoredBecause: null });
    record?.ignore('Only moderators may lock the meeting.');
    expect(transcript.digits[0]).toMatchObject({
      effect: null,
      ignoredBecause: 'Only moderators may lock the meeting.',
    });
  });

  it('keeps so many, and still gives a record for the next', () => {
    const transcript = new DigitTranscript();
    for (let press = 0; press < 600; press++) {
      const atMs = press * 2000;
      expect(transcript.receive({ ...INFO, atMs }, atMs)).not.toBeNull();
    }
    expect(transcript.digits).toHaveLength(500);
  });
});
