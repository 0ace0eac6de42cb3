import { afterEach, describe, expect, it } from 'vitest';
import { CallFailure } from '../../../signaling/call-failure.ts';
import type { CallLeg } from '../../../signaling/call-leg.ts';
import { DEFAULT_ENDPOINT_LIMITS } from '../../../signaling/h323/endpoint.ts';
import { encodeH245, indication, request } from '../../../signaling/h323/h245/message.ts';
import { contentOf, createQ931, serializeQ931 } from '../../../signaling/h323/q931.ts';
import { parseCause } from '../../../signaling/h323/q931-elements.ts';
import { H323Caller, PCMA, PCMU, until } from '../../support/h323-caller.ts';
import { answer, type StartedEndpoint, startEndpoint } from '../../support/h323-endpoint.ts';
import { genuineCall } from '../../support/h323-fixtures.ts';

const cleanups: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function start(...parameters: Parameters<typeof startEndpoint>): Promise<StartedEndpoint> {
  const started = await startEndpoint(...parameters);
  cleanups.push(() => started.endpoint.stop());
  return started;
}

function callTo(port: number, isTunnelling: boolean): H323Caller {
  const caller = new H323Caller({ port }, isTunnelling, [PCMA, PCMU]);
  cleanups.push(() => caller.close());
  return caller;
}

/** The caller's side of a genuine call: its Setup and what it said in the same connection. */
function callerMessages(name: string): Uint8Array[] {
  const messages = genuineCall(name).filter(({ protocol }) => protocol === 'Q.931');
  const source = messages[0]?.source;
  return messages.filter((message) => message.source === source).map(({ octets }) => octets);
}

const TUNNELLED = [
  'tunnel-nofast',
  'tunnel-fast',
  'tunnel-fast-h245insetup',
  'tunnel-rfc2833',
  'q931keypad',
  'video-h264',
  'h239',
  'gk-proxied',
  'oo-tunnel',
  'oo-fast-sep',
  'ooh323c-to-h323plus',
];
const SEPARATE = ['separate-nofast', 'fast-separate', 'oo-separate'];

describe('the Setup of a genuine call', () => {
  it.each([...TUNNELLED, ...SEPARATE])('%s gets to Connect with channels both ways', async (name) => {
    const { port, recorders, malformed } = await start();
    const caller = callTo(port, TUNNELLED.includes(name));
    caller.send(callerMessages(name)[0] as Uint8Array);
    await until('both sides to be ready', () => caller.isReady && recorders[0]?.isConfirmed === true);
    await until('media', () => recorders[0]?.media.at(-1)?.direction === 'sendrecv');
    expect(caller.types.slice(0, 3)).toEqual(['callProceeding', 'alerting', 'connect']);
    expect(recorders[0]?.media.at(-1)?.telephoneEvent?.payloadType).toBe(101);
    expect(malformed).toEqual([]);
  });
});

/** A call that is up, both sides ready. */
async function establish(name: string, onCall: (leg: CallLeg) => void = answer) {
  const started = await start({}, onCall);
  const caller = callTo(started.port, TUNNELLED.includes(name));
  caller.send(callerMessages(name)[0] as Uint8Array);
  const recorder = () => started.recorders[0]!;
  await until(
    'the call to be up',
    () => caller.isReady && started.recorders[0]?.media.at(-1)?.direction === 'sendrecv',
  );
  return { ...started, caller, recorder: recorder(), leg: started.legs[0]! };
}

async function causeOf(caller: H323Caller): Promise<number | null> {
  const { q931 } = await caller.waitFor('releaseComplete');
  return parseCause(contentOf(q931, 'cause') ?? new Uint8Array(0));
}

