import { type AddressInfo, createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { CallEnd } from '../../../signaling/call-leg.ts';
import { createEndpointType, type H225Body, parseH225, serializeH225 } from '../../../signaling/h323/h225.ts';
import { decodeH245 } from '../../../signaling/h323/h245/message.ts';
import { serializeTpkt, TpktFramer } from '../../../signaling/h323/tpkt.ts';
import { createH225Address } from '../../../signaling/h323/transport-address.ts';
import { until } from '../../support/h323-caller.ts';
import { createCallingEndpoint } from '../../support/h323-calling-endpoint.ts';
import { ManualClock } from '../../support/manual-clock.ts';

const HOST = '127.0.0.1';
const cleanups: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** Listens and hands on each payload that comes, with the socket to answer on. */
async function listen(onPayload: (payload: Uint8Array, socket: Socket) => void): Promise<number> {
  const server = createServer((socket) => {
    const framer = new TpktFramer();
    cleanups.push(() => socket.destroy());
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      for (const payload of framer.push(chunk).payloads) onPayload(payload, socket);
    });
  });
  cleanups.push(() => server.close());
  await new Promise<void>((resolve) => server.listen(0, HOST, resolve));
  return (server.address() as AddressInfo).port;
}

interface Answer {
  readonly type: 'progress' | 'connect' | 'callProceeding';
  readonly hasAddress: boolean;
}

/** A called side that answers a Setup with these messages; `h245` keeps what comes where it waits for H.245. */
async function startCalled(answers: readonly Answer[]) {
  const h245: string[] = [];
  const controlPort = await listen((payload) => h245.push(decodeH245(payload).value.choice));
  const common = {
    protocolIdentifier: '0.0.8.2250.0.4',
    destinationInfo: createEndpointType('Called', '1'),
    callIdentifier: { guid: new Uint8Array(16) },
    conferenceID: new Uint8Array(16),
  };
  const port = await listen((payload, socket) => {
    const { q931 } = parseH225(payload);
    if (q931.type !== 'setup') return;
    const reference = { callReference: q931.callReference, isFromDestination: true };
    for (const { type, hasAddress } of answers) {
      const h245Address = createH225Address({ address: HOST, port: controlPort });
      const value = { ...common, ...(hasAddress && { h245Address }) };
      const body = { choice: type, value } as H225Body;
      socket.write(serializeTpkt(serializeH225(type, reference, body, { isTunnelling: false })));
    }
  });
  return { port, h245 };
}

function call(port: number, clock?: ManualClock) {
  const endpoint = createCallingEndpoint({
    displayName: 'Tester',
    productId: 'Carillon',
    ...(clock && { clock }),
  });
  cleanups.push(() => endpoint.stop());
  const ends: CallEnd[] = [];
  const media = { rtp: { address: HOST, port: 5300 }, rtcp: { address: HOST, port: 5301 } };
  const placed = endpoint.call({
    destination: { address: HOST, port },
    calledAlias: '1',
    callingAlias: 'tester',
    media,
    hasFastStart: false,
    h245: 'connecting',
  });
  const seen: string[] = [];
  placed.listen({
    onProgress: (message) => seen.push(message),
    onAnswered: () => seen.push('answered'),
    onMedia: () => undefined,
    onConfirmed: () => undefined,
    onDigit: () => undefined,
    onEnded: (end) => ends.push(end),
  });
  placed.start();
  return { ends, seen };
}

describe('a called side', () => {
  it.each<[string, readonly Answer[]]>([
    [
      'Progress',
      [
        { type: 'progress', hasAddress: true },
        { type: 'connect', hasAddress: false },
      ],
    ],
    [
      'Call Proceeding',
      [
        { type: 'callProceeding', hasAddress: true },
        { type: 'connect', hasAddress: false },
      ],
    ],
    ['Connect', [{ type: 'connect', hasAddress: true }]],
  ])('may say in %s where it waits for H.245', async (_type, answers) => {
    const { port, h245 } = await startCalled(answers);
    const { seen } = call(port);
    await until('H.245', () => h245.length >= 2);
    expect(h245.slice(0, 2)).toEqual(['terminalCapabilitySet', 'masterSlaveDetermination']);
    expect(seen).toContain('answered');
  });

  it('that tells of progress has as long as a person takes to answer', async () => {
    const clock = new ManualClock();
    const { port } = await startCalled([{ type: 'progress', hasAddress: false }]);
    const { ends } = call(port, clock);
    // T303 runs from Setup on; Progress puts T301 in its place.
    await until('Progress', () => clock.nextDelayMs === 180_000);
    clock.advance(179_999);
    expect(ends).toEqual([]);
    clock.advance(1);
    expect(ends).toMatchObject([{ by: 'local', reason: 'no-response', detail: 'No answer after Progress.' }]);
  });
});
