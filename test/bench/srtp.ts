/**
 * What SRTP costs: CPU microseconds for each packet of 160 bytes of payload, as a leg sends and receives them, one
 * a call. The peer does what most do: a cipher and an HMAC object of node:crypto for every packet; 3.5 µs on the
 * machine that the targets, 0.8 and 1.0 µs, come from, so they are ratios to it, good on any machine.
 */
import { spawnSync } from 'node:child_process';
import { createCipheriv, createHmac, createSecretKey, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { RtpHeader, SrtpSession } from 'werift-rtp';
import { SrtpReceiver } from '../../media/srtp/srtp-receiver.ts';
import { SrtpSender } from '../../media/srtp/srtp-sender.ts';
import { findSrtpSuite, type SrtpMasterKey, type SrtpSuiteName } from '../../media/srtp/srtp-suite.ts';
import { type BenchRow, median } from './bench-row.ts';

const PACKET_LENGTH = 172;
/** Room for a packet and its tag. */
const SLOT = 208;
const PACKETS = 2000;
const ROUNDS = 60;
/** RFC 5764 §4.1.2, as werift numbers its profiles. */
const WERIFT_AES_CM_128_HMAC_SHA1_80 = 1;
const SUITES: readonly SrtpSuiteName[] = [
  'AES_CM_128_HMAC_SHA1_80',
  'AES_256_CM_HMAC_SHA1_80',
  'AEAD_AES_128_GCM',
];

interface Costs {
  readonly protectUs: number;
  readonly unprotectUs: number;
}

/** Two thousand packets in one buffer; the sequence number runs over on the way from round to round. */
function writePackets(bytes: Buffer, firstSequence: number): void {
  for (let packet = 0; packet < PACKETS; packet++) {
    const offset = packet * SLOT;
    bytes[offset] = 0x80;
    bytes.writeUInt16BE((firstSequence + packet) & 0xffff, offset + 2);
    bytes.writeUInt32BE(0xcafe_babe, offset + 8);
  }
}

function measureUs(run: () => void): number {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / PACKETS;
}

function measureSession(master: SrtpMasterKey): Costs {
  const sender = new SrtpSender(master);
  const receiver = new SrtpReceiver(master);
  const bytes = randomBytes(PACKETS * SLOT);
  const offset = [0];
  const length = [0];
  const lengths = new Int32Array(PACKETS);
  const protectUs: number[] = [];
  const unprotectUs: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    writePackets(bytes, round * PACKETS);
    const protectAll = (): void => {
      for (let packet = 0; packet < PACKETS; packet++) {
        offset[0] = packet * SLOT;
        length[0] = PACKET_LENGTH;
        sender.protect(bytes, offset, length, 1);
        lengths[packet] = length[0];
      }
    };
    protectUs.push(measureUs(protectAll));
    const unprotectAll = (): void => {
      for (let packet = 0; packet < PACKETS; packet++) {
        offset[0] = packet * SLOT;
        length[0] = lengths[packet] as number;
        receiver.unprotect(bytes, offset, length, 1);
      }
    };
    unprotectUs.push(measureUs(unprotectAll));
  }
  const refused = Object.values(sender.failures).concat(Object.values(receiver.failures));
  if (refused.some((count) => count > 0)) throw new Error('packets were refused: nothing was measured');
  return { protectUs: median(protectUs), unprotectUs: median(unprotectUs) };
}

/** One `createCipheriv` and one `createHmac` a packet, keys made ready before. */
function measureObjectsUs(): number {
  const key = createSecretKey(randomBytes(16));
  const authenticationKey = createSecretKey(randomBytes(20));
  const vector = randomBytes(16);
  const packet = randomBytes(PACKET_LENGTH + 14);
  const rounds = Array.from({ length: ROUNDS }, () =>
    measureUs(() => {
      for (let index = 0; index < PACKETS; index++) {
        vector.writeUInt32BE(index, 10);
        const payload = packet.subarray(12, PACKET_LENGTH);
        packet.set(createCipheriv('aes-128-ctr', key, vector).update(payload), 12);
        const tag = createHmac('sha1', authenticationKey)
          .update(packet.subarray(0, PACKET_LENGTH + 4))
          .digest();
        packet.set(tag.subarray(0, 10), PACKET_LENGTH);
      }
    }),
  );
  return median(rounds);
}

