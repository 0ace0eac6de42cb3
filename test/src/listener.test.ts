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

  it('have names', () => {
    expect(listenerName('sip.tlsPort')).toBe('SIP over TLS');
    expect(listenerName('h323.port')).toBe('H.323');
    expect(listenerName('http.port')).toBe('HTTP');
  });
});