describe('digits', () => {
  it('come from genuine Q.931 keypads, padding left out', async () => {
    const { caller, recorder } = await establish('q931keypad');
    for (const octets of callerMessages('q931keypad').slice(1, -1)) caller.send(octets);
    await until('ten digits', () => recorder.digits.length >= 10);
    expect(recorder.digits.map(({ digit }) => digit).join('')).toBe('1234567890');
    expect(new Set(recorder.digits.map(({ source }) => source))).toEqual(new Set(['q931-keypad']));
  });

  it.each([
    ['tunnel-nofast', 'h245-alphanumeric'],
    ['gk-proxied', 'h245-signal'],
  ])('come from genuine user input of %s', async (name, source) => {
    const { caller, recorder } = await establish(name);
    const messages = callerMessages(name).filter(
      (octets) =>
        Buffer.from(octets).includes(Buffer.from('6d40', 'hex')) ||
        Buffer.from(octets).includes(Buffer.from('6d81', 'hex')),
    );
    for (const octets of messages) caller.send(octets);
    await until('digits', () => recorder.digits.length >= messages.length);
    expect(messages.length).toBeGreaterThan(0);
    expect(new Set(recorder.digits.map((digit) => digit.source))).toEqual(new Set([source]));
  });

  it('come over an H.245 connection of their own', async () => {
    const { caller, recorder } = await establish('separate-nofast');
    for (const key of ['1', '#'])
      caller.sendH245(encodeH245(indication('userInput', { choice: 'alphanumeric', value: key })));
    const signal = { signalType: '9', duration: 120 };
    caller.sendH245(encodeH245(indication('userInput', { choice: 'signal', value: signal })));
    await until('three digits', () => recorder.digits.length === 3);
    expect(recorder.digits.map(({ digit, durationMs }) => [digit, durationMs])).toEqual([
      ['1', null],
      ['#', null],
      ['9', 120],
    ]);
  });
});

describe('the end of a call', () => {
  it('by the caller, with a genuine Release Complete', async () => {
    const { caller, recorder, endpoint } = await establish('tunnel-nofast');
    caller.send(callerMessages('tunnel-nofast').at(-1) as Uint8Array);
    await until('the end', () => recorder.ends.length === 1 && endpoint.connectionCount === 0);
    expect(recorder.ends[0]).toMatchObject({ by: 'remote', reason: 'normal-clearing' });
  });

  it.each(['tunnel-nofast', 'separate-nofast'])(
    'by us, with end of session and cause 16: %s',
    async (name) => {
      const { caller, recorder, leg, endpoint } = await establish(name);
      leg.end('normal-clearing');
      expect(await causeOf(caller)).toBe(16);
      await until('end of session', () =>
        caller.h245.some(({ value }) => value.choice === 'endSessionCommand'),
      );
      await until('the connection to close', () => caller.isClosed && endpoint.connectionCount === 0);
      expect(recorder.ends).toEqual([{ by: 'local', reason: 'normal-clearing', detail: '' }]);
    },
  );

  it('by a connection that breaks', async () => {
    const { caller, recorder, endpoint } = await establish('tunnel-nofast');
    caller.close();
    await until('the end', () => recorder.ends.length === 1 && endpoint.connectionCount === 0);
    expect(recorder.ends[0]).toMatchObject({ by: 'remote', reason: 'transport-failure' });
  });

  it.each([
    ['unknown-meeting', 1],
    ['meeting-full', 17],
    ['too-many-calls', 42],
  ] as const)('as a refusal: %s is cause %i', async (reason, cause) => {
    const { port, recorders, endpoint } = await start({}, (leg) => leg.reject(new CallFailure(reason, 'no')));
    const caller = callTo(port, true);
    caller.send(callerMessages('tunnel-nofast')[0] as Uint8Array);
    expect(await causeOf(caller)).toBe(cause);
    await until('nothing to be left', () => endpoint.connectionCount === 0);
    expect(recorders[0]?.ends).toEqual([{ by: 'local', reason, detail: 'no' }]);
  });

  it('without a codec in common is cause 88', async () => {
    const { port } = await start({ capabilities: { formats: [PCMU], packetTimeMs: 20 } });
    const caller = new H323Caller({ port }, true, [PCMA]);
    cleanups.push(() => caller.close());
    caller.send(callerMessages('tunnel-nofast')[0] as Uint8Array);
    expect(await causeOf(caller)).toBe(88);
  });

  it('when the service stops is cause 41', async () => {
    const { caller, endpoint, recorder } = await establish('tunnel-nofast');
    const stopped = endpoint.stop();
    expect(await causeOf(caller)).toBe(41);
    await stopped;
    expect(recorder.ends[0]?.reason).toBe('service-stopping');
  });
});

