/** First and last port, both included. */
export type PortRange = readonly [first: number, last: number];

/** Ranges by name; legs that name none take their ports from `default`. */
export type PortRanges = Readonly<Record<string, PortRange>>;

export const DEFAULT_PORT_RANGE = 'default';

/**
 * Even RTP ports of a range, each with the odd RTCP port above it (RFC 3550 §11). A port given back goes to
 * the end of the queue: what is still on its way to the old call finds nobody, and not a new call.
 */
export class PortAllocator {
  readonly #free: Int32Array;
  #head = 0;
  #count: number;

  /** `first` to `last`, both included; an odd first and an even last port are left out. */
  constructor(first: number, last: number) {
    const firstEven = first + (first % 2);
    this.#count = Math.max(0, Math.floor((last - firstEven + 1) / 2));
    this.#free = Int32Array.from({ length: this.#count }, (_, index) => firstEven + index * 2);
  }

  get free(): number {
    return this.#count;
  }

  /** The even port that has rested longest, or null when all are in use. */
  take(): number | null {
    if (this.#count === 0) return null;
    const port = this.#free[this.#head] as number;
    this.#head = (this.#head + 1) % this.#free.length;
    this.#count--;
    return port;
  }

  giveBack(port: number): void {
    this.#free[(this.#head + this.#count) % this.#free.length] = port;
    this.#count++;
  }
}

/** Cuts each range into `parts` ranges of whole pairs, each with its own ports: one for each worker. */
export function splitPortRanges(ranges: PortRanges, parts: number): PortRanges[] {
  return Array.from({ length: parts }, (_, part) =>
    Object.fromEntries(
      Object.entries(ranges).map(([name, range]) => [name, shareOf(range, part, parts)] as const),
    ),
  );
}

function shareOf([first, last]: PortRange, part: number, parts: number): PortRange {
  const firstEven = first + (first % 2);
  const pairs = Math.max(0, Math.floor((last - firstEven + 1) / 2));
  const from = Math.floor((pairs * part) / parts);
  const to = Math.floor((pairs * (part + 1)) / parts);
  return [firstEven + from * 2, firstEven + to * 2 - 1];
}
