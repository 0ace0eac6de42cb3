import type { SipFlow } from './flow.ts';

/** Takes what one end of a loopback has sent. */
export type LoopbackDelivery = (bytes: Uint8Array, flow: LoopbackFlow) => void;

const PORTS = [1, 2] as const;

/** One end of a connection of ours to ourselves, without a socket: messages come out at the other end, in order. */
export class LoopbackFlow implements SipFlow {
  readonly transport = 'TCP';
  readonly isReliable = true;
  readonly isSecure = false;
  readonly isClosed = false;
  readonly localAddress: string;
  readonly remoteAddress: string;
  readonly localPort: number;
  readonly remotePort: number;
  readonly #onSent: LoopbackDelivery;
  readonly #deliver: LoopbackDelivery;
  #peer: LoopbackFlow | null = null;

  private constructor(
    address: string,
    [localPort, remotePort]: readonly [number, number],
    onSent: LoopbackDelivery,
    deliver: LoopbackDelivery,
  ) {
    this.localAddress = address;
    this.remoteAddress = address;
    this.localPort = localPort;
    this.remotePort = remotePort;
    this.#onSent = onSent;
    this.#deliver = deliver;
  }

  /** Both ends. */
  static createPair(
    address: string,
    onSent: LoopbackDelivery,
    deliver: LoopbackDelivery,
  ): [LoopbackFlow, LoopbackFlow] {
    const [one, other] = PORTS;
    const left = new LoopbackFlow(address, [one, other], onSent, deliver);
    const right = new LoopbackFlow(address, [other, one], onSent, deliver);
    left.#peer = right;
    right.#peer = left;
    return [left, right];
  }

  send(bytes: Uint8Array): void {
    this.#onSent(bytes, this);
    const copy = bytes.slice();
    const peer = this.#peer;
    if (peer !== null) setImmediate(() => this.#deliver(copy, peer));
  }
}
