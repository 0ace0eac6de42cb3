import { describe, expect, it } from 'vitest';
import { serializeTpkt } from '../../signaling/h323/tpkt.ts';
import { genuineCall } from '../support/h323-fixtures.ts';
import { BEGIN_US, receiverReport, rtpFrames, senderReport } from '../support/media-frames.ts';
import {
  ipv4,
  ipv4Fragments,
  ipv6,
  ipv6WithExtensions,
  LINK_HEADERS,
  type LinkName,
  PROTOCOL_TCP,
  PROTOCOL_UDP,
  type RawPacket,
  tcp,
  udp,
} from '../support/raw-frames.ts';
import { writeSipText } from '../support/sip-text.ts';
import { type CaptureSeed, fuzzCaptures } from './capture-mutation.ts';

/** `CAPTURE_FUZZ_ROUNDS=1000000 npx vitest run --project unit test/fuzz/capture-read.test.ts` is the long run. */
const ROUNDS = Number(process.env['CAPTURE_FUZZ_ROUNDS'] ?? 4000);
const SEED = Number(process.env['CAPTURE_FUZZ_SEED'] ?? 3550);
/** What a decoder and the tables of a few streams begin with, and not much more. */
const MOST_BYTES = 4_000_000;
const EVENT = Buffer.from('050a00a0', 'hex');

const offer = Buffer.from(
  writeSipText(
    'INVITE sip:b@10.0.0.2 SIP/2.0',
    [
      'Via: SIP/2.0/UDP 10.0.0.1;branch=z9hG4bK1',
      'From: <sip:a@10.0.0.1>;tag=1',
      'To: <sip:b@10.0.0.2>',
      'Call-ID: 1',
      'CSeq: 1 INVITE',
      'Contact: <sip:a@10.0.0.1>',
      'Max-Forwards: 70',
      'Content-Type: application/sdp',
    ],
    'v=0\r\no=a 1 1 IN IP4 10.0.0.1\r\ns=-\r\nc=IN IP4 10.0.0.1\r\nt=0 0\r\nm=audio 10000 RTP/AVP 0 101\r\n' +
      'a=rtpmap:101 telephone-event/8000\r\n',
  ),
);

const datagrams = [
  ...rtpFrames(6, { payload: new Uint8Array(16) }),
  ...rtpFrames(2, { first: 6, payloadType: 101, payload: EVENT }),
  ...rtpFrames(6, { first: 8, payloadType: 9, payload: new Uint8Array(16) }),
].map(({ sourcePort, destinationPort, payload }) => udp(sourcePort, destinationPort, payload));
const reports = [senderReport(BEGIN_US, 0x1234), receiverReport(9, 0x1234, BEGIN_US, 1000)].map((report) =>
  udp(10_001, 30_001, report),
);
const h323 = genuineCall('fast-separate')
  .filter(({ protocol }) => protocol !== 'RAS')
  .slice(0, 8)
  .map(({ source, destination, octets }) => ({
    from: Number(source.split(':')[1]),
    to: Number(destination.split(':')[1]),
    octets: serializeTpkt(octets),
  }));

function segments(): Buffer[] {
  const next = new Map<number, number>();
  return h323.map(({ from, to, octets }) => {
    const sequenceNumber = next.get(from) ?? 1000;
    next.set(from, sequenceNumber + octets.length);
    return tcp(from, to, sequenceNumber, octets);
  });
}

function packetsOf(packets: readonly Buffer[], header: Buffer): RawPacket[] {
  return packets.map((packet, index) => ({
    atUs: BEGIN_US + index * 20_000,
    bytes: Buffer.concat([header, packet]),
  }));
}

const allUdp = [udp(5060, 5060, offer), ...datagrams, ...reports];
const seeds: CaptureSeed[] = (Object.keys(LINK_HEADERS) as LinkName[]).flatMap((name) => {
  const { linkType, ipv4: header4, ipv6: header6 } = LINK_HEADERS[name];
  const plain = allUdp.map((datagram) => ipv4(PROTOCOL_UDP, datagram));
  const pieces = allUdp.flatMap((datagram, index) => ipv4Fragments(PROTOCOL_UDP, datagram, index));
  const plain6 = allUdp.map((datagram, index) =>
    index % 2 === 0 ? ipv6(PROTOCOL_UDP, datagram) : ipv6WithExtensions(PROTOCOL_UDP, datagram),
  );
  return [
    { linkType, packets: packetsOf(plain, header4) },
    { linkType, packets: packetsOf(pieces, header4) },
    { linkType, packets: packetsOf(plain6, header6) },
    {
      linkType,
      packets: packetsOf(
        [tcp(5060, 5062, 7, offer.subarray(0, 300)), tcp(5060, 5062, 307, offer.subarray(300))].map(
          (segment) => ipv4(PROTOCOL_TCP, segment),
        ),
        header4,
      ),
    },
    {
      linkType,
      packets: packetsOf(
        segments().map((segment) => ipv4(PROTOCOL_TCP, segment)),
        header4,
      ),
    },
  ];
});

describe('captures with packets and bytes changed', () => {
  it(
    `are read as far as they go, ${ROUNDS} of them, in bounded memory`,
    () => {
      const before = process.memoryUsage.rss();
      const report = fuzzCaptures(seeds, ROUNDS, SEED);
      if (ROUNDS > 4000) console.log(report);
      expect(report).toMatchObject({ failure: null, rounds: ROUNDS });
      expect(report.mostBytes).toBeLessThan(MOST_BYTES);
      expect(process.memoryUsage.rss() - before).toBeLessThan(400_000_000);
      // Neither all nor nothing got through, or the changes would prove little.
      expect(Math.min(report.whole, ROUNDS - report.whole)).toBeGreaterThan(ROUNDS / 50);
      expect(Math.min(report.withStreams, report.withSignaling)).toBeGreaterThan(ROUNDS / 10);
    },
    Math.max(60_000, ROUNDS * 20),
  );
});
