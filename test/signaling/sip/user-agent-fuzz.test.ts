import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mediaAt, NOTHING_LEFT, OFFER, Stranger } from '../../support/sip-user-agents.ts';

const METHODS = [
  'INVITE',
  'ACK',
  'BYE',
  'CANCEL',
  'UPDATE',
  'PRACK',
  'INFO',
  'OPTIONS',
  'REFER',
  'NOTIFY',
  'X',
];
const LINES = [
  'Content-Type: application/sdp',
  'Content-Type: application/dtmf-relay',
  'Content-Type: multipart/mixed;boundary=x',
  'Content-Disposition: render;handling=required',
  'Require: 100rel',
  'Require: timer, foo',
  'Supported: timer, 100rel',
  'Session-Expires: 90;refresher=uas',
  'Session-Expires: what',
  'Min-SE: 4000000000',
  'RAck: 1 1 INVITE',
  'Refer-To: <sip:a@b>',
  'Record-Route: <sip:192.0.2.9;lr>',
  'Contact: <mailto:a@b>',
  'Contact: <sip:a@192.0.2.9>',
  'Allow: UPDATE',
  'Info-Package: x',
  'Reason: SIP;cause=x;text="',
];
const BODIES = ['', OFFER, `${OFFER}a=sendonly\r\n`, OFFER.replace('6000', '0'), 'v=0', 'Signal=5', '\u0000'];

const step = fc.record({
  method: fc.constantFrom(...METHODS),
  lines: fc.uniqueArray(fc.constantFrom(...LINES), {
    maxLength: 4,
    selector: (line) => line.slice(0, line.indexOf(':')),
  }),
  body: fc.constantFrom(...BODIES),
  isInDialog: fc.boolean(),
  number: fc.integer({ min: 1, max: 6 }),
  ours: fc.constantFrom('nothing', 'ring', 'accept', 'progress', 'hold', 'end'),
  waitMs: fc.constantFrom(0, 0, 0, 600, 40_000),
});

describe('whatever is said in whatever order', () => {
  it('raises no fault, ends each call once, and is forgotten', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 10 }), (steps) => {
        const stranger = new Stranger({ sessionTimer: { intervalSeconds: 300, minimumSeconds: 90 } });
        for (const { method, lines, body, isInDialog, number, ours, waitMs } of steps) {
          const hasTag = stranger.received.some(
            (message) => 'statusCode' in message && message.to.tag !== null,
          );
          const to = isInDialog && hasTag ? [stranger.to] : [];
          stranger.send(method, [...to, `CSeq: ${number} ${method}`, ...lines], body);
          const leg = stranger.bob.calls.at(-1);
          if (ours === 'ring') leg?.ring();
          if (ours === 'hold') leg?.hold(true);
          if (ours === 'end') leg?.end('no-media', 'x');
          try {
            if (ours === 'accept') leg?.accept(mediaAt('192.0.2.2', 20_000));
            if (ours === 'progress') leg?.progress(mediaAt('192.0.2.2', 20_000));
          } catch (error) {
            expect(error).toHaveProperty('name', 'CallFailure');
          }
          stranger.network.advance(waitMs, 100);
        }
        for (const leg of stranger.bob.calls) leg.end('normal-clearing');
        stranger.network.advance(150_000, 1_000);
        expect(stranger.bob.faults).toEqual([]);
        for (const { events } of stranger.bob.heard) {
          expect(events.filter((event) => event.startsWith('ended'))).toHaveLength(1);
          expect(events.at(-1)).toMatch(/^ended/);
        }
        expect(stranger.bob.leftovers).toEqual(NOTHING_LEFT);
        expect(stranger.network.clock.wheel.size).toBe(0);
      }),
      { numRuns: 300 },
    );
  });
});
