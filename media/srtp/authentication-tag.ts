import { HmacSha1 } from './hmac-sha1.ts';

/** HMAC-SHA1 tags of 32 or 80 bits, truncated at the left end (RFC 3711 §4.2.1). */
export class AuthenticationTag {
  readonly length: number;
  readonly #hmac: HmacSha1;

  constructor(key: Uint8Array, length: number) {
    this.length = length;
    this.#hmac = new HmacSha1(key);
  }

  /** Writes the tag of the `length` bytes at `offset` to `tagOffset`. */
  write(view: DataView, offset: number, length: number, tagOffset: number): void {
    const { digest } = this.#hmac;
    this.#hmac.update(view, offset, length);
    view.setInt32(tagOffset, digest[0] as number);
    if (this.length === 4) return;
    view.setInt32(tagOffset + 4, digest[1] as number);
    view.setInt16(tagOffset + 8, (digest[2] as number) >>> 16);
  }

  /**
   * Whether the tag at `tagOffset` is right. Its words are compared all, whichever differs first, so that the time
   * taken tells nothing of the tag. `trailer`, where it is not null, belongs to the message but stands where the
   * tag does (the rollover counter of RFC 3711 §4.2): it is put there for the moment.
   */
  isRight(
    view: DataView,
    offset: number,
    length: number,
    tagOffset: number,
    trailer: number | null,
  ): boolean {
    const { digest } = this.#hmac;
    const first = view.getInt32(tagOffset);
    if (trailer !== null) view.setInt32(tagOffset, trailer);
    this.#hmac.update(view, offset, trailer === null ? length : length + 4);
    if (trailer !== null) view.setInt32(tagOffset, first);
    let difference = first ^ (digest[0] as number);
    if (this.length !== 4) {
      difference |= view.getInt32(tagOffset + 4) ^ (digest[1] as number);
      difference |= view.getUint16(tagOffset + 8) ^ ((digest[2] as number) >>> 16);
    }
    return difference === 0;
  }
}
