import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  describeReasons,
  parseReasons,
  serializeReason,
  serializeWarning,
} from '../../../signaling/sip/reason.ts';

describe('a Reason header', () => {
  it.each([
    ['SIP;cause=200;text="ACK timeout"', 'ACK timeout (SIP 200)'],
    ['Q.850 ;cause=16', 'Q.850 16'],
    ['SIP;cause=600;text="Busy, all of them", Q.850;cause=17', 'Busy, all of them (SIP 600), Q.850 17'],
    ['preemption', 'preemption'],
    ['', ''],
    [';cause=1', ''],
  ])('%j reads %j', (value, expected) => {
    expect(describeReasons([value])).toBe(expected);
  });

  it('comes back as it was written', () => {
    const text = fc.stringMatching(/^[ -~äöü€]{0,40}$/);
    fc.assert(
      fc.property(
        fc.constantFrom('SIP', 'Q.850'),
        fc.option(fc.nat(999)),
        fc.option(text),
        (protocol, cause, words) => {
          const reason = { protocol, cause, text: words };
          expect(parseReasons(serializeReason(reason))).toEqual([reason]);
        },
      ),
    );
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.string(), (value) => void describeReasons([value])));
  });
});

describe('a Warning', () => {
  it('holds hostile text in one quoted line', () => {
    const warning = serializeWarning('carillon', `a "b" \\ c\r\nEvil: yes\u0000${'x'.repeat(500)}`);
    expect(warning).toMatch(/^399 carillon "a \\"b\\" \\\\ c Evil: yes x+"$/);
    expect(warning.length).toBeLessThan(430);
  });
});
