import { afterEach, describe, expect, it } from 'vitest';
import { locate } from '../../../signaling/sip/locate.ts';
import { LocatedFlows } from '../../../signaling/sip/located-flows.ts';
import { TransactionLayer } from '../../../signaling/sip/transaction-layer.ts';
import { TransportLayer } from '../../../signaling/sip/transport-layer.ts';
import { UserAgent } from '../../../signaling/sip/user-agent.ts';
import type { UserAgentListener } from '../../../signaling/sip/user-agent-options.ts';
import { WheelClock } from '../../../signaling/sip/wheel-clock.ts';
import { CAPABILITIES, Heard, mediaAt } from '../../support/sip-user-agents.ts';

const NO_DNS = { naptr: async () => [], srv: async () => [], addresses: async () => [] };
const stops: (() => Promise<void>)[] = [];

afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()));
});

/** A whole stack of ours on loopback. */
async function startStack(
  transport: 'UDP' | 'TCP',
  listener: UserAgentListener,
  faults: unknown[],
): Promise<{ userAgent: UserAgent; port: number }> {
  const clock = new WheelClock();
  const transports = new TransportLayer(
    { listeners: [{ transport, address: '127.0.0.1', port: 0 }], clock },
    {
      onMalformed: (detail) => faults.push(detail),
      onFlowClosed: () => undefined,
      onTrace: () => undefined,
      onRefused: (limit) => faults.push(limit),
      onFault: (error) => faults.push(error),
    },
  );
  const transactions = new TransactionLayer({
    transport: transports,
    clock,
    observer: { onRefused: () => undefined, onFault: (error) => faults.push(error) },
  });
  const userAgent = new UserAgent(
    {
      capabilities: CAPABILITIES,
      preference: 'remote',
      softwareName: 'Carillon/test',
      sessionTimer: null,
      reliableProvisional: 'supported',
      transactions,
      flows: new LocatedFlows(
        (uri) => locate(uri, NO_DNS, Math.random),
        (target) => transports.connect(target),
      ),
      wallClockMs: Date.now,
      maxDialogs: 100,
      retryAfterSeconds: 5,
    },
    listener,
  );
  await transports.start();
  stops.push(async () => {
    await transports.stop();
    clock.stop();
  });
  return { userAgent, port: transports.listeners[0]!.port };
}

describe('a call over real sockets', () => {
  it.each(['UDP', 'TCP'] as const)('by %s rings, is answered, held and ended', async (transport) => {
    const faults: unknown[] = [];
    const ended = Promise.withResolvers<void>();
    const bobEnded = Promise.withResolvers<void>();
    const bobHeard = new Heard();
    const bob = await startStack(
      transport,
      {
        onCall: (leg) => {
          const { onEnded } = bobHeard;
          bobHeard.onEnded = (end) => {
            onEnded.call(bobHeard, end);
            bobEnded.resolve();
          };
          leg.listen(bobHeard);
          leg.ring();
          leg.accept(mediaAt('127.0.0.1', 20_000));
        },
        onRefused: (refused) => faults.push(refused),
      },
      faults,
    );
    const nobody = { onCall: () => undefined, onRefused: () => undefined };
    const alice = await startStack(transport, nobody, faults);
    const suffix = transport === 'TCP' ? ';transport=tcp' : '';
    const call = alice.userAgent.call(`sip:1234567890@127.0.0.1:${bob.port}${suffix}`, {
      from: 'sip:alice@127.0.0.1',
      media: mediaAt('127.0.0.1', 10_000),
    });
    const heard = new Heard();
    heard.onMedia = (audio) => {
      heard.events.push(`media ${audio.direction}`);
      if (audio.direction === 'sendonly') call.end('normal-clearing');
    };
    heard.onConfirmed = () => {
      heard.events.push('confirmed');
      call.hold(true);
    };
    heard.onEnded = () => ended.resolve();
    call.listen(heard);
    await Promise.all([ended.promise, bobEnded.promise]);
    expect(heard.events).toEqual([
      'progress 180',
      'answered',
      'media sendrecv',
      'confirmed',
      'media sendonly',
    ]);
    expect(bobHeard.events).toEqual([
      'media PCMU sendrecv',
      'confirmed',
      'media PCMU recvonly',
      'ended remote normal-clearing',
    ]);
    await expect
      .poll(() => [alice.userAgent.statistics.dialogs, bob.userAgent.statistics.dialogs])
      .toEqual([0, 0]);
    expect(faults).toEqual([]);
  });
});
