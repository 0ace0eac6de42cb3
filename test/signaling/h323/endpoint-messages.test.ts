import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { CallLeg, SignaledDigit } from '../../../signaling/call-leg.ts';
import { type H225Body, type H225Message, parseH225, serializeH225 } from '../../../signaling/h323/h225.ts';
import { encodeH245, indication } from '../../../signaling/h323/h245/message.ts';
import { createQ931, type Q931MessageType, serializeQ931 } from '../../../signaling/h323/q931.ts';
import { serializeTpkt } from '../../../signaling/h323/tpkt.ts';
import { H323Caller, PCMA, PCMU, until } from '../../support/h323-caller.ts';
import { answer, startEndpoint } from '../../support/h323-endpoint.ts';
import { genuineCall } from '../../support/h323-fixtures.ts';

const cleanups: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function start(isTunnelling: boolean, onCall: (leg: CallLeg) => void = answer) {
  const started = await startEndpoint({}, onCall);
  cleanups.push(() => started.endpoint.stop());
  const caller = new H323Caller({ port: started.port }, isTunnelling, [PCMA, PCMU]);
  cleanups.push(() => caller.close());
  return { ...started, caller };
}

const setupOf = (name: string) => genuineCall(name)[0]!.octets;

function setupValue(name: string) {
  const { q931, unit } = parseH225(setupOf(name));
  const body = unit?.['h323-message-body'];
  if (body?.choice !== 'setup') throw new Error('no Setup');
  return { q931, setup: body.value };
}

/** A Setup as a terminal of an older version writes it: without what came later. */
function setupOfVersion(version: number): Uint8Array {
  const { q931, setup } = setupValue('tunnel-fast');
  const { sourceInfo, activeMC, conferenceID, conferenceGoal, callType, destinationAddress } = setup;
  const first = { sourceInfo, activeMC, conferenceID, conferenceGoal, callType, destinationAddress };
  const { callIdentifier, fastStart, mediaWaitForConnect, canOverlapSend } = setup;
  const second = { callIdentifier, fastStart, mediaWaitForConnect, canOverlapSend };
  const value = {
    protocolIdentifier: `0.0.8.2250.0.${version}`,
    ...first,
    ...(version >= 2 && second),
    ...(version >= 4 && { multipleCalls: false, maintainConnection: false }),
  };
  return serializeH225('setup', q931, { choice: 'setup', value } as H225Body, {
    isTunnelling: version >= 2,
  });
}

function versionIn({ unit }: H225Message): string | undefined {
  const body = unit?.['h323-message-body'];
  return body?.choice === 'connect' ? body.value.protocolIdentifier : undefined;
}

describe('a terminal of an older version', () => {
  it.each([1, 2, 3, 4, 5, 6, 7])('%i is answered in its own', async (version) => {
    const { caller, recorders, malformed } = await start(version >= 2);
    caller.send(setupOfVersion(version));
    await until('media both ways', () => recorders[0]?.media.at(-1)?.direction === 'sendrecv');
    await until('H.245', () => caller.isReady && recorders[0]?.isConfirmed === true);
    expect(versionIn(await caller.waitFor('connect'))).toBe(`0.0.8.2250.0.${version}`);
    expect(malformed).toEqual([]);
  });

  it('of a version to come is answered in ours', async () => {
    const { caller } = await start(true);
    caller.send(setupOfVersion(9));
    expect(versionIn(await caller.waitFor('connect'))).toBe('0.0.8.2250.0.7');
  });
});

describe('messages in a TCP stream', () => {
  const messages = genuineCall('q931keypad').filter(({ protocol }) => protocol === 'Q.931');
  const own = messages.filter(({ source }) => source === messages[0]?.source).map(({ octets }) => octets);
  const stream = Buffer.concat(own.slice(0, -1).map(serializeTpkt));

  it.each([
    ['all in one segment', stream.length],
    ['of seven octets each', 7],
    ['octet by octet', 1],
  ])('%s are the same call', async (_name, size) => {
    const { port, recorders, malformed } = await start(true);
    // A caller that says nothing by itself, so that nothing gets between the pieces.
    const socket = connect({ host: '127.0.0.1', port, noDelay: true });
    cleanups.push(() => socket.destroy());
    socket.resume();
    for (let offset = 0; offset < stream.length; offset += size) {
      socket.write(stream.subarray(offset, offset + size));
      if (size < 8) await new Promise((resolve) => setImmediate(resolve));
    }
    await until('ten keys', () => recorders[0]?.digits.length === 10);
    expect(recorders[0]?.digits.map(({ digit }) => digit).join('')).toBe('1234567890');
    expect(malformed).toEqual([]);
  });

  it('with empty TPKTs between, as keep-alives, are the same call', async () => {
    const { caller, recorders, malformed } = await start(true);
    const empty = Buffer.from('03000004', 'hex');
    caller.write(Buffer.concat([empty, empty]));
    caller.send(own[0] as Uint8Array);
    caller.write(empty);
    await until('H.245', () => recorders[0]?.isConfirmed === true);
    expect(malformed).toEqual([]);
  });
});

