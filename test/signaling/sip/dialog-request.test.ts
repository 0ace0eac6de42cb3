import { describe, expect, it } from 'vitest';
import { established } from '../../support/established-call.ts';
import { NOTHING_LEFT, Pair } from '../../support/sip-user-agents.ts';

describe('the way of our requests', () => {
  it('follows the Record-Route, in order', () => {
    const stranger = established(['Record-Route: <sip:192.0.2.9;lr>, <sip:far.example;lr>']);
    stranger.bob.calls[0]!.end('normal-clearing');
    stranger.network.run();
    expect(stranger.request.headers.getAll('Route')).toEqual(['<sip:192.0.2.9;lr>', '<sip:far.example;lr>']);
    expect(stranger.request.requestUri).toBe('sip:stranger@192.0.2.9:5060');
  });

  it('is found anew when the connection has closed', async () => {
    const pair = new Pair({ transport: 'TCP' });
    const { leg } = pair.establish();
    pair.bob.endpoint.flowFor('192.0.2.1').isClosed = true;
    leg.end('normal-clearing');
    await Promise.resolve();
    pair.network.run();
    expect(pair.heard.end).toMatchObject({ by: 'remote', reason: 'normal-clearing' });
    expect(pair.bob.leftovers['dialogs']).toBe(0);
  });

  it('that cannot be found ends the dialog when we need it', async () => {
    const pair = new Pair({ transport: 'TCP' });
    const { leg, bobHeard } = pair.establish();
    pair.bob.endpoint.flowFor('192.0.2.1').isClosed = true;
    pair.bob.endpoint.flowTo = () => Promise.reject(new Error('connection refused'));
    leg.hold(true);
    // The re-INVITE looks for a way, and so does the BYE after it.
    for (let turn = 0; turn < 4; turn += 1) await Promise.resolve();
    expect(bobHeard.end).toEqual({
      by: 'remote',
      reason: 'transport-failure',
      detail: 'INVITE could not be sent: connection refused',
    });
    expect(pair.bob.userAgent.statistics.dialogs).toBe(0);
  });

  it.each([
    [481, 'remote-rejected'],
    [408, 'no-response'],
  ])('that ends in %i ends the dialog, with a BYE (RFC 3261 §12.2.1.2)', (statusCode, reason) => {
    const stranger = established();
    stranger.bob.calls[0]!.hold(true);
    stranger.network.run();
    stranger.respond(stranger.request, statusCode);
    expect(stranger.bob.heard[0]!.end).toMatchObject({ by: 'remote', reason });
    expect(stranger.request.method).toBe('BYE');
    expect(stranger.bob.heard[0]!.events.filter((event) => event.startsWith('ended'))).toHaveLength(1);
    stranger.respond(stranger.request, 481);
    stranger.network.advance(70_000, 500);
    expect(stranger.bob.leftovers).toEqual(NOTHING_LEFT);
    expect(stranger.summary.filter((entry) => entry === 'BYE')).toHaveLength(1);
  });
});