/** Debian's libsrtp2 in a process of its own; null without a compiler or its headers (gcc, libsrtp2-dev). */
function measureLibsrtp2(): Costs | null {
  const folder = mkdtempSync(join(tmpdir(), 'carillon-bench-'));
  try {
    const program = join(folder, 'libsrtp2');
    const source = fileURLToPath(new URL('./srtp-libsrtp2.c', import.meta.url));
    if (spawnSync('cc', ['-O2', '-o', program, source, '-lsrtp2']).status !== 0) return null;
    const { stdout } = spawnSync(program, { encoding: 'utf8' });
    const rounds = stdout
      .trim()
      .split('\n')
      .map((line) => line.split(' ').map(Number));
    return {
      protectUs: median(rounds.map(([protectUs]) => protectUs ?? Number.NaN)),
      unprotectUs: median(rounds.map(([, unprotectUs]) => unprotectUs ?? Number.NaN)),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** werift's, in TypeScript like ours; it makes a new packet of each. */
function measureWerift(): Costs {
  const [key, salt] = [randomBytes(16), randomBytes(14)];
  const keys = { localMasterKey: key, localMasterSalt: salt, remoteMasterKey: key, remoteMasterSalt: salt };
  const session = new SrtpSession({ keys, profile: WERIFT_AES_CM_128_HMAC_SHA1_80 });
  const payload = randomBytes(PACKET_LENGTH - 12);
  const protectUs: number[] = [];
  const unprotectUs: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const headers = Array.from({ length: PACKETS }, (_, packet) => {
      const sequenceNumber = (round * PACKETS + packet) & 0xffff;
      return new RtpHeader({ ssrc: 0xcafe_babe, sequenceNumber, payloadType: 0, timestamp: packet });
    });
    let packets: Buffer[] = [];
    protectUs.push(
      measureUs(() => {
        packets = headers.map((header) => session.encrypt(payload, header));
      }),
    );
    unprotectUs.push(measureUs(() => packets.forEach((packet) => void session.decrypt(packet))));
  }
  return { protectUs: median(protectUs), unprotectUs: median(unprotectUs) };
}

function besideOthers({ protectUs, unprotectUs }: Costs): BenchRow[] {
  const libsrtp2 = measureLibsrtp2();
  const peers = [
    ...(libsrtp2 === null ? [] : [{ name: 'libsrtp2', ...libsrtp2 }]),
    { name: 'werift', ...measureWerift() },
  ];
  const unit = 'µs';
  return peers.flatMap(({ name, ...peer }) => [
    { name: `protect, beside ${name}`, value: protectUs, unit, peer: { name, value: peer.protectUs } },
    { name: `unprotect, beside ${name}`, value: unprotectUs, unit, peer: { name, value: peer.unprotectUs } },
  ]);
}

export async function benchSrtp(): Promise<BenchRow[]> {
  const peer = { name: 'node:crypto objects', value: measureObjectsUs() };
  return SUITES.flatMap((name) => {
    const suite = findSrtpSuite(name);
    if (suite === null) throw new Error(`no suite ${name}`);
    const master = { suite, key: randomBytes(suite.keyLength), salt: randomBytes(suite.saltLength) };
    const { protectUs, unprotectUs } = measureSession(master);
    const isTargeted = name === 'AES_CM_128_HMAC_SHA1_80';
    const atMost = (limitUs: number): Pick<BenchRow, 'target'> =>
      isTargeted ? { target: { kind: 'ratio-at-most', limit: limitUs / 3.5 } } : {};
    const beside = isTargeted ? besideOthers({ protectUs, unprotectUs }) : [];
    return [
      ...beside,
      { name: `protect, ${name}`, value: protectUs, unit: 'µs', peer, ...atMost(0.8) },
      { name: `unprotect, ${name}`, value: unprotectUs, unit: 'µs', peer, ...atMost(1) },
    ];
  });
}