describe('in a call', () => {
  it('a Status Inquiry is answered with cause 30 and state 10, a Status is not', async () => {
    const { caller } = await establish('tunnel-nofast');
    const reference = { callReference: callReferenceOf('tunnel-nofast'), isFromDestination: false };
    caller.send(serializeQ931(createQ931('status', reference, {})));
    caller.send(serializeQ931(createQ931('statusInquiry', reference, {})));
    const { q931 } = await caller.waitFor('status');
    expect(parseCause(contentOf(q931, 'cause')!)).toBe(30);
    expect([...contentOf(q931, 'callState')!]).toEqual([10]);
    expect(caller.types.filter((type) => type === 'status')).toHaveLength(1);
  });

  it('what we do not understand comes back', async () => {
    const { caller } = await establish('tunnel-nofast');
    caller.sendH245(Buffer.from('0c40', 'hex'));
    caller.sendH245(encodeH245(request('roundTripDelayRequest', { sequenceNumber: 7 })));
    await until('an answer', () =>
      caller.h245.some(({ value }) => value.choice === 'roundTripDelayResponse'),
    );
  });

  it('broken messages are counted and dropped until there are too many', async () => {
    const { caller, recorder, malformed } = await establish('tunnel-nofast');
    for (let count = 0; count < 16; count++) caller.sendH245(Buffer.from('0270ffff', 'hex'));
    caller.sendH245(encodeH245(request('roundTripDelayRequest', { sequenceNumber: 9 })));
    await until('an answer', () =>
      caller.h245.some(({ value }) => value.choice === 'roundTripDelayResponse'),
    );
    expect(malformed).toHaveLength(16);
    expect(recorder.ends).toEqual([]);
    caller.sendH245(Buffer.from('0270ffff', 'hex'));
    expect(await causeOf(caller)).toBe(100);
  });
});

describe('what is no call', () => {
  it.each<[string, string, RegExp]>([
    ['HTTP', Buffer.from('GET / HTTP/1.1\r\n\r\n').toString('hex'), /wrong-version/],
    ['a TPKT of length 0', '03000000', /length-too-small/],
    ['an element that ends too late', '0300000b080200010570ff', /element 112 ends/],
    ['no Q.931', '0300000a01020304050607', /protocol discriminator/],
  ])('%s is refused and counted', async (_name, hex, expected) => {
    const { port, malformed, endpoint } = await start();
    const caller = callTo(port, true);
    caller.write(Buffer.from(hex, 'hex').subarray(0));
    await until('the connection to close', () => caller.isClosed);
    await until('nothing to be left', () => endpoint.connectionCount === 0);
    expect(malformed.join()).toMatch(expected);
  });

  it('a Setup without its H.225.0 part is refused with cause 96', async () => {
    const { port, refused } = await start();
    const caller = callTo(port, true);
    caller.send(serializeQ931(createQ931('setup', { callReference: 5, isFromDestination: false }, {})));
    expect(await causeOf(caller)).toBe(96);
    expect(refused).toEqual(['a Setup without its H.225.0 part']);
  });

  it('a Setup whose H.225.0 part is cut short is refused with cause 100', async () => {
    const { port, malformed } = await start();
    const caller = callTo(port, true);
    const userUser = Buffer.from('20a806000891', 'hex');
    caller.send(
      serializeQ931(createQ931('setup', { callReference: 5, isFromDestination: false }, { userUser })),
    );
    expect(await causeOf(caller)).toBe(100);
    expect(malformed).toHaveLength(1);
  });

  it('more connections from one address than the limit are refused, and places come back', async () => {
    const { port, refused, endpoint } = await start({
      limits: { ...DEFAULT_ENDPOINT_LIMITS, maxConnectionsPerAddress: 2 },
    });
    const callers = [callTo(port, true), callTo(port, true)];
    await until('two connections', () => endpoint.connectionCount === 2);
    const third = callTo(port, true);
    await until('the third to be refused', () => third.isClosed);
    expect(refused).toHaveLength(1);
    for (const caller of callers) caller.close();
    await until('places to come back', () => endpoint.connectionCount === 0);
  });
});

function callReferenceOf(name: string): number {
  const setup = callerMessages(name)[0] as Uint8Array;
  return ((setup[2] as number) << 8) | (setup[3] as number);
}
