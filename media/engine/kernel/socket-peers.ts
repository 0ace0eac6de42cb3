/** Whom a socket talks with, as the system writes it and as it is read: hardly ever is it somebody else than before. */
import type { TransportAddress } from '../media-leg.ts';
import { AF_INET6 } from './libc.ts';
import type { NativeMemory } from './native-memory.ts';
import { ADDRESS_BYTES, SOCKADDR_IN6_BYTES, type SocketAddresses } from './socket-address.ts';

const ADDRESS_WORDS = ADDRESS_BYTES / 4;
/** What an IPv4 address leaves of its room. */
const NO_ADDRESS = new Int32Array(ADDRESS_WORDS);

export class SocketPeers {
  readonly #memory: NativeMemory;
  readonly #addresses: SocketAddresses;
  /** The first two words are all that a sockaddr_in says; beside the others, since memory of its own is dear to look at. */
  #sourceHead = 0;
  #sourceSecond = 0;
  #sourceWords = NO_ADDRESS;
  #source: TransportAddress = { address: '', port: 0 };
  #destinationHead = 0;
  #destinationSecond = 0;
  #destinationWords = NO_ADDRESS;
  #destination: TransportAddress | null = null;
  #destinationLength = 0;

  constructor(memory: NativeMemory, addresses: SocketAddresses) {
    this.#memory = memory;
    this.#addresses = addresses;
  }

  /** Where a datagram came from whose address the system put at an offset in the memory. */
  readSource(offset: number): TransportAddress {
    const { words } = this.#memory;
    const at = offset / 4;
    const head = words[at] as number;
    const isVersionSix = (head & 0xff) === AF_INET6;
    const isKnown = head === this.#sourceHead && words[at + 1] === this.#sourceSecond;
    if (!isKnown || (isVersionSix && !this.#isKnownVersionSix(at))) {
      this.#sourceHead = head;
      this.#sourceSecond = words[at + 1] as number;
      this.#sourceWords = isVersionSix ? words.slice(at, at + ADDRESS_WORDS) : NO_ADDRESS;
      this.#source = this.#addresses.read(offset);
    }
    return this.#source;
  }

  #isKnownVersionSix(at: number): boolean {
    const { words } = this.#memory;
    for (let word = 2; word < ADDRESS_WORDS - 1; word++) {
      if (words[at + word] !== this.#sourceWords[word]) return false;
    }
    return true;
  }

  /** Writes where to send to at an offset in the memory. @returns its length, 0 where it is no address */
  writeDestination(to: TransportAddress, offset: number): number {
    const { words } = this.#memory;
    const at = offset / 4;
    if (to !== this.#destination) {
      this.#destination = to;
      this.#destinationLength = this.#addresses.write(offset, to);
      this.#destinationHead = words[at] as number;
      this.#destinationSecond = words[at + 1] as number;
      this.#destinationWords =
        this.#destinationLength === SOCKADDR_IN6_BYTES ? words.slice(at, at + ADDRESS_WORDS) : NO_ADDRESS;
      return this.#destinationLength;
    }
    words[at] = this.#destinationHead;
    words[at + 1] = this.#destinationSecond;
    const rest = this.#destinationWords;
    for (let word = 2; word < ADDRESS_WORDS; word++) words[at + word] = rest[word] as number;
    return this.#destinationLength;
  }
}
