import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRecordingMetadata } from '../../../src/connector/recording-metadata.ts';
import { RECORDING_METADATA } from '../../support/recording-metadata.ts';

describe('recording metadata', () => {
  it('says who is heard in which stream', () => {
    expect([...(parseRecordingMetadata(RECORDING_METADATA) ?? [])]).toEqual([
      ['1', { address: 'sip:+12065550100@192.0.2.1', name: 'Office' }],
      ['2', { address: 'sip:+4930123456@192.0.2.1', name: null }],
    ]);
  });

  it.each([
    ['nothing', ''],
    ['no XML', 'v=0'],
    ['XML that breaks off', RECORDING_METADATA.slice(0, 400)],
    ['another document', '<recording xmlns="urn:example"/>'],
    ['too much', `${RECORDING_METADATA}${' '.repeat(300_000)}`],
    [
      'entities that would grow without end',
      '<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>' +
        '<recording xmlns="urn:ietf:params:xml:ns:recording:1">&b;</recording>',
    ],
  ])('is none in %s', (_, xml) => {
    expect(parseRecordingMetadata(xml)).toBeNull();
  });

  it('says nothing of streams that nobody sends', () => {
    const xml = RECORDING_METADATA.replaceAll(/<send>.*<\/send>/g, '');
    expect(parseRecordingMetadata(xml)?.size).toBe(0);
  });

  it('never throws, whatever it is', () => {
    fc.assert(
      fc.property(fc.nat(RECORDING_METADATA.length), fc.string(), (at, text) => {
        parseRecordingMetadata(RECORDING_METADATA.slice(0, at) + text + RECORDING_METADATA.slice(at));
        parseRecordingMetadata(text);
      }),
    );
  });
});
