import { createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { CallFailure } from '../../../signaling/call-failure.ts';
import type { CallEnd, CallLeg } from '../../../signaling/call-leg.ts';
import type { H323Endpoint } from '../../../signaling/h323/endpoint.ts';
import type { DigitTransport } from '../../../signaling/h323/key-press.ts';
import type { OutgoingH323Call } from '../../../signaling/h323/outgoing-call.ts';
import type { OutgoingH323Options } from '../../../signaling/h323/outgoing-options.ts';
import type { NegotiatedAudio } from '../../../signaling/session-description.ts';
import { PCMA, PCMU, until } from '../../support/h323-caller.ts';
import { createCallingEndpoint } from '../../support/h323-calling-endpoint.ts';
import { answer, startEndpoint } from '../../support/h323-endpoint.ts';
import { ManualClock } from '../../support/manual-clock.ts';

const cleanups: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const CALLER_MEDIA = {
  rtp: { address: '127.0.0.1', port: 5300 },
  rtcp: { address: '127.0.0.1', port: 5301 },
};

/** The caller's side, all that it is told. */
class Caller {
  readonly progress: string[] = [];
  readonly media: NegotiatedAudio[] = [];
  readonly ends: CallEnd[] = [];
  readonly call: OutgoingH323Call;
  isAnswered = false;
  isConfirmed = false;

  constructor(endpoint: H323Endpoint, port: number, options: Partial<OutgoingH323Options> = {}) {
    this.call = endpoint.call({
      destination: { address: '127.0.0.1', port },
      calledAlias: '6064724824',
      callingAlias: 'tester',
      media: CALLER_MEDIA,
      ...options,
    });
    this.call.listen({
      onProgress: (message) => this.progress.push(message),
      onAnswered: () => {
        this.isAnswered = true;
      },
      onMedia: (audio) => this.media.push(audio),
      onConfirmed: () => {
        this.isConfirmed = true;
      },
      onDigit: () => undefined,
      onEnded: (end) => this.ends.push(end),
    });
    this.call.start();
  }
}

async function start(onCall: (leg: CallLeg) => void = answer) {
  const called = await startEndpoint({}, onCall);
  cleanups.push(() => called.endpoint.stop());
  return called;
}

function callingEndpoint(clock?: ManualClock): H323Endpoint {
  const endpoint = createCallingEndpoint({
    capabilities: { formats: [PCMA, PCMU], packetTimeMs: 20 },
    displayName: 'Tester',
    productId: 'Carillon',
    ...(clock && { clock }),
  });
  cleanups.push(() => endpoint.stop());
  return endpoint;
}

const MODES: readonly (readonly [string, Partial<OutgoingH323Options>])[] = [
  ['tunnelled', { hasFastStart: false }],
  ['over a connection of ours', { hasFastStart: false, h245: 'connecting' }],
  ['over a connection of theirs', { hasFastStart: false, h245: 'listening' }],
  ['fast start, tunnelled', {}],
  ['fast start, over a connection of ours', { h245: 'connecting' }],
  ['fast start, over a connection of theirs', { h245: 'listening' }],
  ['fast start, H.245 in Setup', { h245: 'in-setup' }],
  ['H.245 in Setup', { hasFastStart: false, h245: 'in-setup' }],
];
const DIGITS: readonly DigitTransport[] = ['h245-alphanumeric', 'h245-signal', 'q931-keypad'];

describe.each(MODES)('a call of ours, %s,', (_mode, options) => {
  it.each(DIGITS)('is answered, carries keys as %s and ends', async (transport) => {
    const { port, recorders, legs, endpoint, malformed } = await start();
    const caller = new Caller(callingEndpoint(), port, options);
    const isUp = (media: readonly NegotiatedAudio[] | undefined) => media?.at(-1)?.direction === 'sendrecv';
    await until('media both ways', () => isUp(caller.media) && isUp(recorders[0]?.media));
    await until('the end of call set-up', () => caller.isConfirmed && recorders[0]?.isConfirmed === true);
    expect([caller.progress, caller.isAnswered]).toEqual([['callProceeding', 'alerting'], true]);
    expect(legs[0]?.called.user).toBe('6064724824');
    expect(legs[0]?.calling).toMatchObject({ user: 'tester', displayName: 'Tester' });
    expect(caller.media.at(-1)?.remoteRtp).toEqual({ address: '127.0.0.1', port: 5200 });
    expect(recorders[0]?.media.at(-1)?.remoteRtp).toEqual({ address: '127.0.0.1', port: 5300 });
    // Each side may prefer another codec; what one sends, the other must be able to receive.
    expect(recorders[0]?.media.at(-1)?.receiveFormats).toContainEqual(caller.media.at(-1)?.format);
    expect(caller.media.at(-1)?.receiveFormats).toContainEqual(recorders[0]?.media.at(-1)?.format);
    caller.call.sendDigits('12#', transport);
    await until('three keys', () => recorders[0]?.digits.length === 3);
    expect(recorders[0]?.digits.map(({ digit, source }) => digit + source)).toEqual(
      ['1', '2', '#'].map((digit) => digit + transport),
    );
    caller.call.end('normal-clearing');
    await until('both ends', () => recorders[0]?.ends.length === 1 && endpoint.connectionCount === 0);
    expect(recorders[0]?.ends[0]).toMatchObject({ by: 'remote', reason: 'normal-clearing' });
    expect([caller.ends, malformed]).toEqual([[{ by: 'local', reason: 'normal-clearing', detail: '' }], []]);
  });
});

describe('a call of ours that comes to nothing', () => {
  it('is told the cause of a refusal', async () => {
    const { port } = await start((leg) => leg.reject(new CallFailure('meeting-full', 'full')));
    const caller = new Caller(callingEndpoint(), port);
    await until('the end', () => caller.ends.length === 1);
    expect(caller.ends[0]).toEqual({
      by: 'remote',
      reason: 'remote-rejected',
      detail: 'Release Complete, cause 17 (user busy)',
      q850Cause: 17,
    });
  });

  it('is told when nobody listens', async () => {
    const free = createServer();
    await new Promise<void>((resolve) => free.listen(0, '127.0.0.1', () => resolve()));
    const { port } = free.address() as { port: number };
    await new Promise((resolve) => free.close(resolve));
    const caller = new Caller(callingEndpoint(), port);
    await until('the end', () => caller.ends.length === 1);
    expect(caller.ends[0]).toMatchObject({ by: 'remote', reason: 'transport-failure' });
  });

  it.each([
    ['T303: nothing', 4_000, () => undefined, 'call initiated'],
    ['T310: no Alerting', 10_000, () => undefined, 'outgoing call proceeding'],
    ['T301: no Connect', 180_000, (leg: CallLeg) => leg.ring(), 'call delivered'],
  ] as const)('ends by %s', async (_timer, ms, onCall, state) => {
    const clock = new ManualClock();
    let hasSetup = state !== 'call initiated';
    const silent = createServer((socket) => {
      cleanups.push(() => socket.destroy());
      socket.once('data', () => {
        hasSetup = true;
      });
    });
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', () => resolve()));
    cleanups.push(() => silent.close());
    const called = await start(onCall);
    const port = state === 'call initiated' ? (silent.address() as { port: number }).port : called.port;
    const caller = new Caller(callingEndpoint(clock), port);
    const expected = { 'call initiated': 0, 'outgoing call proceeding': 1, 'call delivered': 2 }[state];
    await until('progress', () => hasSetup && caller.progress.length === expected);
    clock.advance(ms - 1);
    expect(caller.ends).toEqual([]);
    clock.advance(1);
    expect(caller.ends).toEqual([
      { by: 'local', reason: 'no-response', detail: `No answer in state ${state}.` },
    ]);
  });

  it('ends when told to before it is connected', async () => {
    const caller = new Caller(callingEndpoint(), (await start()).port);
    caller.call.end('normal-clearing');
    expect(caller.ends).toEqual([{ by: 'local', reason: 'normal-clearing', detail: '' }]);
  });
});
