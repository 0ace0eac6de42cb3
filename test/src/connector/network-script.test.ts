import { describe, expect, it } from 'vitest';
import { networkScript } from '../../../src/connector/network-script.ts';

const PREFIX = '+1206555';

describe('the last four digits of a number in the telephone network', () => {
  it.each([
    ['1234', { ringSeconds: 1, refusalStatus: null, dropAfterSeconds: null, lossPercent: 0 }],
    ['0105', { ringSeconds: 5, hasEarlyMedia: false }],
    ['0310', { ringSeconds: 10, hasEarlyMedia: true }],
    ['0430', { ringSeconds: 0, dropAfterSeconds: 30 }],
    ['0500', { refusalStatus: 486 }],
    ['0501', { refusalStatus: null, ringSeconds: 3600 }],
    ['0600', { isSilent: true }],
    ['0200', { isSpeaking: true, dropAfterSeconds: null }],
    ['0212', { isSpeaking: true, dropAfterSeconds: 12 }],
    ['0601', { isSpeaking: true, isDeaf: true, isSilent: false }],
    ['0705', { lossPercent: 5, jitterMs: 0 }],
    ['0860', { lossPercent: 0, jitterMs: 60 }],
    ['9404', { refusalStatus: 404 }],
    ['9603', { refusalStatus: 603 }],
    ['9999', { refusalStatus: null }],
  ])('%s', (digits, script) => expect(networkScript(PREFIX + digits)).toMatchObject(script));

  it('are not needed', () => {
    expect(networkScript('')).toEqual(networkScript('+12065551234'));
  });
});
