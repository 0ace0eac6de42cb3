/**
 * Which address a leg listens to. Normally only the negotiated one: whoever else sends is refused. Where the
 * other side asks for it, or the operator does because callers sit behind NAT, the address is learned instead
 * (comedia): the first valid packet locks it for now, and three packets in sequence of one SSRC for good; until
 * then another source that brings three packets in sequence takes over. An update with another address unlocks.
 */
import { isIPv4, isIPv6, SocketAddress } from 'node:net';
import type { TransportAddress } from './media-leg.ts';

/** RFC 3550 A.1 takes two packets in sequence for proof of a source (MIN_SEQUENTIAL); guessing three is harder. */
const PROOF_PACKETS = 3;
const PORT_MAXIMUM = 65_535;

/** For the worker that goes on with the leg. */
export interface SourceLockState {
  readonly isLearned: boolean;
  readonly negotiated: TransportAddress | null;
  readonly locked: TransportAddress | null;
  readonly isProven: boolean;
}

export class SourceLock {
  readonly #isIpv6Socket: boolean;
  #isLearned = false;
  #negotiated: TransportAddress | null = null;
  #locked: TransportAddress | null = null;
  #isProven = false;
  /** Once it is settled who may send: whose packets were taken last. */
  #admittedAddress: string | null = null;
  #admittedPort = 0;
  #candidate: TransportAddress | null = null;
  #candidateSource = 0;
  #candidateSequence = 0;
  #candidatePackets = 0;

  /** @param state of the worker that had the leg before, null at its beginning */
  constructor(isIpv6Socket: boolean, state: SourceLockState | null = null) {
    this.#isIpv6Socket = isIpv6Socket;
    if (state === null) return;
    this.#isLearned = state.isLearned;
    this.#negotiated = state.negotiated;
    this.#locked = state.locked;
    this.#isProven = state.isProven;
  }

  get state(): SourceLockState {
    const [isLearned, negotiated] = [this.#isLearned, this.#negotiated];
    return { isLearned, negotiated, locked: this.#locked, isProven: this.#isProven };
  }

  /** Where packets go to: the learned address, else the negotiated one; null where there is none. */
  get remote(): TransportAddress | null {
    return this.#locked ?? this.#negotiated;
  }

  /** An address as the socket of the leg writes it. */
  socketForm(remote: TransportAddress | null): TransportAddress | null {
    return toSocketForm(remote, this.#isIpv6Socket);
  }

  /** Takes over what was negotiated; a learned address is kept while the negotiated one stays. */
  update(remote: TransportAddress | null, isLearned: boolean): void {
    const negotiated = toSocketForm(remote, this.#isIpv6Socket);
    if (isSame(negotiated, this.#negotiated) && isLearned === this.#isLearned) return;
    this.#negotiated = negotiated;
    this.#isLearned = isLearned;
    this.#locked = null;
    this.#admittedAddress = null;
    this.#isProven = false;
    this.#candidatePackets = 0;
  }

  /** Whether a packet from there could be ours to take, before anything in it is believed. */
  mayAdmit(address: string, port: number): boolean {
    if (!this.#isLearned) return matches(this.#negotiated, address, port);
    return !this.#isProven || matches(this.#locked, address, port);
  }

  /** Whether a valid RTP packet from this address is ours to take. */
  admits(address: string, port: number, synchronizationSource: number, sequenceNumber: number): boolean {
    if (address === this.#admittedAddress && port === this.#admittedPort) return true;
    if (!this.#isLearned || this.#isProven) return this.#admitSettled(address, port);
    const isProof = this.#prove(address, port, synchronizationSource, sequenceNumber);
    if (isProof || this.#locked === null) this.#locked = { address, port };
    this.#isProven = isProof;
    return matches(this.#locked, address, port);
  }

  /** The same address in the same string is found again at a glance. */
  #admitSettled(address: string, port: number): boolean {
    if (!matches(this.#isLearned ? this.#locked : this.#negotiated, address, port)) return false;
    this.#admittedAddress = address;
    this.#admittedPort = port;
    return true;
  }

  #prove(address: string, port: number, synchronizationSource: number, sequenceNumber: number): boolean {
    const follows =
      matches(this.#candidate, address, port) &&
      synchronizationSource === this.#candidateSource &&
      sequenceNumber === ((this.#candidateSequence + 1) & 0xffff);
    this.#candidatePackets = follows ? this.#candidatePackets + 1 : 1;
    if (!follows) this.#candidate = { address, port };
    this.#candidateSource = synchronizationSource;
    this.#candidateSequence = sequenceNumber;
    return this.#candidatePackets >= PROOF_PACKETS;
  }
}

/**
 * As node:dgram writes the address of a packet: canonical, and mapped where an IPv6 socket hears IPv4. Null for
 * a port that cannot be, as RTCP's is when RTP has the last one: sending there would throw.
 */
export function toSocketForm(
  remote: TransportAddress | null,
  isIpv6Socket: boolean,
): TransportAddress | null {
  if (remote === null || remote.port < 1 || remote.port > PORT_MAXIMUM) return null;
  const { address, port } = remote;
  if (isIPv4(address)) return { address: isIpv6Socket ? `::ffff:${address}` : address, port };
  if (!isIPv6(address) || address.includes('%')) return { address, port };
  return { address: new SocketAddress({ address, family: 'ipv6' }).address, port };
}

function matches(expected: TransportAddress | null, address: string, port: number): boolean {
  return expected !== null && expected.port === port && expected.address === address;
}

function isSame(one: TransportAddress | null, other: TransportAddress | null): boolean {
  return one === other || (other !== null && matches(one, other.address, other.port));
}
