/** Where RTP is to be expected: by signaling in the same capture, or because somebody said so. */
import type { DescribedMedia } from './stream-payloads.ts';

export interface PortRange {
  readonly first: number;
  readonly last: number;
}

export class KnownMedia {
  /** Whether any was ever described as encrypted. */
  hasEncrypted = false;
  /** By address and port of who receives. */
  readonly #described = new Map<string, DescribedMedia>();
  readonly #hintedPorts: Uint8Array | null;

  constructor(rtpPorts: readonly PortRange[]) {
    this.#hintedPorts = rtpPorts.length === 0 ? null : new Uint8Array(0x1_0000);
    for (const { first, last } of rtpPorts) this.#hintedPorts?.fill(1, first, last + 1);
  }

  /** Whether signaling said anything. */
  get isDescribed(): boolean {
    return this.#described.size > 0;
  }

  /** Whether anything is known at all. */
  get isAny(): boolean {
    return this.isDescribed || this.#hintedPorts !== null;
  }

  /** What was said before about the same address still holds. */
  describe(address: number, port: number, media: DescribedMedia): void {
    this.hasEncrypted ||= media.isEncrypted;
    const known = this.#described.get(`${address},${port}`);
    if (known === undefined) {
      this.#described.set(`${address},${port}`, media);
      return;
    }
    for (const [payloadType, meaning] of media.formats) known.formats.set(payloadType, meaning);
    known.isEncrypted = media.isEncrypted;
  }

  /** By who receives, whose description counts (RFC 3264 §6.1); else by who sends, from the same port mostly. */
  find(source: number, destination: number, ports: number): DescribedMedia | null {
    if (this.#described.size === 0) return null;
    return (
      this.#described.get(`${destination},${ports & 0xffff}`) ??
      this.#described.get(`${source},${ports >>> 16}`) ??
      null
    );
  }

  /** Whether one of the two ports was said to carry RTP. */
  isHinted(ports: number): boolean {
    const hinted = this.#hintedPorts;
    return hinted !== null && (hinted[ports >>> 16] === 1 || hinted[ports & 0xffff] === 1);
  }
}
