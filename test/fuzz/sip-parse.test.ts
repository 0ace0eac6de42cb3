import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAuthenticationHeader } from '../../signaling/sip/digest-header.ts';
import { parseNameAddressList } from '../../signaling/sip/name-address.ts';
import { parseMessage } from '../../signaling/sip/parse.ts';
import { StreamFramer } from '../../signaling/sip/stream-framer.ts';
import { parseUri } from '../../signaling/sip/uri.ts';
import { parseViaList } from '../../signaling/sip/via.ts';
import { readTortureMessages, warnIfAbsent } from '../support/sip-torture.ts';
import { fuzzSipParser } from './sip-mutation.ts';

/** `SIP_FUZZ_ROUNDS=1000000 npx vitest run --project unit test/fuzz/sip-parse.test.ts` is the long run. */
const ROUNDS = Number(process.env['SIP_FUZZ_ROUNDS'] ?? 20_000);
const SEED = Number(process.env['SIP_FUZZ_SEED'] ?? 4475);
const SLOWEST_MS = 50;

const OWN_MESSAGES = [
  'INVITE sip:6064724824@[2001:db8::1]:5060;transport=tcp SIP/2.0\r\nv: SIP/2.0/TCP a:1;branch=z9hG4bK1;rport, SIP/2.0/UDP b;received=::1\r\nf: "A \\"B\\"" <sip:a@b>;tag=1\r\nt: <sips:c@d;lr?e=f>\r\ni: x\r\nCSeq: 1 INVITE\r\nm: <sip:a@b>;expires=5, "x,y" <tel:+1>\r\nRoute: <sip:p;lr>\r\n ,<sip:q;lr>\r\nk: 100rel, timer\r\nc: multipart/mixed;boundary=q\r\nl: 42\r\n\r\n--q\r\nContent-Type: text/plain\r\n\r\nhi\r\n--q--\r\n',
  'SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:c@d>;tag=2\r\nCall-ID: x\r\nCSeq: 1 INVITE\r\nContact: <sip:c@d>\r\nRecord-Route: <sip:p;lr>\r\nContent-Length: 0\r\n\r\n',
].map((text) => Buffer.from(text));

warnIfAbsent();

describe('the SIP parser', () => {
  it(
    `survives ${ROUNDS} mutated messages, none slower than ${SLOWEST_MS} ms`,
    () => {
      const report = fuzzSipParser([...OWN_MESSAGES, ...readTortureMessages()], ROUNDS, SEED);
      if (ROUNDS > 20_000) console.log(report);
      expect(report).toMatchObject({ failure: null, rounds: ROUNDS });
      expect(report.slowestMs).toBeLessThan(SLOWEST_MS);
      // Neither all nor nothing got through, or the mutations would prove little.
      expect(Math.min(report.accepted, report.malformed)).toBeGreaterThan(ROUNDS / 50);
    },
    ROUNDS,
  );

  it('never throws on bytes of any kind', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => {
        parseMessage(bytes);
        new StreamFramer().push(bytes);
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ['Via', (text: string) => parseViaList(text)],
    ['address', (text: string) => parseNameAddressList(text)],
    ['URI', (text: string) => parseUri(text)],
    ['credentials', (text: string) => parseAuthenticationHeader(text)],
  ])('never throws on a %s of any text', (_name, parse) => {
    const alphabet = fc.string({ unit: fc.constantFrom(...'aSIP/2.0 \t<>"\\;,:=@%[]?&*é\0'), maxLength: 60 });
    fc.assert(
      fc.property(fc.oneof(alphabet, fc.string()), (text) => void parse(text)),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ['quotes', `From: ${'"'.repeat(8_000)}`],
    ['backslashes', `From: "${'\\'.repeat(8_000)}`],
    ['spaces', `From: ${' '.repeat(8_000)}x`],
    ['folds', `Subject: a${'\r\n '.repeat(2_600)}`],
    ['semicolons', `Via: SIP/2.0/UDP a${';a'.repeat(4_000)}`],
    [
      'distinct parameters',
      `Via: SIP/2.0/UDP a${Array.from({ length: 1_300 }, (_, index) => `;a${index}`).join('')}`,
    ],
    ['commas', `Contact: ${'<a:b>,'.repeat(1_300)}<a:b>`],
    ['slashes', `Via: SIP${' '.repeat(8_000)}/`],
    ['percents', `Contact: <sip:${'%41'.repeat(2_600)}@b>`],
  ])('takes one header of 8 KB of %s in 50 ms, a hundred in a second', (_kind, header) => {
    const bytes = Buffer.from(`OPTIONS sip:a@b SIP/2.0\r\n${header}\r\n\r\n`);
    parseMessage(bytes);
    const before = process.cpuUsage();
    for (let round = 0; round < 20; round++) parseMessage(bytes);
    expect(process.cpuUsage(before).user / 20 / 1000).toBeLessThan(SLOWEST_MS);
  });
});
