/** Where a leg's SRTP keys come from: told with the session, or agreed on beneath the media, as browsers do. */
import { BrowserTransport } from '../ice/browser-transport.ts';
import type { SrtpFailureCounts } from '../srtp/srtp-failure.ts';
import { LegProtection, type ProtectionState } from './leg-protection.ts';
import type { EstablishedPath, MediaEncryption, MediaSession, TransportAddress } from './media-leg.ts';

export interface LegSecurityOptions {
  send(datagram: Uint8Array, to: TransportAddress): void;
  /** The path that media takes was chosen. */
  onNominated(remote: TransportAddress): void;
  onFailure(detail: string): void;
}

/** For the worker that goes on with the leg. */
export interface SecurityState {
  /** Null where there is no browser, or it is not ready. */
  readonly path: EstablishedPath | null;
  readonly protection: ProtectionState | null;
}

export class LegSecurity {
  readonly #protection: LegProtection;
  readonly #options: LegSecurityOptions;
  readonly #established: EstablishedPath | null;
  #browser: BrowserTransport | null = null;
  /** That a browser agreed on. */
  #keys: MediaEncryption | null = null;

  /** @param state of the worker that had the leg before, null at its beginning */
  constructor(state: SecurityState | null, options: LegSecurityOptions) {
    this.#protection = new LegProtection(state?.protection);
    this.#established = state?.path ?? null;
    this.#options = options;
  }

  get isEncrypted(): boolean {
    return this.#browser !== null || this.#protection.isActive;
  }

  /** Nothing may go in clear, and nothing that comes so is taken. */
  get isAwaitingKeys(): boolean {
    return this.#browser !== null && !this.#protection.isActive;
  }

  /**
   * Keys that were told are used at once, those of a handshake when it is done.
   * @param retriedPackets so many that were refused as of another key will be opened again
   */
  update({ security }: MediaSession, retriedPackets = 0): void {
    this.#protection.forgive(retriedPackets);
    const handshake = security?.handshake ?? null;
    const { send, onNominated, onFailure } = this.#options;
    if (handshake === null) {
      this.#protection.update(security?.encryption ?? null);
    } else if (this.#browser !== null) this.#browser.update(handshake);
    else {
      this.#browser = new BrowserTransport(handshake, this.#established, {
        send,
        onNominated,
        onKeys: (encryption) => {
          this.#keys = encryption;
          this.#protection.update(encryption);
        },
        onFailure,
      });
    }
  }

  get state(): SecurityState {
    const remote = this.#browser?.remote ?? null;
    const path = remote === null || this.#keys === null ? null : { remote, encryption: this.#keys };
    return { path, protection: this.#protection.state };
  }

  /** The session with the path in it that was chosen beneath it. */
  withPath(session: MediaSession): MediaSession {
    const remote = this.#browser?.remote ?? this.#established?.remote ?? null;
    return remote === null ? session : { ...session, remoteRtp: remote, remoteRtcp: remote };
  }

  /** @returns whether a datagram on the RTP port is none of the media's: a check, or part of a handshake */
  receive(packet: Uint8Array, length: number, address: string, port: number): boolean {
    // Only browsers have anything beneath the media; all others are spared an object for each packet.
    if (this.#browser === null) return false;
    return this.#browser.receive(packet.subarray(0, length), address, port);
  }

  /** @returns as `LegProtection.unprotectRtp` */
  open(bytes: Uint8Array, length: number): number {
    return this.isAwaitingKeys ? 0 : this.#protection.unprotectRtp(bytes, length);
  }

  /** Protects a packet, in the sender's `own` memory or one of its own, with room behind it; null: not to be sent. */
  seal(own: Uint8Array, packet: Uint8Array): Uint8Array | null {
    if (this.isAwaitingKeys) return null;
    if (!this.#protection.isActive) return packet;
    // A relayed packet has a buffer of its own.
    const memory = packet.buffer === own.buffer ? own : new Uint8Array(packet.buffer);
    const length = this.#protection.protectRtp(memory, packet.byteOffset, packet.length);
    return length === 0 ? null : memory.subarray(packet.byteOffset, packet.byteOffset + length);
  }

  /** The plain report, or null. */
  openControl(bytes: Uint8Array): Uint8Array | null {
    const length = this.isAwaitingKeys ? 0 : this.#protection.unprotectRtcp(bytes, bytes.length);
    return length === 0 ? null : bytes.subarray(0, length);
  }

  sealControl(bytes: Uint8Array): Uint8Array | null {
    return this.isAwaitingKeys ? null : this.#protection.protectRtcp(bytes);
  }

  takeFailures(nowMs: number): SrtpFailureCounts | null {
    return this.#protection.takeFailures(nowMs);
  }

  close(): void {
    this.#browser?.close();
  }
}
