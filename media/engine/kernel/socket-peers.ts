/** Whom a socket talks with, as the system writes it and as it is read: hardly ever is it somebody else than before. */
import type { TransportAddress } from '../media-leg.ts';
import { AF_INET6 } from './libc.ts';
import type { NativeMemory } from './native-memory.ts';
import { ADDRESS_BYTES, type SocketAddresses } from './socket-address.ts';

const ADDRESS_WORDS = ADDRESS_BYTES / 4;
/** The parts of a sockaddr_in that say anything. */
const IPV4_WORDS = 2;

/** Of a socket that was not used: most of those for RTCP. */
const NO_ADDRESS = new Int32Array(ADDRESS_WORDS);

export class SocketPeers {
  readonly #memory: NativeMemory;
  readonly #addresses: SocketAddresses;
  #sourceWords = NO_ADDRESS;
  #source: TransportAddress = { address: '', port: 0 };
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
    const known = this.#sourceWords;
    const isVersionSix = ((words[at] as number) & 0xff) === AF_INET6;
    const count = isVersionSix ? ADDRESS_WORDS - 1 : IPV4_WORDS;
    for (let word = 0; word < count; word++) {
      if (words[at + word] !== known[word]) {
        this.#sourceWords = words.slice(at, at + ADDRESS_WORDS);
        this.#source = this.#addresses.read(offset);
        break;
      }
    }
    return this.#source;
  }

  /** Writes where to send to at an offset in the memory. @returns its length, 0 where it is no address */
  writeDestination(to: TransportAddress, offset: number): number {
    const { words } = this.#memory;
    const at = offset / 4;
    if (to !== this.#destination) {
      this.#destination = to;
      this.#destinationLength = this.#addresses.write(offset, to);
      this.#destinationWords = words.slice(at, at + ADDRESS_WORDS);
    }
    const known = this.#destinationWords;
    for (let word = 0; word < ADDRESS_WORDS; word++) words[at + word] = known[word] as number;
    return this.#destinationLength;
  }
}