/** A call that is up, tunnelled. */
async function establish() {
  const started = await start(true);
  started.caller.send(setupOf('tunnel-nofast'));
  await until('media both ways', () => started.recorders[0]?.media.at(-1)?.direction === 'sendrecv');
  return { ...started, recorder: started.recorders[0]!, leg: started.legs[0]! };
}

describe('in a call', () => {
  it('no message of ours carries more than one tunnelled message, for Cisco IOS', async () => {
    const { caller } = await establish();
    const carried = caller.received.map(({ unit }) => unit?.h245Control?.length ?? 0);
    expect(Math.max(...carried)).toBe(1);
  });

  it.each<Q931MessageType>(['notify', 'progress', 'status', 'connectAcknowledge'])(
    '%s changes nothing and is not answered, however often',
    async (type) => {
      const { caller, recorder, malformed } = await establish();
      const { q931 } = parseH225(setupOf('tunnel-nofast'));
      const before = caller.received.length;
      // Polycom floods Status after Notify; two sides that answered would never stop.
      for (let count = 0; count < 100; count++) caller.send(serializeQ931(createQ931(type, q931, {})));
      caller.send(serializeQ931(createQ931('statusInquiry', q931, {})));
      await caller.waitFor('status');
      const answers = caller.types.slice(before);
      // H.245 in a Facility may still be under way; it answers none of these.
      expect(answers.filter((one) => one !== 'facility')).toEqual(['status']);
      expect([recorder.ends, malformed]).toEqual([[], []]);
    },
  );

  it('how long a key was held is told after the key', async () => {
    const { caller, leg, recorder } = await establish();
    const held: SignaledDigit[] = [];
    leg.listen({
      onMedia: () => undefined,
      onConfirmed: () => undefined,
      onDigit: (digit) => recorder.digits.push(digit),
      onDigitHeld: (digit) => held.push(digit),
      onEnded: () => undefined,
    });
    const tell = (input: Parameters<typeof indication<'userInput'>>[1]) =>
      caller.sendH245(encodeH245(indication('userInput', input)));
    tell({ choice: 'signalUpdate', value: { duration: 90 } });
    tell({ choice: 'signal', value: { signalType: '#', duration: 100 } });
    tell({ choice: 'signalUpdate', value: { duration: 730 } });
    await until('the duration', () => held.length === 1);
    expect(recorder.digits).toMatchObject([{ digit: '#', durationMs: 100 }]);
    expect(held).toEqual([{ ...recorder.digits[0], durationMs: 730 }]);
  });
});

describe('an H.245 address', () => {
  it('that comes before our answer is connected to with it', async () => {
    let answerLater: () => void = () => undefined;
    const { caller, recorders, legs } = await start(false, (leg) => {
      answerLater = () => answer(leg);
    });
    caller.ignoreConnect = true;
    caller.send(setupOf('separate-nofast'));
    await until('the call', () => legs.length === 1);
    caller.tellH245Address(await caller.listenForH245());
    const { q931 } = parseH225(setupOf('separate-nofast'));
    caller.send(serializeQ931(createQ931('statusInquiry', q931, {})));
    await caller.waitFor('status');
    answerLater();
    await until('both sides to be ready', () => caller.isReady && recorders[0]?.isConfirmed === true);
  });

  it('that is our own is not connected to', async () => {
    const { caller, port, endpoint, refused } = await start(false);
    caller.ignoreConnect = true;
    caller.send(setupOf('separate-nofast'));
    const connected = (await caller.waitFor('connect')).unit?.['h323-message-body'];
    const listener = connected?.choice === 'connect' ? connected.value.h245Address?.value : undefined;
    for (const own of [port, listener?.port ?? 0]) caller.tellH245Address(own);
    const { q931 } = parseH225(setupOf('separate-nofast'));
    caller.send(serializeQ931(createQ931('statusInquiry', q931, {})));
    await caller.waitFor('status');
    // Had we called ourselves, the connection would be here by now, or be refused as no Setup.
    const probe = new H323Caller({ port }, false);
    cleanups.push(() => probe.close());
    await until('a connection made later', () => endpoint.connectionCount === 2);
    expect([endpoint.connectionCount, refused, caller.isReady]).toEqual([2, [], false]);
  });
});
