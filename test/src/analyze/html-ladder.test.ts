import { describe, expect, it } from 'vitest';
import { formatLadders } from '../../../src/analyze/html-ladder.ts';

const step = {
  source: '10.0.0.1:5060',
  destination: '10.0.0.2:5060',
  callId: 'a<b',
  protocol: 'SIP',
  note: '',
} as const;

describe('the ladder of a call', () => {
  it('has an arrow a message, by call, and nothing that a message can break', () => {
    const back = { source: step.destination, destination: step.source };
    const html = formatLadders([
      { ...step, atUs: 1e6, text: 'INVITE', note: 'SDP' },
      { ...step, ...back, atUs: 1.25e6, text: '486 Busy "<Here>"' },
      { ...step, atUs: 1.3e6, text: 'BYE', callId: 'other' },
    ]);
    expect(html.match(/<svg/g)).toHaveLength(2);
    expect(html.match(/<polyline/g)).toHaveLength(3);
    expect(html).toContain('INVITE (SDP)');
    expect(html).toContain('0.250 s');
    expect(html).toMatch(/class="step failed".*486 Busy &#34;&#60;Here&#62;&#34;/);
    expect(html).not.toMatch(/a<b|<Here>/);
  });

  it('is none without signaling', () => {
    expect(formatLadders([])).toBe('');
  });
});
