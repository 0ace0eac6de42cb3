/** Captures that other programs made, and every way in which a packet can lie in one, beside tshark. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { NO_IMPAIRMENT } from '../../media/impairment/impair.ts';
import { analyzeFile } from '../../src/analyze/analyze-file.ts';
import { analyzeAsTshark, ourLines, tsharkLines } from '../support/analyze-lines.ts';
import { CAPTURE_DIRECTORY, hasCaptures } from '../support/h323-fixtures.ts';
import { rtpFrame } from '../support/media-frames.ts';
import {
  ipv4,
  ipv4Fragments,
  ipv6,
  ipv6Fragments,
  ipv6WithExtensions,
  LINK_HEADERS,
  type LinkName,
  PROTOCOL_UDP,
  rawPcap,
  rawPcapng,
  udp,
} from '../support/raw-frames.ts';
import { sendImpaired } from '../support/rtp-stream.ts';
import { SIPP_PCAP_FOLDER } from '../support/sipp.ts';

const folder = mkdtempSync(join(tmpdir(), 'carillon-genuine-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
if (!hasCaptures) console.log('no captures of H.323 calls here: those of SIPp alone have to do');

const capturesIn = (directory: string): string[] =>
  readdirSync(directory)
    .filter((name) => name.endsWith('.pcap'))
    .map((name) => join(directory, name));
const PORTS = '1024-65535';

describe('a genuine capture', () => {
  it.each([...capturesIn(SIPP_PCAP_FOLDER), ...(hasCaptures ? capturesIn(CAPTURE_DIRECTORY) : [])])(
    '%s is counted as tshark counts it',
    async (path) => {
      const ours = await analyzeAsTshark(path);
      const theirs = await tsharkLines(path, PORTS);
      expect(Object.keys(theirs).length).toBeGreaterThan(0);
      expect(ourLines(ours)).toEqual(theirs);
    },
  );

  it.each([
    ['dtmf_2833_7.pcap', '7'],
    ['dtmf_2833_star.pcap', '*'],
    ['dtmf_2833_pound.pcap', '#'],
  ])('of SIPp, %s, holds the key %s', async (name, key) => {
    const [stream] = await analyzeAsTshark(join(SIPP_PCAP_FOLDER, name));
    expect(stream?.digits.map(({ digit }) => digit).join('')).toBe(key);
  });
});

/** 1 % lost in bursts, copies, jitter, packets that overtake. */
const network = {
  ...NO_IMPAIRMENT,
  seed: 11,
  lossBeginProbability: 0.01,
  lossEndProbability: 0.5,
  duplicateProbability: 0.005,
  jitterMeanUs: 3000,
  spikeProbability: 0.01,
  spikeUs: 50_000,
};
const { packets, lost, duplicates } = sendImpaired(
  { packets: 400, firstSequenceNumber: 65_400, firstTimestamp: 0xffff_f000, driftPpm: 0 },
  network,
);
const datagrams = packets.map((packet) => {
  const { sourcePort, destinationPort, payload } = rtpFrame({ atUs: packet.arrivalUs, ...packet });
  return { atUs: packet.arrivalUs, bytes: udp(sourcePort, destinationPort, payload) };
});

const IP = {
  ipv4: (datagram: Buffer) => [ipv4(PROTOCOL_UDP, datagram)],
  'fragments of IPv4': (datagram: Buffer, index: number) => ipv4Fragments(PROTOCOL_UDP, datagram, index + 1),
  ipv6: (datagram: Buffer) => [ipv6(PROTOCOL_UDP, datagram)],
  'IPv6 with extensions': (datagram: Buffer) => [ipv6WithExtensions(PROTOCOL_UDP, datagram)],
  'fragments of IPv6': (datagram: Buffer, index: number) => ipv6Fragments(PROTOCOL_UDP, datagram, index + 1),
} as const;

const SHAPES = [
  ['pcap', (bytes: Buffer) => bytes, {}, rawPcap],
  [
    'big-endian pcap of nanoseconds',
    (bytes: Buffer) => bytes,
    { isBigEndian: true, isNanoseconds: true },
    rawPcap,
  ],
  ['pcapng', (bytes: Buffer) => bytes, {}, rawPcapng],
  [
    'big-endian pcapng of nanoseconds, packed',
    gzipSync,
    { isBigEndian: true, isNanoseconds: true },
    rawPcapng,
  ],
] as const;

describe.each(Object.keys(LINK_HEADERS) as LinkName[])('on %s', (link) => {
  it.each(Object.keys(IP) as (keyof typeof IP)[])('%s is read as tshark reads it', async (ip) => {
    const header = LINK_HEADERS[link];
    const isVersion6 = ip.includes('6');
    const frames = datagrams.flatMap(({ atUs, bytes }, index) =>
      IP[ip](bytes, index).map((packet) => ({
        atUs,
        bytes: Buffer.concat([isVersion6 ? header.ipv6 : header.ipv4, packet]),
      })),
    );
    // Another file format with each, so that all are seen with many.
    const place = Object.keys(LINK_HEADERS).indexOf(link) + Object.keys(IP).indexOf(ip);
    const [, pack, shape, build] = SHAPES[place % SHAPES.length] ?? SHAPES[0];
    const path = join(folder, `${link}-${ip.replaceAll(' ', '-')}`);
    writeFileSync(path, pack(build(frames, { ...shape, linkType: header.linkType })));
    const { streams, error } = await analyzeFile(path, { isTsharkCompatible: true }, {});
    const ours = [...streams];
    expect(error).toBeNull();
    expect(ours).toMatchObject([{ lost: lost.length, duplicates, codec: 'PCMU' }]);
    expect(ourLines(ours)).toEqual(await tsharkLines(path, PORTS));
  });
});
