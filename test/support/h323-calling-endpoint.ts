import { H323Endpoint, type H323EndpointOptions } from '../../signaling/h323/endpoint.ts';
import { PCMU } from './h323-caller.ts';

/** An endpoint that only calls, and hears of nobody who calls it. */
export function createCallingEndpoint(options: Partial<H323EndpointOptions> = {}): H323Endpoint {
  return new H323Endpoint(
    {
      address: '127.0.0.1',
      port: 0,
      portRange: [0, 0],
      capabilities: { formats: [PCMU], packetTimeMs: 20 },
      displayName: 'Terminal',
      productId: 'Terminal',
      versionId: '1',
      ...options,
    },
    { onCall: () => undefined, onRefused: () => undefined, onMalformed: () => undefined },
  );
}
