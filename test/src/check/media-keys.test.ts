import { expect, it } from 'vitest';
import { configSchema } from '../../../config/schema.ts';
import { checkMediaKeys } from '../../../src/check/media-keys.ts';

it.each([
  ['off', {}, 'ok', /in clear/],
  ['optional', {}, 'ok', /UDP or TCP can be read/],
  ['required', {}, 'warn', /UDP or TCP can be read/],
  ['required', { udpPort: null, tcpPort: null }, 'warn', /over TCP can be read/],
  ['required', { udpPort: null, tcpPort: null, tls: { allowPlainTcp: false } }, 'ok', /over TLS/],
])('with media.srtp %s and %j', (srtp, sip, verdict, detail) => {
  const finding = checkMediaKeys(configSchema.parse({ media: { srtp }, sip }));
  expect(finding).toMatchObject({ verdict, detail: expect.stringMatching(detail) });
});

it('looks at each listener by itself', () => {
  const srtpByListener = { udp: 'off', tcp: 'off', tls: 'required' };
  const { verdict, detail } = checkMediaKeys(configSchema.parse({ media: { srtpByListener } }));
  expect([verdict, detail]).toEqual([
    'ok',
    'off over UDP, off over TCP, required over TLS; keys come over TLS',
  ]);
});
