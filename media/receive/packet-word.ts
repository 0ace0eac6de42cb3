/** A number as it lies in a packet, read as one of this machine: the first byte lowest. And the other way round. */
export function packetWord(word: number): number {
  return (word << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24);
}
