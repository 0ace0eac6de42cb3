import { describe, expect, it } from 'vitest';
import type { H323UserInformation } from '../../../signaling/h323/h225-types.ts';
import { decodeType, encodeType } from '../../../signaling/h323/messages.ts';
import { contentOf, parseQ931, serializeQ931 } from '../../../signaling/h323/q931.ts';
import { cutFixtures, GENUINE_CALLS, genuineCall, hasCaptures } from '../../support/h323-fixtures.ts';

/** One ASN.1 message with everything inside it that is a message of its own. */
function* messagesWithin(type: string, octets: Uint8Array): Generator<readonly [string, Uint8Array]> {
  yield [type, octets];
  if (type !== 'h225.H323-UserInformation') return;
  const unit = (decodeType(type, octets) as H323UserInformation)['h323-uu-pdu'];
  for (const inner of unit.h245Control ?? []) yield ['h245.MultimediaSystemControlMessage', inner];
  const body = unit['h323-message-body'].value as {
    fastStart?: readonly Uint8Array[];
    parallelH245Control?: readonly Uint8Array[];
  } | null;
  for (const inner of body?.fastStart ?? []) yield ['h245.OpenLogicalChannel', inner];
  for (const inner of body?.parallelH245Control ?? []) yield ['h245.MultimediaSystemControlMessage', inner];
}

function* asn1Messages(call: string): Generator<readonly [string, Uint8Array]> {
  for (const { protocol, octets } of genuineCall(call)) {
    if (protocol === 'RAS') yield ['h225.RasMessage', octets];
    else if (protocol === 'H.245') yield ['h245.MultimediaSystemControlMessage', octets];
    else {
      const userUser = contentOf(parseQ931(octets), 'userUser');
      if (userUser !== null) yield* messagesWithin('h225.H323-UserInformation', userUser);
    }
  }
}

describe('messages of genuine calls', () => {
  it('come out of decoding and encoding byte for byte', () => {
    let count = 0;
    for (const call of GENUINE_CALLS) {
      for (const [type, octets] of asn1Messages(call)) {
        const again = encodeType(type, decodeType(type, octets));
        expect(Buffer.from(again).toString('hex'), `${call} ${type}`).toBe(
          Buffer.from(octets).toString('hex'),
        );
        count++;
      }
    }
    expect(count).toBe(561);
  });

  it('are written as Q.931 byte for byte', () => {
    let count = 0;
    for (const call of GENUINE_CALLS) {
      for (const { protocol, octets } of genuineCall(call)) {
        if (protocol !== 'Q.931') continue;
        expect(Buffer.from(serializeQ931(parseQ931(octets)))).toEqual(Buffer.from(octets));
        count++;
      }
    }
    expect(count).toBe(246);
  });

  // The captures are not part of the repository; without them this test is skipped, and says so.
  it.skipIf(!hasCaptures)('are the ones in the captures beside the repository', () => {
    const cut = cutFixtures();
    expect([...cut.keys()].sort()).toEqual([...GENUINE_CALLS].sort());
    for (const call of GENUINE_CALLS) {
      const lines = (cut.get(call) ?? '').split('\n').filter((line) => /^\d/.test(line));
      expect(genuineCall(call).map(({ octets }) => Buffer.from(octets).toString('hex'))).toEqual(
        lines.map((line) => line.split(' ')[4]),
      );
    }
  });
});
