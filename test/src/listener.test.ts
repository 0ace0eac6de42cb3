import { describe, expect, it } from 'vitest';
import { configSchema } from '../../config/schema.ts';
import { listenerName, plannedListeners } from '../../src/listener.ts';

describe('the listeners', () => {
  it('are the ones that are switched on, under the keys that move them', () => {
    const planned = plannedListeners(
      configSchema.parse({ sip: { address: '::', tcpPort: null, udpPort: 0 } }),
    );
    expect(planned.map(({ key, protocol, address, port }) => [key, protocol, address, port])).toEqual([
      ['sip.udpPort', 'UDP', '::', 0],
      ['sip.tlsPort', 'TCP', '::', 5061],
      ['sip.webSocketPort', 'TCP', '::', 5066],
      ['h323.port', 'TCP', '::', 1720],
      ['http.port', 'TCP', '127.0.0.1', 8080],
    ]);
  });

  it.each([{ enabled: false }, { port: null }])('have no H.323 where it is off: %j', (h323) => {
    const keys = plannedListeners(configSchema.parse({ h323 })).map(({ key }) => key);
    expect(keys).not.toContain('h323.port');
  });

  it('are those of connectors too, for UDP and TCP', () => {
    const voiceConnectors = [{ id: 'abcdef1ghij2klmno3pqr4', name: 'a', port: 5090 }];
    const planned = plannedListeners(configSchema.parse({ voiceConnectors }));
    expect(planned.filter(({ port }) => port === 5090).map(({ key, protocol }) => [key, protocol])).toEqual([
      ['voiceConnectors.port', 'UDP'],
      ['voiceConnectors.port', 'TCP'],
    ]);
  });

  it('have names', () => {
    expect(listenerName('sip.tlsPort')).toBe('SIP over TLS');
    expect(listenerName('voiceConnectors.port')).toBe('Voice Connector');
    expect(listenerName('h323.port')).toBe('H.323');
    expect(listenerName('http.port')).toBe('HTTP');
  });
});
