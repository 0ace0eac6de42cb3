import { describe, expect, it } from 'vitest';
import { hasTortureMessages, readTortureMessage, warnIfAbsent } from '../../support/sip-torture.ts';
import { mediaAt, Stranger } from '../../support/sip-user-agents.ts';

/** What the user agent says to the requests of RFC 4475 that the parser lets through. */
const ANSWERS: [name: string, section: string, statusCode: number, says: string][] = [
  ['wsinv', '3.1.1.1', 481, 'its To tag names a dialog that is not ours'],
  ['intmeth', '3.1.1.2', 501, 'the method is unknown'],
  ['esc01', '3.1.1.3', 200, 'a call to an escaped user'],
  ['escnull', '3.1.1.4', 405, 'a REGISTER, and this is no registrar'],
  ['esc02', '3.1.1.5', 501, 'RE%47IST%45R is no REGISTER'],
  ['lwsdisp', '3.1.1.6', 200, 'an OPTIONS'],
  ['longreq', '3.1.1.7', 200, 'a call like any other'],
  ['dblreq', '3.1.1.8', 405, 'one REGISTER, and the INVITE after it is no part of it'],
  ['semiuri', '3.1.1.9', 200, 'an OPTIONS'],
  ['transports', '3.1.1.10', 200, 'an OPTIONS'],
  ['mpart01', '3.1.1.11', 405, 'a MESSAGE, which is not served'],
  ['baddate', '3.1.2.12', 200, 'a call, whatever the day'],
  ['badbranch', '3.2.1', 200, 'an OPTIONS, known again as RFC 2543 has it'],
  ['unkscm', '3.3.2', 416, 'a scheme nobody knows'],
  ['novelsc', '3.3.3', 416, 'a scheme that is none of SIP'],
  ['unksm2', '3.3.4', 405, 'a REGISTER'],
  ['bext01', '3.3.5', 420, 'extensions nobody supports'],
  ['invut', '3.3.6', 415, 'a body of an unknown type'],
  ['regaut01', '3.3.7', 405, 'a REGISTER'],
  ['zeromf', '3.3.11', 200, 'Max-Forwards 0 means nothing to who is meant'],
  ['cparam01', '3.3.12', 405, 'a REGISTER'],
  ['cparam02', '3.3.13', 405, 'a REGISTER'],
  ['regescrt', '3.3.14', 405, 'a REGISTER'],
  ['sdp01', '3.3.15', 406, 'an answer could not be formulated'],
  ['inv2543', '3.4.1', 200, 'a call as of old, without Contact'],
];

warnIfAbsent();

describe.skipIf(!hasTortureMessages)(
  'the user agent and RFC 4475 (skipped where the captures are absent)',
  () => {
    it.each(ANSWERS)('answers %s (§%s) with %i: %s', (name, _section, statusCode) => {
      const stranger = new Stranger();
      stranger.bob.onCall = (leg) => leg.accept(mediaAt('192.0.2.2', 20_000));
      stranger.sendBytes(readTortureMessage(name));
      expect(stranger.summary).toEqual([`${statusCode}`]);
      expect(stranger.bob.faults).toEqual([]);
    });

    it('names what it refuses bext01 for', () => {
      const stranger = new Stranger();
      stranger.sendBytes(readTortureMessage('bext01'));
      expect(stranger.response.headers.get('Unsupported')).toBe(
        'nothingsupportsthis, nothingsupportsthiseither',
      );
    });

    it.each(['unreason', 'noreason', 'bcast'])('drops %s, a response to nothing it asked', (name) => {
      const stranger = new Stranger();
      stranger.sendBytes(readTortureMessage(name));
      expect(stranger.summary).toEqual([]);
      expect(stranger.bob.transactions.statistics().strayResponses).toBe(1);
    });
  },
);

describe('a caller of RFC 2543 who sends no Contact', () => {
  it('is reached at the address of its From', async () => {
    const stranger = new Stranger();
    stranger.bob.onCall = (leg) => leg.accept(mediaAt('192.0.2.2', 20_000));
    const from = 'From: <sip:old@192.0.2.9>';
    const head = ['INVITE sip:1234567890@192.0.2.2 SIP/2.0', 'Via: SIP/2.0/UDP 192.0.2.9', from];
    const rest = ['To: <sip:1234567890@192.0.2.2>', 'Call-ID: old', 'CSeq: 1 INVITE', '', ''];
    stranger.sendBytes(Buffer.from([...head, ...rest].join('\r\n')));
    expect(stranger.response.statusCode).toBe(200);
    const answer = 'Content-Type: application/sdp';
    const offer = Buffer.from(stranger.response.body).toString();
    stranger.send('ACK', [stranger.to, from, 'Call-ID: old', answer], offer);
    stranger.bob.calls[0]!.end('normal-clearing');
    await Promise.resolve();
    stranger.network.run();
    expect([stranger.request.method, stranger.request.requestUri]).toEqual(['BYE', 'sip:old@192.0.2.9']);
  });
});
