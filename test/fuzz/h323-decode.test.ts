import { describe, expect, it } from 'vitest';
import type { H323UserInformation } from '../../signaling/h323/h225-types.ts';
import { decodeType, encodeType } from '../../signaling/h323/messages.ts';
import { PerError } from '../../signaling/h323/per/per-error.ts';
import { contentOf, parseQ931, Q931Error, serializeQ931 } from '../../signaling/h323/q931.ts';
import { GENUINE_CALLS, genuineCall } from '../support/h323-fixtures.ts';
import { createNoise, mutate, type SamplePdu } from './h323-mutation.ts';

/** How many mutated PDUs: few in the unit run, a million and more for an afternoon. */
const COUNT = Number(process.env['H323_FUZZ_COUNT'] ?? 20_000);
const SEED = Number(process.env['H323_FUZZ_SEED'] ?? 7);
const MAX_DECODE_MS = 50;

const H245 = 'h245.MultimediaSystemControlMessage';

const samples: SamplePdu[] = GENUINE_CALLS.flatMap((call) =>
  genuineCall(call).flatMap(({ protocol, octets }): SamplePdu[] => {
    if (protocol === 'H.245') return [{ type: H245, octets }];
    if (protocol === 'RAS') return [{ type: 'h225.RasMessage', octets }];
    const userUser = contentOf(parseQ931(octets), 'userUser');
    if (userUser === null) return [];
    const unit = (decodeType('h225.H323-UserInformation', userUser) as H323UserInformation)['h323-uu-pdu'];
    const inner = (unit.h245Control ?? []).map((control) => ({ type: H245, octets: control }));
    return [{ type: 'h225.H323-UserInformation', octets: userUser }, ...inner];
  }),
);
const messages = GENUINE_CALLS.flatMap((call) =>
  genuineCall(call)
    .filter(({ protocol }) => protocol === 'Q.931')
    .map(({ octets }) => octets),
);

function pick<Item>(items: readonly Item[], noise: (below: number) => number): Item {
  return items[noise(items.length)] as Item;
}

describe(`${COUNT} mutated PDUs (seed ${SEED})`, () => {
  it('are decoded, or refused with a typed error that names the place, in time', {
    timeout: 3_600_000,
  }, () => {
    const noise = createNoise(SEED);
    let understood = 0;
    let slowest = { ms: 0, type: H245, hex: '' };
    for (let count = 0; count < COUNT; count++) {
      const { type, octets } = pick(samples, noise);
      const mutated = mutate(octets, pick(samples, noise).octets, noise);
      const startedAt = performance.now();
      let value: unknown;
      let error: unknown = null;
      try {
        value = decodeType(type, mutated);
      } catch (thrown) {
        error = thrown;
      }
      const ms = performance.now() - startedAt;
      if (ms > slowest.ms) slowest = { ms, type, hex: Buffer.from(mutated).toString('hex') };
      if (error === null) {
        understood++;
        // What was understood can be written, and is understood alike again.
        expect(decodeType(type, encodeType(type, value))).toEqual(value);
      } else if (!(error instanceof PerError)) {
        throw new Error(`${type} ${Buffer.from(mutated).toString('hex')}: ${String(error)}`, {
          cause: error,
        });
      }
    }
    expect(understood).toBeGreaterThan(COUNT / 50);
    // Garbage collection and the neighbors on the machine can hold up any one decode: it must be slow again.
    if (slowest.ms > MAX_DECODE_MS) {
      const startedAt = performance.now();
      try {
        decodeType(slowest.type, Buffer.from(slowest.hex, 'hex'));
      } catch (error) {
        expect(error).toBeInstanceOf(PerError);
      }
      expect(performance.now() - startedAt, slowest.hex).toBeLessThan(MAX_DECODE_MS);
    }
    if (COUNT >= 1_000_000)
      console.log(`${understood} understood, slowest decode ${slowest.ms.toFixed(1)} ms`);
  });

  it('are Q.931 messages that come back, or are refused with a typed error', { timeout: 3_600_000 }, () => {
    const noise = createNoise(SEED + 1);
    for (let count = 0; count < COUNT; count++) {
      const mutated = mutate(pick(messages, noise), pick(messages, noise), noise);
      try {
        const again = serializeQ931(parseQ931(mutated));
        if (Buffer.compare(again, mutated) !== 0) throw new Error(Buffer.from(mutated).toString('hex'));
      } catch (error) {
        if (!(error instanceof Q931Error)) throw error;
      }
    }
  });
});

describe('bombs', () => {
  const h245 = (hex: string) => () => decodeType(H245, Buffer.from(hex, 'hex'));

  it.each<[string, () => unknown]>([
    ['a list of 64 K empty elements', h245(`7a${'c4'.repeat(30)}`)],
    ['a thousand capability tables', h245(`0270010600088175000f${'ff'.repeat(2000)}`)],
    ['nothing but ones', () => decodeType('h225.H323-UserInformation', new Uint8Array(60_000).fill(0xff))],
    ['nothing but zeros', () => decodeType('h225.RasMessage', new Uint8Array(60_000))],
    ['more than a TPKT holds', () => decodeType(H245, new Uint8Array(70_000))],
  ])('%s costs nothing', (_name, decode) => {
    const startedAt = performance.now();
    try {
      decode();
    } catch (error) {
      expect(error).toBeInstanceOf(PerError);
    }
    expect(performance.now() - startedAt).toBeLessThan(MAX_DECODE_MS);
  });

  it('of a data type inside itself ends at the limit of depth', () => {
    let type: unknown = { choice: 'nullData', value: null };
    for (let depth = 0; depth < 60; depth++) {
      type = { choice: 'multiplePayloadStream', value: { elements: [{ dataType: type, payloadType: 96 }] } };
    }
    const octets = encodeType('h245.DataType', type);
    expect(() => decodeType('h245.DataType', octets)).toThrow(expect.objectContaining({ code: 'too-deep' }));
  });
});
