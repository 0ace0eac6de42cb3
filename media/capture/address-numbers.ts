/**
 * Gives IPv6 addresses a number of 32 bits, so that streams are keyed by words of one size. The numbers lie in
 * 240.0.0.0/4, which no IPv4 packet is sent from or to (RFC 1112 §4).
 */
import { isIPv4, isIPv6 } from 'node:net';

const FIRST_NUMBER = 0xf000_0000;
const NUMBERS = 0x0fff_ffff;

export class AddressNumbers {
  readonly #numbers = new Map<bigint, number>();
  readonly #addresses: bigint[];

  /** @param known those of others, for who wants to `format` their numbers */
  constructor(known: readonly bigint[] = []) {
    this.#addresses = [...known];
  }

  /** In the order of their numbers. */
  get known(): readonly bigint[] {
    return this.#addresses;
  }

  /** Of the 16 bytes at `offset`; as a signed word, like an IPv4 address read from a packet. */
  number(view: DataView, offset: number): number {
    const address = (view.getBigUint64(offset) << 64n) | view.getBigUint64(offset + 8);
    const known = this.#numbers.get(address);
    if (known !== undefined) return known;
    const number = (FIRST_NUMBER + (this.#addresses.length % NUMBERS)) | 0;
    this.#numbers.set(address, number);
    this.#addresses.push(address);
    return number;
  }

  /** Of an address as people write it, null where it is none. */
  parse(text: string): number | null {
    if (isIPv4(text)) return text.split('.').reduce((word, byte) => (word << 8) | Number(byte), 0);
    if (!isIPv6(text) || text.includes('.') || text.includes('%')) return null;
    const [head = '', tail] = text.split('::');
    const groupsOf = (part: string | undefined): string[] => (part ? part.split(':') : []);
    const [before, after] = [groupsOf(head), groupsOf(tail)];
    const zeros = new Array<string>(Math.max(0, 8 - before.length - after.length)).fill('0');
    const view = new DataView(new ArrayBuffer(16));
    for (const [index, group] of [...before, ...zeros, ...after].entries()) {
      view.setUint16(index * 2, Number.parseInt(group, 16));
    }
    return this.number(view, 0);
  }

  /** As people write it: dotted for IPv4; for IPv6 eight groups, the longest run of zeros left out (RFC 5952). */
  format(number: number): string {
    const word = number >>> 0;
    const address = word >= FIRST_NUMBER ? this.#addresses[word - FIRST_NUMBER] : undefined;
    if (address === undefined) {
      return `${word >>> 24}.${(word >>> 16) & 0xff}.${(word >>> 8) & 0xff}.${word & 0xff}`;
    }
    const groups = Array.from({ length: 8 }, (_, index) => (address >> BigInt(112 - index * 16)) & 0xffffn);
    const text = groups.map((group) => group.toString(16)).join(':');
    const runs = [...text.matchAll(/\b0(?::0)+\b/g)].map(([run]) => run);
    const longest = runs.reduce((best, run) => (run.length > best.length ? run : best), '');
    return longest === '' ? text : text.replace(longest, ':').replace(/:{3,}/, '::').replace(/^:$/, '::');
  }
}
