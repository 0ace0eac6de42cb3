import { describe, expect, it } from 'vitest';
import { leadsTo } from '../../../signaling/sip/next-hop.ts';
import { createUri, parseUri } from '../../../signaling/sip/uri.ts';
import { MemoryNetwork } from '../../support/sip-memory-network.ts';
import { mediaAt, OFFER, SDP_TYPE, Stranger } from '../../support/sip-user-agents.ts';

/** Where our BYE goes after an INVITE with these lines from 192.0.2.9:5060. */
async function wayOfBye(
  lines: readonly string[],
  transport: 'UDP' | 'TCP' = 'UDP',
): Promise<string | undefined> {
  const stranger = new Stranger({}, transport);
  for (const address of ['192.0.2.50', '192.0.2.60']) stranger.network.endpoint(address, transport);
  stranger.bob.onCall = (leg) => leg.accept(mediaAt('192.0.2.2', 20_000));
  stranger.send('INVITE', [SDP_TYPE, ...lines], OFFER);
  stranger.send('ACK', [stranger.to]);
  stranger.bob.calls[0]!.end('normal-clearing');
  await Promise.resolve();
  return stranger.network.sent.find(({ summary }) => summary === 'BYE')?.to;
}

const VIA = 'Via: SIP/2.0/UDP 192.0.2.9:5060;branch=z9hG4bKa';
const NATTED = 'Via: SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bKa;received=192.0.2.9;rport=5060';
const TWO_VIAS = `${VIA}, SIP/2.0/UDP 192.0.2.50:5060;branch=z9hG4bKb`;

describe('our BYE', () => {
  it.each([
    ['to the peer it came from', [VIA], 'UDP', '192.0.2.9'],
    ['to another address of the peer', [VIA, 'Contact: <sip:a@192.0.2.50>'], 'UDP', '192.0.2.50'],
    ['back to a peer behind a NAT', [NATTED, 'Contact: <sip:a@10.0.0.1:5060>'], 'UDP', '192.0.2.9'],
    ['past a proxy that stepped aside', [TWO_VIAS, 'Contact: <sip:a@192.0.2.50>'], 'UDP', '192.0.2.50'],
    [
      'by a proxy that recorded its route',
      [TWO_VIAS, 'Contact: <sip:a@192.0.2.50>', 'Record-Route: <sip:192.0.2.9;lr>'],
      'UDP',
      '192.0.2.9',
    ],
    [
      'by another address of such a proxy',
      [TWO_VIAS, 'Contact: <sip:a@192.0.2.50>', 'Record-Route: <sip:192.0.2.60;lr>'],
      'UDP',
      '192.0.2.60',
    ],
    ['by the connection it came on', [VIA, 'Contact: <sip:a@10.0.0.1;transport=tcp>'], 'TCP', '192.0.2.9'],
    [
      'past a proxy over TCP too',
      [TWO_VIAS, 'Contact: <sip:a@192.0.2.50;transport=tcp>'],
      'TCP',
      '192.0.2.50',
    ],
  ] as const)('goes %s', async (_name, lines, transport, address) => {
    expect(await wayOfBye(lines, transport)).toBe(address);
  });
});

describe('leadsTo', () => {
  const flow = new MemoryNetwork().endpoint('192.0.2.2').flowFor('192.0.2.9');
  const neighbor = { isNextHop: true, isBehindNat: false };

  it.each([
    ['sip:192.0.2.9', true],
    ['sip:192.0.2.9:5060;transport=udp', true],
    ['sip:192.0.2.9:5070', false],
    ['sip:192.0.2.9;transport=tcp', false],
    ['sip:example.com', false],
  ])('%s: %s', (uri, expected) => {
    expect(leadsTo(flow, parseUri(uri)!, neighbor)).toBe(expected);
  });

  it('is false for a connection that has closed', () => {
    const closed = new MemoryNetwork().endpoint('192.0.2.2', 'TCP').flowFor('192.0.2.9');
    closed.isClosed = true;
    expect(leadsTo(closed, createUri({ host: '192.0.2.9' }), neighbor)).toBe(false);
  });
});
