import { createResponse } from '../../signaling/sip/create-response.ts';
import { type SipRequest, SipResponse } from '../../signaling/sip/message.ts';
import { parseMessage } from '../../signaling/sip/parse.ts';
import { serializeMessage } from '../../signaling/sip/serialize.ts';

/** The INVITE of SIPp's built-in `uac` scenario, in its order of headers. */
const BODY = [
  'v=0',
  'o=user1 53655765 2353687637 IN IP4 127.0.0.1',
  's=-',
  'c=IN IP4 127.0.0.1',
  't=0 0',
  'm=audio 6000 RTP/AVP 0',
  'a=rtpmap:0 PCMU/8000',
  '',
].join('\r\n');
const INVITE = Buffer.from(
  [
    'INVITE sip:service@127.0.0.1:5060 SIP/2.0',
    'Via: SIP/2.0/UDP 127.0.0.1:5061;branch=z9hG4bK-12345-1-0',
    'From: sipp <sip:sipp@127.0.0.1:5061>;tag=12345SIPpTag001',
    'To: service <sip:service@127.0.0.1:5060>',
    'Call-ID: 1-12345@127.0.0.1',
    'CSeq: 1 INVITE',
    'Contact: sip:sipp@127.0.0.1:5061',
    'Max-Forwards: 70',
    'Subject: Performance Test',
    'Content-Type: application/sdp',
    `Content-Length:   ${BODY.length}`,
    '',
    BODY,
  ].join('\r\n'),
);

const WARM_UP_ROUNDS = 50_000;
const ROUNDS = 200_000;
const REPETITIONS = 5;

/** Microseconds of CPU per message: an INVITE parsed and checked, a response made, a response written. */
export function benchSipParse(): { name: string; value: number; unit: string }[] {
  const result = parseMessage(INVITE);
  if (result.kind !== 'message' || result.message instanceof SipResponse)
    throw new Error('the INVITE is refused');
  const invite: SipRequest = result.message;
  return [
    { name: 'parse and validate INVITE', value: measureUs(() => parseMessage(INVITE)), unit: 'µs' },
    {
      name: 'create 200 response',
      value: measureUs(() => createResponse(invite, 200, 'OK', 'a1b2c3')),
      unit: 'µs',
    },
    {
      name: 'create and serialize 200 response',
      value: measureUs(() => serializeMessage(createResponse(invite, 200, 'OK', 'a1b2c3'))),
      unit: 'µs',
    },
  ];
}

/** The best of several repetitions, since only disturbances make it slower. */
function measureUs(operation: () => unknown): number {
  for (let round = 0; round < WARM_UP_ROUNDS; round++) operation();
  let best = Number.POSITIVE_INFINITY;
  for (let repetition = 0; repetition < REPETITIONS; repetition++) {
    const before = process.cpuUsage();
    for (let round = 0; round < ROUNDS; round++) operation();
    const { user, system } = process.cpuUsage(before);
    best = Math.min(best, (user + system) / ROUNDS);
  }
  return Math.round(best * 100) / 100;
}
