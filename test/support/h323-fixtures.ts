import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { TpktFramer } from '../../signaling/h323/tpkt.ts';
import { readCapture, tcpPieces } from './capture-file.ts';

const FIXTURE_DIRECTORY = join(import.meta.dirname, '../fixtures/h323');
/** Captures of genuine calls stand beside the repository; the fixtures are cut from them. */
export const CAPTURE_DIRECTORY = join(import.meta.dirname, '../../../shared/captures/h323');

/** Whether the captures themselves are on this machine. */
export const hasCaptures = existsSync(CAPTURE_DIRECTORY);

/** One message of a genuine call. */
export interface GenuineMessage {
  readonly atMs: number;
  readonly source: string;
  readonly destination: string;
  /** Q.931 and H.245 messages without their TPKT header; RAS messages are datagrams. */
  readonly protocol: 'Q.931' | 'H.245' | 'RAS';
  readonly octets: Uint8Array;
}

export const GENUINE_CALLS: readonly string[] = readdirSync(FIXTURE_DIRECTORY)
  .filter((file) => file.endsWith('.txt'))
  .map((file) => basename(file, '.txt'));

/** The messages of one call, from `test/fixtures/h323`. */
export function genuineCall(name: string): GenuineMessage[] {
  const text = readFileSync(join(FIXTURE_DIRECTORY, `${name}.txt`), 'utf8');
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [atMs, source = '', destination = '', protocol, hex = ''] = line.split(' ');
      return {
        atMs: Number(atMs),
        source,
        destination,
        protocol: protocol as GenuineMessage['protocol'],
        octets: Buffer.from(hex, 'hex'),
      };
    });
}

/** Name → text of every fixture, cut from the captures. */
export function cutFixtures(): ReadonlyMap<string, string> {
  const captures = readdirSync(CAPTURE_DIRECTORY).filter((file) => file.endsWith('.pcap'));
  return new Map(
    captures.map((file) => {
      const messages = messagesOf(join(CAPTURE_DIRECTORY, file));
      const lines = messages.map(({ atMs, source, destination, protocol, octets }) =>
        [atMs.toFixed(3), source, destination, protocol, Buffer.from(octets).toString('hex')].join(' '),
      );
      const header = `# ${file}: milliseconds, from, to, protocol, octets without TPKT header`;
      return [basename(file, '.pcap'), `${header}\n${lines.join('\n')}\n`];
    }),
  );
}

function messagesOf(path: string): GenuineMessage[] {
  const packets = readCapture(path);
  const startMs = packets[0]?.atMs ?? 0;
  const framers = new Map<string, TpktFramer>();
  const messages = tcpPieces(packets).flatMap(({ atMs, source, destination, octets }) => {
    const direction = `${source}>${destination}`;
    const framer = framers.get(direction) ?? new TpktFramer();
    framers.set(direction, framer);
    const { payloads, fault } = framer.push(octets);
    if (fault !== null) throw new Error(`${path}: ${fault.code} in ${direction}`);
    return payloads.map((payload): GenuineMessage => {
      const protocol = payload[0] === 8 && payload[1] === 2 ? 'Q.931' : 'H.245';
      return { atMs: atMs - startMs, source, destination, protocol, octets: payload };
    });
  });
  const ras = packets
    .filter(
      ({ protocol, source, destination }) =>
        protocol === 'UDP' && /:1719$/m.test(`${source}\n${destination}`),
    )
    .map(({ atMs, source, destination, payload }): GenuineMessage => {
      return { atMs: atMs - startMs, source, destination, protocol: 'RAS', octets: payload };
    });
  return [...messages, ...ras].sort((one, other) => one.atMs - other.atMs);
}

// `node test/support/h323-fixtures.ts` cuts them anew.
if (import.meta.main) {
  mkdirSync(FIXTURE_DIRECTORY, { recursive: true });
  for (const [name, text] of cutFixtures()) writeFileSync(join(FIXTURE_DIRECTORY, `${name}.txt`), text);
}
