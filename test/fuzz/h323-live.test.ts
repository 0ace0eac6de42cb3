import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { encodeH245, request } from '../../signaling/h323/h245/message.ts';
import { serializeTpkt } from '../../signaling/h323/tpkt.ts';
import { H323Caller, until } from '../support/h323-caller.ts';
import { startEndpoint } from '../support/h323-endpoint.ts';
import { GENUINE_CALLS, genuineCall } from '../support/h323-fixtures.ts';
import { createNoise, mutate } from './h323-mutation.ts';

/** How long broken callers call: short in the unit run, a minute for an afternoon. */
const DURATION_MS = Number(process.env['H323_FUZZ_LIVE_MS'] ?? 1_500);
const SEED = Number(process.env['H323_FUZZ_SEED'] ?? 11);
const CALLERS = 8;

const cleanups: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** What the caller of a genuine call sent on its signaling connection. */
function callerMessages(name: string): Uint8Array[] {
  const messages = genuineCall(name).filter(({ protocol }) => protocol === 'Q.931');
  return messages.filter(({ source }) => source === messages[0]?.source).map(({ octets }) => octets);
}

/** One call of mutated messages; every other begins with a whole Setup, so that the rest reaches a call. */
function brokenCall(port: number, noise: (below: number) => number): Promise<void> {
  const messages = callerMessages(GENUINE_CALLS[noise(GENUINE_CALLS.length)] as string);
  const stream = messages.map((octets, index) => {
    const isWhole = index === 0 && noise(2) === 0;
    const other = messages[noise(messages.length)] as Uint8Array;
    const payload = isWhole ? octets : mutate(octets, other, noise);
    const tpkt = serializeTpkt(payload);
    return noise(20) === 0 ? mutate(tpkt, payload, noise) : tpkt;
  });
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port }, () => socket.end(Buffer.concat(stream)));
    socket.on('error', () => undefined);
    socket.on('data', () => undefined);
    socket.on('close', () => resolve());
    // Half a message keeps a connection open until its timer; nobody waits for that here.
    setTimeout(() => socket.destroy(), 300).unref();
  });
}

describe(`broken callers for ${DURATION_MS} ms (seed ${SEED})`, () => {
  it('leave a good call alone, and nothing behind', { timeout: DURATION_MS + 30_000 }, async () => {
    const { endpoint, port, legs, recorders } = await startEndpoint();
    cleanups.push(() => endpoint.stop());
    const good = new H323Caller({ port }, true);
    cleanups.push(() => good.close());
    good.send(genuineCall('tunnel-nofast')[0]!.octets);
    await until('the good call', () => good.isReady && recorders[0]?.isConfirmed === true);
    const noise = createNoise(SEED);
    const endAtMs = Date.now() + DURATION_MS;
    let calls = 0;
    const keepCalling = async () => {
      while (Date.now() < endAtMs) {
        await brokenCall(port, noise);
        calls++;
      }
    };
    await Promise.all(Array.from({ length: CALLERS }, keepCalling));
    good.sendH245(encodeH245(request('roundTripDelayRequest', { sequenceNumber: 3 })));
    await until('the good call to answer', () =>
      good.h245.some(({ value }) => value.choice === 'roundTripDelayResponse'),
    );
    await until('only the good call to be left', () => endpoint.connectionCount === 1);
    expect(calls).toBeGreaterThan(CALLERS);
    expect(recorders[0]?.ends).toEqual([]);
    for (const recorder of recorders.slice(1)) expect(recorder.ends).toHaveLength(1);
    if (DURATION_MS >= 60_000) console.log(`${calls} broken connections, ${legs.length - 1} became calls`);
  });
});
