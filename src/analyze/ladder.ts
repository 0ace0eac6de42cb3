import type { AddressNumbers } from '../../media/capture/address-numbers.ts';
import type { TcpReader } from '../../media/capture/tcp-reader.ts';
import { formatHostPort } from './stream-text.ts';

/** More than these nobody reads. */
const STEPS_MAXIMUM = 2000;

/** One message between two ends. */
export interface LadderStep {
  readonly atUs: number;
  readonly source: string;
  readonly destination: string;
  readonly protocol: 'SIP' | 'H.323';
  /** Call-ID of SIP, or call identifier of H.323. */
  readonly callId: string;
  /** `INVITE`, `200 OK`, `setup`. */
  readonly text: string;
  /** What else is in it, `SDP`; empty for nothing. */
  readonly note: string;
}

/** Who sent a packet to whom. */
export type PacketEnds = Pick<TcpReader, 'source' | 'destination' | 'ports'>;

/** The first messages of a capture, in the order of their arrival. */
export class Ladder {
  readonly steps: LadderStep[] = [];
  readonly #addresses: AddressNumbers;

  constructor(addresses: AddressNumbers) {
    this.#addresses = addresses;
  }

  add({ source, destination, ports }: PacketEnds, step: Omit<LadderStep, 'source' | 'destination'>): void {
    if (this.steps.length >= STEPS_MAXIMUM) return;
    this.steps.push({
      ...step,
      source: formatHostPort(this.#addresses.format(source), ports >>> 16),
      destination: formatHostPort(this.#addresses.format(destination), ports & 0xffff),
    });
  }
}
