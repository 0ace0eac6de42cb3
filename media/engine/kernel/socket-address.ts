/**
 * Addresses as the system has them, ip(7) and ipv6(7):
 * struct sockaddr_in { family 16, port 16, address 32 }, 16 bytes in all;
 * struct sockaddr_in6 { family 16, port 16, flow 32, address 128, scope 32 }. Port and address in network order.
 */
import type { TransportAddress } from '../media-leg.ts';
import { AF_INET, AF_INET6, type Libc } from './libc.ts';
import type { NativeMemory } from './native-memory.ts';

const SOCKADDR_IN_BYTES = 16;
export const SOCKADDR_IN6_BYTES = 28;
/** Room for either. */
export const ADDRESS_BYTES = 32;
const PORT = 2;
const IPV4_ADDRESS = 4;
const IPV6_ADDRESS = 8;
const IPV6_SCOPE = 24;
const TEXT_BYTES = 64; // INET6_ADDRSTRLEN is 46, IF_NAMESIZE 16

export class SocketAddresses {
  readonly #libc: Libc;
  readonly #memory: NativeMemory;
  readonly #text: number;
  #lastText = '';

  constructor(libc: Libc, memory: NativeMemory) {
    this.#libc = libc;
    this.#memory = memory;
    this.#text = memory.reserve(TEXT_BYTES);
  }

  /** @returns the length of the address written at `offset`, 0 where it is none */
  write(offset: number, { address, port }: TransportAddress): number {
    const { bytes } = this.#memory;
    const isVersionSix = isAddressOfVersionSix(address);
    const length = isVersionSix ? SOCKADDR_IN6_BYTES : SOCKADDR_IN_BYTES;
    bytes.fill(0, offset, offset + length);
    bytes[offset] = isVersionSix ? AF_INET6 : AF_INET;
    this.writePort(offset, port);
    return (isVersionSix ? this.#writeVersionSix(offset, address) : this.#writeVersionFour(offset, address))
      ? length
      : 0;
  }

  writePort(offset: number, port: number): void {
    this.#memory.bytes[offset + PORT] = port >>> 8;
    this.#memory.bytes[offset + PORT + 1] = port & 0xff;
  }

  /** As node:dgram writes it: canonical, with the interface of a link-local one. */
  read(offset: number): TransportAddress {
    const { bytes, words } = this.#memory;
    const port = ((bytes[offset + PORT] as number) << 8) | (bytes[offset + PORT + 1] as number);
    const family = bytes[offset] as number;
    const start = offset + (family === AF_INET6 ? IPV6_ADDRESS : IPV4_ADDRESS);
    this.#libc.inetNtop(family, this.#memory.pointer(start), this.#memory.pointer(this.#text), TEXT_BYTES);
    const address = this.#readText();
    const scope = family === AF_INET6 ? (words[(offset + IPV6_SCOPE) / 4] as number) : 0;
    if (scope === 0) return { address, port };
    this.#libc.ifIndextoname(scope, this.#memory.pointer(this.#text));
    return { address: `${address}%${this.#readText()}`, port };
  }

  #writeVersionFour(offset: number, address: string): boolean {
    const at = this.#memory.pointer(offset + IPV4_ADDRESS);
    return this.#libc.inetPton(AF_INET, address, at) === 1;
  }

  #writeVersionSix(offset: number, address: string): boolean {
    const [literal = '', zone] = address.split('%');
    if (zone !== undefined) {
      this.#memory.words[(offset + IPV6_SCOPE) / 4] = this.#libc.ifNametoindex(zone);
    }
    return this.#libc.inetPton(AF_INET6, literal, this.#memory.pointer(offset + IPV6_ADDRESS)) === 1;
  }

  /** The same string again where it was the last one, too: all sockets that hear from an address have it in common then. */
  #readText(): string {
    const { bytes } = this.#memory;
    const end = bytes.indexOf(0, this.#text);
    const text = String.fromCharCode(...bytes.subarray(this.#text, end));
    if (text !== this.#lastText) this.#lastText = text;
    return this.#lastText;
  }
}

/** Of a literal address; what is none is found out when it is written. */
export function isAddressOfVersionSix(address: string): boolean {
  return address.includes(':');
}
