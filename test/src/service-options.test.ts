import { describe, expect, it } from 'vitest';
import { configSchema } from '../../config/schema.ts';
import { BY_RECOMMENDATION } from '../../media/quality/leg-quality.ts';
import { h323EndpointOptions, literalAddress, mediaOptions } from '../../src/service-options.ts';

describe('what H.323 makes of the configuration', () => {
  it('is the address of SIP, its own ports and the codecs of both', () => {
    const config = configSchema.parse({
      sip: { address: '::' },
      h323: { portRange: [5200, 5300] },
      media: { codecs: ['PCMA'], packetTimeMs: 30 },
    });
    const options = h323EndpointOptions(config, 1720);
    expect(options).toMatchObject({ address: '::', port: 1720, portRange: [5200, 5300] });
    expect(options.capabilities.packetTimeMs).toBe(30);
    expect(options.capabilities.formats.map(({ encodingName }) => encodingName)).toEqual(['PCMA']);
  });

  it.each([
    ['auto', '192.0.2.1'],
    ['198.51.100.7', '198.51.100.7'],
    ['2001:db8::7', '2001:db8::7'],
    ['meet.example', '192.0.2.1'],
  ])('tells its callers of %s the address %s', (advertised, expected) => {
    expect(literalAddress(advertised, '192.0.2.1')).toBe(expected);
  });

  it.each([
    [{}, { h323: [5100, 6200] }],
    [{ enabled: false }, undefined],
    [{ port: null }, undefined],
  ])('gives media its ports where it is on: %j', (h323, expected) => {
    expect(mediaOptions(configSchema.parse({ h323 })).namedPortRanges).toEqual(expected);
  });

  it('gives media the E-model that is configured', () => {
    expect(mediaOptions(configSchema.parse({})).qualityModel).toEqual(BY_RECOMMENDATION);
    const quality = { mos: { scale: 'wideband', delay: 'simplified' } };
    expect(mediaOptions(configSchema.parse({ quality })).qualityModel).toEqual({
      scale: 'wideband',
      delayModel: 'simplified',
    });
  });
});
